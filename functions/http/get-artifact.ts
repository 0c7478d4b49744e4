import { backend } from "../../shared/resources/backend.ts";
import { artifactUrl } from "../../shared/resources/runs/present.ts";
import { needRun } from "../../shared/resources/runs/store.ts";
import { redirect, respond } from "./respond.ts";

export const handler = respond(async (call) => {
  const run = await needRun(backend(), call.tenant, call.param("run"));
  return redirect(await artifactUrl(backend(), run, call.param("name")));
});
