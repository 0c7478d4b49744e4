import { backend } from "../../shared/resources/backend.ts";
import { listRuns } from "../../shared/resources/runs/list.ts";
import { queries } from "./parameters.ts";
import { json, respond } from "./respond.ts";

export const handler = respond(async (call) => {
  const { limit, cursor, ...filter } = call.query(queries["list-runs"]);
  return json(200, await listRuns(backend(), call.tenant, filter, limit, cursor));
});
