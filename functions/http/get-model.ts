import { backend } from "../../shared/resources/backend.ts";
import { needModel, presentModelDetail } from "../../shared/resources/models/store.ts";
import { json, respond } from "./respond.ts";

export const handler = respond(async (call) =>
  json(200, presentModelDetail(await needModel(backend(), call.tenant, call.param("model")))),
);
