import { backend } from "../../shared/resources/backend.ts";
import { createRun } from "../../shared/resources/runs/create.ts";
import { waitForRun } from "../../shared/resources/runs/wait.ts";
import { needMethod } from "./describe-method.ts";
import { readIdempotencyKey, readWait } from "./headers.ts";
import { queries } from "./parameters.ts";
import { respond } from "./respond.ts";
import { runCreated } from "./run-created.ts";

export const handler = respond(async (call) => {
  const method = needMethod(call.param("method"));
  const { preset, seed } = call.query(queries["create-run"]);
  const idempotencyKey = readIdempotencyKey(call.header("idempotency-key"));
  const wait = readWait(call.header("prefer"));
  const request = { tenant: call.tenant, method, preset, seed, given: call.body(), idempotencyKey };
  const { run, replayed } = await createRun(backend(), request);
  return runCreated(await waitForRun(backend(), run, 1000 * (wait ?? 0)), replayed, wait);
});
