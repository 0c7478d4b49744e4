import { backend } from "../../shared/resources/backend.ts";
import { presentModelDetail } from "../../shared/resources/models/present.ts";
import { needModel } from "../../shared/resources/models/stored.ts";
import { json, respond } from "./respond.ts";

export const handler = respond(async (call) =>
  json(200, presentModelDetail(await needModel(backend(), call.tenant, call.param("model")))),
);
