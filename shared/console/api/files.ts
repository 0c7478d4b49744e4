import { call } from "./call.ts";
import { ApiError } from "./problem.ts";

/** Files above this size are offered, not shown. */
export const mostShown = 4_000_000;

/**
 * The short-lived address of a file that lies behind the API: whoever has it needs no key, so that an
 * image, a frame or a download can use it. The API's redirect is followed, and the body let go.
 */
export async function fileAddress(href: string, signal?: AbortSignal): Promise<string> {
  const abort = new AbortController();
  const both = signal === undefined ? abort.signal : AbortSignal.any([signal, abort.signal]);
  const response = await call("GET", href, { signal: both });
  abort.abort();
  return response.url;
}

/** A file's text. @throws {ApiError} */
export async function fileText(href: string, signal?: AbortSignal): Promise<string> {
  const response = await call("GET", href, { signal });
  const size = Number(response.headers.get("content-length") ?? 0);
  if (size > mostShown) throw new ApiError(0, "Too large to show", "The file is too large to show here.");
  return response.text();
}
