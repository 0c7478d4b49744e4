import { backend } from "../../shared/resources/backend.ts";
import { readMetrics, thinMetrics } from "../../shared/resources/runs/metrics.ts";
import { needRun } from "../../shared/resources/runs/store.ts";
import { queries } from "./parameters.ts";
import { json, respond } from "./respond.ts";

export const handler = respond(async (call) => {
  const { name, after, points } = call.query(queries["list-metrics"]);
  const run = await needRun(backend(), call.tenant, call.param("run"));
  if (points !== undefined) return json(200, await thinMetrics(backend(), run, points, name));
  return json(200, await readMetrics(backend(), run, after, name));
});
