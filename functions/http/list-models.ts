import { backend } from "../../shared/resources/backend.ts";
import { listModels } from "../../shared/resources/models/store.ts";
import { queries } from "./parameters.ts";
import { json, respond } from "./respond.ts";

export const handler = respond(async (call) => {
  const { limit, cursor, ...filter } = call.query(queries["list-models"]);
  return json(200, await listModels(backend(), call.tenant, filter, limit, cursor));
});
