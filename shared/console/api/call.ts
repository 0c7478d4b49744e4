import { key, refuseKey } from "./key.ts";
import { ApiError, errorOf, isKeyRefused } from "./problem.ts";

export interface CallOptions {
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** One call of the API, with this tab's key. @throws {ApiError} for an answer that is an error, or none. */
export async function call(method: string, path: string, options: CallOptions = {}): Promise<Response> {
  const { query = {}, headers = {}, body, signal } = options;
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  const search = given.length > 0 ? `?${new URLSearchParams(Object.fromEntries(given))}` : "";
  const ownKey = key();
  const response = await fetch(path + search, {
    method,
    headers: {
      ...(ownKey !== undefined && { authorization: `Bearer ${ownKey}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal !== undefined && { signal }),
  }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw new ApiError(0, "Nothing answers", `Nothing answers: ${String(error)}`);
  });
  if (response.ok || response.status === 304) return response;
  if (isKeyRefused(response.status, response.headers.get("content-type"))) refuseKey();
  throw errorOf(response.status, response.statusText, await response.text());
}

/** The JSON that a GET answers. The page and the API are of one build, so the shape is taken on trust. */
export async function read<T>(path: string, options: CallOptions = {}): Promise<T> {
  return (await call("GET", path, options)).json() as Promise<T>;
}
