import { describeMethod, needMethod } from "./describe-method.ts";
import { json, respond } from "./respond.ts";

export const handler = respond(async (call) => json(200, describeMethod(needMethod(call.param("method")))));
