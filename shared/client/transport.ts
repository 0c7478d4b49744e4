import { setTimeout as sleep } from "node:timers/promises";
import { errorOf, UnreachableError } from "./errors.ts";

/** Where calls go and how they are tried again. */
export interface Transport {
  readonly url: string;
  readonly key: string | undefined;
  /** Tries of one call, the first included. */
  readonly attempts: number;
  /** Ends every call when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Waits between tries; replaced in tests. */
  readonly pause: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Whether anything has answered yet. */
  readonly contact: { made: boolean };
}

export interface Call {
  readonly method: string;
  /** A path of the API, or a whole URL that needs no key (a presigned one). */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Blob | undefined;
  readonly signal?: AbortSignal | undefined;
}

const transient = new Set([429, 502, 503, 504]);
/** A server that asks for more patience than this gets none: the caller learns what it said. */
const longestWait = 120_000;

/** Waits; rejects with the signal's own reason when it aborts. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
}

/** Milliseconds that `Retry-After` asks for, as seconds or as a date (RFC 9110, 10.2.3); undefined without one. */
export function retryAfter(headers: Headers, now: number = Date.now()): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Tries at an address where nothing listens and nothing did before: most likely it is the wrong one. */
const strangerAttempts = 3;

const isRefused = (error: unknown) =>
  error instanceof Error &&
  error.cause instanceof Error &&
  "code" in error.cause &&
  error.cause.code === "ECONNREFUSED";

/** Exponential from a quarter of a second to ten, with jitter so that many clients do not come back together. */
const backoff = (attempt: number) => Math.min(10_000, 250 * 2 ** attempt) * (0.5 + Math.random() / 2);

function addressOf(transport: Transport, { path, query = {} }: Call): URL {
  const url = new URL(/^https?:/.test(path) ? path : transport.url.replace(/\/+$/, "") + path);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

/** The key goes to the API alone, never along to the bucket that a presigned URL points at. */
function headersOf(transport: Transport, call: Call, url: URL): Record<string, string> {
  const ours = url.origin === new URL(transport.url).origin;
  return {
    ...(typeof call.body === "string" ? { "content-type": "application/json" } : {}),
    ...(ours && transport.key !== undefined ? { authorization: `Bearer ${transport.key}` } : {}),
    ...call.headers,
  };
}

const anyOf = (one?: AbortSignal, other?: AbortSignal): AbortSignal | undefined =>
  one !== undefined && other !== undefined ? AbortSignal.any([one, other]) : (one ?? other);

/**
 * Makes one call that may be repeated without harm, and repeats it on network errors, 429, 502, 503 and 504:
 * after `Retry-After` where the answer has one, else backing off. Redirects and 304 are answers to the caller.
 * @throws TenfoldError for an error of the API, UnreachableError when nothing answers, AbortError.
 */
export async function send(transport: Transport, call: Call): Promise<Response> {
  const url = addressOf(transport, call);
  const signal = anyOf(transport.signal, call.signal);
  const request = {
    method: call.method,
    headers: headersOf(transport, call, url),
    redirect: "manual",
    ...(call.body === undefined ? {} : { body: call.body }),
    ...(signal === undefined ? {} : { signal }),
  } as const;
  for (let attempt = 0; ; attempt++) {
    const last = attempt + 1 >= transport.attempts;
    const outcome = await fetch(url, request).catch((error: unknown) => {
      signal?.throwIfAborted();
      const stranger = isRefused(error) && !transport.contact.made && attempt + 1 >= strangerAttempts;
      if (last || stranger) throw new UnreachableError(url.href, error);
      return undefined;
    });
    if (outcome !== undefined) transport.contact.made = true;
    if (outcome !== undefined && outcome.status < 400) return outcome;
    // The first DELETE did it, and its answer was lost.
    if (outcome?.status === 404 && call.method === "DELETE" && attempt > 0) return outcome;
    const asked = outcome === undefined ? undefined : retryAfter(outcome.headers);
    if (outcome !== undefined) {
      const hopeless = !transient.has(outcome.status) || (asked ?? 0) > longestWait;
      if (last || hopeless) throw await errorOf(outcome);
      await outcome.body?.cancel();
    }
    await transport.pause(asked ?? backoff(attempt), signal);
  }
}
