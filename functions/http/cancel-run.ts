import { backend } from "../../shared/resources/backend.ts";
import { cancelRun } from "../../shared/resources/runs/cancel.ts";
import { etagOf, presentRun } from "../../shared/resources/runs/present.ts";
import { isTerminal } from "../../shared/resources/runs/record.ts";
import { json, respond } from "./respond.ts";

export const handler = respond(async (call) => {
  const run = await cancelRun(backend(), call.tenant, call.param("run"));
  return json(isTerminal(run.status) ? 200 : 202, await presentRun(backend(), run), { etag: etagOf(run) });
});
