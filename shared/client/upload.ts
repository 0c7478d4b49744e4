import type { Upload } from "../resources/uploads/record.ts";
import type { Client } from "./client.ts";
import { TenfoldError } from "./errors.ts";

type Parts = Extract<Upload, { how: "parts" }>;

/** Parts that are on their way at the same time. */
const lanes = 3;

/** A content on its way to where a creating call said. */
export interface Sending {
  readonly content: Blob;
  /** The same upload with fresh links, for those that went stale on a slow line. */
  readonly renew: () => Promise<Upload | undefined>;
  /** Tells at the upload's own path that every part was put. */
  readonly complete: (path: string) => Promise<unknown>;
  /** Told how many bytes have arrived in all. */
  readonly onBytes?: (arrived: number) => void;
}

/** Sends a content in one request or in parts, and completes it; a part that fails is sent again. */
export async function uploadContent(
  client: Pick<Client, "putContent">,
  upload: Upload | undefined,
  sending: Sending,
): Promise<void> {
  if (upload === undefined) return;
  if (upload.how === "whole") {
    await uploadWhole(client, upload, sending);
    return sending.onBytes?.(sending.content.size);
  }
  await uploadParts(client, upload, sending);
  await sending.complete(upload.complete);
}

type Whole = Extract<Upload, { how: "whole" }>;

/** Whether a link was refused, as one is that is older than an hour. */
const isStale = (error: unknown) => error instanceof TenfoldError && error.status === 403;

async function uploadWhole(
  client: Pick<Client, "putContent">,
  upload: Whole,
  { content, renew }: Sending,
): Promise<void> {
  const put = ({ url, headers }: Whole) => client.putContent(url, content, headers);
  try {
    await put(upload);
  } catch (error) {
    const fresh = isStale(error) ? await renew() : undefined;
    if (fresh?.how !== "whole") throw error;
    await put(fresh);
  }
}

async function uploadParts(
  client: Pick<Client, "putContent">,
  upload: Parts,
  { content, renew, onBytes }: Sending,
): Promise<void> {
  let links = upload;
  let arrived = 0;
  const sliceOf = (number: number) =>
    content.slice((number - 1) * upload.partBytes, number * upload.partBytes);
  const put = (number: number) => client.putContent(links.parts[number - 1]?.url ?? "", sliceOf(number));
  const send = async (number: number) => {
    try {
      await put(number);
    } catch (error) {
      const fresh = isStale(error) ? await renew() : undefined;
      if (fresh?.how !== "parts") throw error;
      links = fresh;
      await put(number);
    }
    arrived += sliceOf(number).size;
    onBytes?.(arrived);
  };
  const numbers = upload.parts.map(({ number }) => number).values();
  const lane = async () => {
    for (const number of numbers) await send(number);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
