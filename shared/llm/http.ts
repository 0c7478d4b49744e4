import type { Clock } from "./clock.ts";

export interface HttpPost {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMilliseconds: number;
  readonly signal?: AbortSignal | undefined;
  readonly clock: Clock;
}

/** What came back: an answer, or why there is none. */
export type HttpOutcome =
  | { readonly status: number; readonly headers: Headers; readonly text: string }
  | { readonly lost: "timeout" | "connection" | "too-large"; readonly detail: string };

/** No answer of a chat model comes near this; what is longer never ends. */
const maxBytes = 16 * 1024 * 1024;

/**
 * Posts a body and reads the answer to its end, within the timeout. No redirect is followed: the key would go along.
 * Throws the signal's reason when it is aborted, and nothing else.
 */
export async function post(request: HttpPost): Promise<HttpOutcome> {
  const { url, headers, body, timeoutMilliseconds, signal, clock } = request;
  signal?.throwIfAborted();
  const timeout = new AbortController();
  const cancel = clock.after(timeoutMilliseconds, () => timeout.abort());
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
      redirect: "manual",
      signal: signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal]),
    });
    const text = await readText(response);
    if (text === undefined)
      return { lost: "too-large", detail: `the answer has more than ${maxBytes} bytes` };
    return { status: response.status, headers: response.headers, text };
  } catch (error) {
    signal?.throwIfAborted();
    if (timeout.signal.aborted)
      return { lost: "timeout", detail: `no answer in ${timeoutMilliseconds / 1000} s` };
    return { lost: "connection", detail: reasonOf(error) };
  } finally {
    cancel();
  }
}

async function readText(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    // Leaving the loop cancels the body, and with it the connection.
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** What fetch keeps in the cause of its error, such as ECONNRESET. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (typeof code === "string") return code;
  return cause instanceof Error ? cause.message : error instanceof Error ? error.message : String(error);
}
