import { backend } from "../../shared/resources/backend.ts";
import { needModel, presentModel } from "../../shared/resources/models/store.ts";
import { json, respond } from "./respond.ts";

export const handler = respond(async (call) =>
  json(200, presentModel(await needModel(backend(), call.tenant, call.param("model")))),
);
