import { call } from "./call.ts";
import { ApiError } from "./problem.ts";
import type { Dataset, PartsUpload, Upload, WholeUpload } from "./types.ts";

export interface Sending {
  readonly file: Blob;
  readonly signal: AbortSignal;
  /** Called with the bytes that have gone so far. */
  readonly onProgress: (bytes: number) => void;
}

/** Registers a data set and sends its content to where the API says; answers the data set, which is then checked. */
export async function uploadDataset(
  given: { readonly name: string; readonly kind: string; readonly samples?: string },
  sending: Sending,
): Promise<Dataset> {
  const body = { ...given, bytes: sending.file.size };
  const headers = { "idempotency-key": crypto.randomUUID() };
  const response = await call("POST", "/v1/datasets", { body, headers, signal: sending.signal });
  // The page and the API are of one build.
  const { upload, ...dataset } = (await response.json()) as Dataset & { readonly upload?: Upload };
  if (upload !== undefined) await send(upload, sending);
  return dataset;
}

async function send(upload: Upload, sending: Sending): Promise<void> {
  if ("parts" in upload) return sendParts(upload, sending);
  await put(upload, sending.file, sending.signal, sending.onProgress);
}

/** Parts go one after the other; one that fails is tried again. */
async function sendParts({ parts, partBytes, complete }: PartsUpload, sending: Sending): Promise<void> {
  for (const [index, { url }] of parts.entries()) {
    const start = index * partBytes;
    const part = sending.file.slice(start, start + partBytes);
    await tried(3, sending.signal, () =>
      put({ url, headers: {} }, part, sending.signal, (bytes) => sending.onProgress(start + bytes)),
    );
  }
  await call("POST", complete, { signal: sending.signal });
}

async function tried(times: number, signal: AbortSignal, attempt: () => Promise<void>): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    signal.throwIfAborted();
    if (times <= 1) throw error;
    await tried(times - 1, signal, attempt);
  }
}

/** Set by the browser itself, which refuses to be told. */
const forbidden = new Set(["content-length", "host"]);

/** `fetch` cannot tell how far an upload is; XMLHttpRequest can. */
function put(
  { url, headers }: WholeUpload,
  body: Blob,
  signal: AbortSignal,
  onProgress: (bytes: number) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const request = new XMLHttpRequest();
  const abort = () => request.abort();
  request.upload.onprogress = ({ loaded }) => onProgress(loaded);
  request.onload = () => {
    const { status } = request;
    if (status >= 200 && status < 300) resolve();
    else reject(new ApiError(status, "The upload was refused", reasonOf(request.responseText, status)));
  };
  request.onerror = () =>
    reject(new ApiError(0, "The upload broke off", "The connection was lost; try again."));
  request.onabort = () => reject(signal.reason);
  request.open("PUT", url);
  for (const [name, value] of Object.entries(headers)) {
    if (!forbidden.has(name.toLowerCase())) request.setRequestHeader(name, value);
  }
  signal.addEventListener("abort", abort);
  request.send(body);
  return promise.finally(() => signal.removeEventListener("abort", abort));
}

/** What the bucket says, out of its XML. */
const reasonOf = (text: string, status: number): string =>
  /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? `The storage answered ${status}.`;
