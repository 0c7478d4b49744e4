import { backend } from "../../shared/resources/backend.ts";
import { readEvents } from "../../shared/resources/runs/events.ts";
import { needRun } from "../../shared/resources/runs/store.ts";
import { queries } from "./parameters.ts";
import { json, respond } from "./respond.ts";

export const handler = respond(async (call) => {
  const { after, limit } = call.query(queries["list-events"]);
  const run = await needRun(backend(), call.tenant, call.param("run"));
  return json(200, await readEvents(backend(), run, after, limit));
});
