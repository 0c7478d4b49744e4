import { backend } from "../../shared/resources/backend.ts";
import { etagOf, presentRun } from "../../shared/resources/runs/present.ts";
import { needRun } from "../../shared/resources/runs/store.ts";
import { matches } from "./headers.ts";
import { empty, json, respond } from "./respond.ts";

export const handler = respond(async (call) => {
  const run = await needRun(backend(), call.tenant, call.param("run"));
  const etag = etagOf(run);
  if (matches(call.header("if-none-match"), etag)) return empty(304, { etag });
  return json(200, await presentRun(backend(), run), { etag });
});
