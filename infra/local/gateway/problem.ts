import type { ProblemJson } from "../../../shared/resources/problem.ts";
import type { WireResponse } from "./response.ts";

const titles = {
  "malformed-request": { status: 400, title: "The request cannot be read" },
  "not-local": { status: 403, title: "Only this machine may ask" },
  "not-found": { status: 404, title: "There is no such thing" },
  "method-not-allowed": { status: 405, title: "This cannot be done here" },
  "too-large": { status: 413, title: "The body is too large" },
  internal: { status: 500, title: "Something went wrong on our side" },
  timeout: { status: 503, title: "It took too long" },
} as const;

/** What the gateway itself answers, before or in place of a function. */
export function problem(
  kind: keyof typeof titles,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): WireResponse {
  const body: ProblemJson = { type: `urn:tenfold:problem:${kind}`, ...titles[kind], detail };
  return {
    status: titles[kind].status,
    headers: { "content-type": "application/problem+json", ...headers },
    body: Buffer.from(JSON.stringify(body)),
  };
}
