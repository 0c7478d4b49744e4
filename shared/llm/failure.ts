import * as z from "zod";
import type { HttpOutcome } from "./http.ts";
import { LlmError } from "./llm-error.ts";
import { isPassing } from "./retry.ts";

/** An answer that is none: what a server said instead, or that nothing came. */
export type Failure = Extract<HttpOutcome, { lost: string }> | FailedStatus;

interface FailedStatus {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Of an answer with status 200 that is not what the provider sends: what is wrong with it. */
  readonly malformed?: string;
}

/** Whether the same request may be answered a little later. */
export function isPassingFailure(failure: Failure): boolean {
  if ("lost" in failure) return failure.lost !== "too-large";
  if (failure.malformed !== undefined) return true;
  return isPassing(failure.status) && !isUsedUp(failure);
}

/** A quota that no wait of minutes brings back. */
const isUsedUp = ({ status, text }: FailedStatus) => status === 429 && /insufficient_quota/.test(text);

/** What to tell of a failure that nothing more is done about. `server` names who failed, without its key. */
export function toLlmError(failure: Failure, server: string, tries: number): LlmError {
  const often = tries === 1 ? "" : `, asked ${tries} times`;
  if ("lost" in failure) return lostError(failure, server, often);
  const { status, text, malformed } = failure;
  const said = serverMessage(text);
  if (malformed !== undefined) {
    return new LlmError(
      "unavailable",
      `${server} does not answer as its provider does${often}: ${said || malformed}; see that TENFOLD_LLM_URL and TENFOLD_LLM_PROVIDER belong together`,
    );
  }
  const [kind, todo] = advice(failure);
  return new LlmError(kind, `${server} answered ${status}${often}${said === "" ? "" : `: ${said}`}; ${todo}`);
}

function lostError(
  { lost, detail }: Extract<Failure, { lost: string }>,
  server: string,
  often: string,
): LlmError {
  if (lost === "timeout") {
    return new LlmError(
      "timeout",
      `${server} gave ${detail}${often}; raise TENFOLD_LLM_TIMEOUT_SECONDS or ask for less`,
    );
  }
  if (lost === "too-large") return new LlmError("unavailable", `${server}: ${detail}; this is no chat model`);
  return new LlmError(
    "unavailable",
    `${server} cannot be reached or broke off (${detail})${often}; see that it runs and that TENFOLD_LLM_URL is right`,
  );
}

function advice(failure: FailedStatus): [LlmError["kind"], string] {
  const { status } = failure;
  if (isUsedUp(failure)) return ["rate-limited", "the account's quota is used up: see its plan and billing"];
  if (status === 429) {
    return [
      "rate-limited",
      "lower TENFOLD_LLM_REQUESTS_PER_MINUTE, TENFOLD_LLM_TOKENS_PER_MINUTE or TENFOLD_LLM_CONCURRENCY, or try later",
    ];
  }
  if (isPassing(status)) return ["unavailable", "try later"];
  if (status === 401 || status === 403) {
    return ["unauthorised", "see that the key is right and may use this model"];
  }
  if (status === 404 || status === 405) {
    return ["not-configured", "see that TENFOLD_LLM_MODEL exists there and that TENFOLD_LLM_URL is right"];
  }
  if (status >= 300 && status < 400) {
    const to = failure.headers.get("location") ?? "elsewhere";
    return [
      "not-configured",
      `it points to ${to}: no key is sent after it; set TENFOLD_LLM_URL to the right address`,
    ];
  }
  return ["refused", "it does not take this request: shorten it if it is too long, or choose another model"];
}

const errorBody = z.looseObject({
  error: z.union([z.string(), z.looseObject({ message: z.string() })]).optional(),
  message: z.string().optional(),
  detail: z.string().optional(),
});

const maxMessage = 500;

/** What the body of an error says, in the form of any provider; empty for a page of HTML. */
export function serverMessage(text: string): string {
  const said = fromJson(text) ?? (/^\s*</.test(text) ? "" : text);
  return said.replaceAll(/\s+/g, " ").trim().slice(0, maxMessage);
}

function fromJson(text: string): string | undefined {
  try {
    const { error, message, detail } = errorBody.parse(JSON.parse(text));
    return (typeof error === "string" ? error : error?.message) ?? message ?? detail;
  } catch {
    return undefined;
  }
}
