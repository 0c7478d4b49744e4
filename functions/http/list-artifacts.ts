import { backend } from "../../shared/resources/backend.ts";
import { presentArtifacts } from "../../shared/resources/runs/present.ts";
import { needRun } from "../../shared/resources/runs/store.ts";
import { json, respond } from "./respond.ts";

export const handler = respond(async (call) => {
  const run = await needRun(backend(), call.tenant, call.param("run"));
  return json(200, { items: presentArtifacts(run) });
});
