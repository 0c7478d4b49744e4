import type { Backend } from "../backend.ts";
import { NoSuchObject } from "../bucket.ts";
import { Problem } from "../problem.ts";
import { partBytes, type Upload } from "./record.ts";

/** A content on its way: where it goes, and S3's name for an upload in parts. */
export interface Transfer {
  readonly key: string;
  readonly type: string;
  readonly bytes?: number | undefined;
  readonly uploadId?: string | undefined;
}

/** S3's name for the upload of a content that is too large for one request; undefined for one that is not. */
export async function beginParts(
  { bucket }: Backend,
  { key, type, bytes }: Transfer,
): Promise<string | undefined> {
  if (bytes === undefined || bytes <= partBytes) return undefined;
  return (await bucket.parts.begin(key, type)).uploadId;
}

/** Links to send a content with; `complete` is the path of the call that ends an upload in parts. */
export async function uploadOf({ bucket }: Backend, transfer: Transfer, complete: string): Promise<Upload> {
  const { key, type, bytes, uploadId } = transfer;
  if (uploadId === undefined || bytes === undefined) {
    return { how: "whole", ...(await bucket.uploadUrl(key, type, bytes)) };
  }
  const urls = await bucket.parts.urls({ key, uploadId }, Math.ceil(bytes / partBytes));
  return {
    how: "parts",
    method: "PUT",
    partBytes,
    parts: urls.map((url, i) => ({ number: i + 1, url })),
    complete,
  };
}

/** The sizes of the parts of a content. */
export const partSizes = (bytes: number): number[] =>
  Array.from({ length: Math.ceil(bytes / partBytes) }, (_, i) => Math.min(partBytes, bytes - i * partBytes));

/**
 * Makes one content of the parts that were uploaded; done again, it changes nothing. Answers `gone` when neither
 * parts nor content are there any more. Throws a 409 while parts are missing, naming them, and for a content that
 * does not come in parts; `what` is its name in the text.
 */
export async function finishParts(
  { bucket }: Backend,
  { key, bytes, uploadId }: Omit<Transfer, "type">,
  what: string,
): Promise<"there" | "gone"> {
  if (uploadId === undefined || bytes === undefined) {
    throw new Problem("conflict", `the content of ${what} goes up in one request, not in parts`);
  }
  const wrong = await bucket.parts.finish({ key, uploadId }, partSizes(bytes));
  // An earlier call finished the upload, or it lay too long and was dropped.
  if (wrong === "gone") return (await sizeOf(bucket, key)) === undefined ? "gone" : "there";
  if (wrong.length === 0) return "there";
  const errors = wrong.slice(0, 50).map((number) => ({
    path: `/parts/${number}`,
    message: "is not there, or not of the size that it should have",
  }));
  const few = wrong.length === 1 ? "1 part is" : `${wrong.length} parts are`;
  throw new Problem("conflict", `${few} missing of the content of ${what}`, errors);
}

/** Size of an object; undefined where there is none. */
export const sizeOf = (bucket: Backend["bucket"], key: string): Promise<number | undefined> =>
  bucket.size(key).catch((error: unknown) => {
    if (error instanceof NoSuchObject) return undefined;
    throw error;
  });
