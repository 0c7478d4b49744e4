import type { CreatedDataset, Upload } from "../resources/datasets/record.ts";
import type { Client } from "./client.ts";
import { TenfoldError } from "./errors.ts";

type Parts = Extract<Upload, { how: "parts" }>;

/** Parts that are on their way at the same time. */
const lanes = 3;

/**
 * Sends a content to where create-dataset said, in one request or in parts; a part that fails is sent again.
 * `renew` answers the same upload with fresh links, for those that went stale on a slow line. `onBytes` is told how
 * many bytes have arrived in all.
 */
export async function uploadContent(
  client: Client,
  { upload }: Pick<CreatedDataset, "upload">,
  content: Blob,
  renew: () => Promise<Upload | undefined>,
  onBytes: (arrived: number) => void = () => undefined,
): Promise<void> {
  if (upload === undefined) return;
  if (upload.how === "whole") {
    await client.putContent(upload.url, content, upload.headers);
    return onBytes(content.size);
  }
  await uploadParts(client, upload, content, renew, onBytes);
  await client.completeUpload(upload.complete);
}

async function uploadParts(
  client: Client,
  upload: Parts,
  content: Blob,
  renew: () => Promise<Upload | undefined>,
  onBytes: (arrived: number) => void,
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
      if (!(error instanceof TenfoldError && error.status === 403)) throw error;
      const fresh = await renew();
      if (fresh?.how !== "parts") throw error;
      links = fresh;
      await put(number);
    }
    arrived += sliceOf(number).size;
    onBytes(arrived);
  };
  const numbers = upload.parts.map(({ number }) => number).values();
  const lane = async () => {
    for (const number of numbers) await send(number);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
