import { backend } from "../../shared/resources/backend.ts";
import { listDatasets } from "../../shared/resources/datasets/store.ts";
import { queries } from "./parameters.ts";
import { json, respond } from "./respond.ts";

export const handler = respond(async (call) => {
  const { limit, cursor } = call.query(queries["list-datasets"]);
  return json(200, await listDatasets(backend(), call.tenant, limit, cursor));
});
