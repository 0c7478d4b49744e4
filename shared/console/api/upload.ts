import type { JsonObject } from "../../client/json.ts";
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
  const create = creating<Dataset & { readonly upload?: Upload }>("/v1/datasets", body, sending.signal);
  const { upload, ...dataset } = await create();
  await sendContent(upload, sending, async () => (await create()).upload);
  return dataset;
}

/** A model that the API has just made, with where each of its files goes. */
interface CreatedModel {
  readonly id: string;
  readonly uploads?: readonly { readonly name: string; readonly upload: Upload }[];
}

/** Registers a model and sends its files one after the other, the smallest first; answers its id. It is then checked. */
export async function uploadModel(
  name: string,
  files: readonly File[],
  { signal, onProgress }: Omit<Sending, "file">,
): Promise<string> {
  const body = { name, files: files.map((file) => ({ name: file.name, bytes: file.size })) };
  const create = creating<CreatedModel>("/v1/models", body, signal);
  const { id, uploads } = await create();
  let before = 0;
  for (const file of files.toSorted((a, b) => a.size - b.size)) {
    const uploadOf = (all: CreatedModel["uploads"]) => all?.find((one) => one.name === file.name)?.upload;
    const sending = { file, signal, onProgress: (bytes: number) => onProgress(before + bytes) };
    await sendContent(uploadOf(uploads), sending, async () => uploadOf((await create()).uploads));
    before += file.size;
  }
  return id;
}

/** Makes something with a key: called again, the API makes no second one, and answers fresh links. */
function creating<T>(path: string, body: JsonObject, signal: AbortSignal): () => Promise<T> {
  const headers = { "idempotency-key": crypto.randomUUID() };
  return async () => {
    const response = await call("POST", path, { body, headers, signal });
    // The page and the API are of one build.
    return (await response.json()) as T;
  };
}

async function sendContent(
  upload: Upload | undefined,
  sending: Sending,
  renew: () => Promise<Upload | undefined>,
): Promise<void> {
  if (upload === undefined) return;
  if ("parts" in upload) return sendParts(upload, sending, renew);
  const { file, signal, onProgress } = sending;
  try {
    await put(upload, file, signal, onProgress);
  } catch (error) {
    const fresh = error instanceof ApiError && error.status === 403 ? await renew() : undefined;
    if (fresh === undefined || "parts" in fresh) throw error;
    await put(fresh, file, signal, onProgress);
  }
}

/** Tries of one part. */
const tries = 4;

/** Parts go one after the other; one that fails is tried again, with fresh links: those of a slow upload go stale. */
async function sendParts(
  upload: PartsUpload,
  { file, signal, onProgress }: Sending,
  renew: () => Promise<Upload | undefined>,
): Promise<void> {
  let links = upload;
  for (const { number } of upload.parts) {
    const start = (number - 1) * upload.partBytes;
    const part = file.slice(start, start + upload.partBytes);
    for (let tried = 1; ; tried++) {
      const url = links.parts.find((one) => one.number === number)?.url;
      if (url === undefined)
        throw new ApiError(0, "The upload broke off", "The upload is not there any more.");
      try {
        await put({ url, headers: {} }, part, signal, (bytes) => onProgress(start + bytes));
        break;
      } catch (error) {
        signal.throwIfAborted();
        if (tried === tries) throw error;
        const renewed = await renew();
        if (renewed !== undefined && "parts" in renewed) links = renewed;
      }
    }
  }
  await call("POST", upload.complete, { signal });
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
