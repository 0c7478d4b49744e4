import { methods } from "../../shared/methods/registry.ts";
import { summarizeMethod } from "./describe-method.ts";
import { json, respond } from "./respond.ts";

export const handler = respond(async () => json(200, { items: methods.map(summarizeMethod) }));
