import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { backend } from "../../shared/resources/backend.ts";
import { etagOf, presentRun } from "../../shared/resources/runs/present.ts";
import { isTerminal } from "../../shared/resources/runs/record.ts";
import type { StoredRun } from "../../shared/resources/runs/stored.ts";
import { json } from "./respond.ts";

/** 200 with a run that is finished, or 202 with where to look for it. */
export async function runCreated(
  run: StoredRun,
  replayed: boolean,
  wait: number | undefined,
): Promise<APIGatewayProxyStructuredResultV2> {
  const finished = isTerminal(run.status);
  return json(finished ? 200 : 202, await presentRun(backend(), run), {
    location: `/v1/runs/${run.id}`,
    etag: etagOf(run),
    ...(!finished && { "retry-after": "1" }),
    ...(replayed && { "idempotency-replayed": "true" }),
    ...(wait !== undefined && { "preference-applied": `wait=${wait}` }),
  });
}
