import { isUtf8 } from "node:buffer";
import type { ContentError, ContentSummary } from "./record.ts";

/** What came of a check: what the content holds, or what is wrong with it. */
export type Checked = { readonly summary: ContentSummary } | { readonly error: ContentError };

/**
 * Checks that a stream of bytes is a text: UTF-8 throughout, no NUL, and more than white space. The first
 * thing wrong is named with its line, from 1, and its offset in bytes, from 0. Memory is one chunk.
 */
export async function checkText(content: AsyncIterable<Uint8Array>): Promise<Checked> {
  let lines = 0;
  let characters = 0;
  let offset = 0;
  let blank = true;
  let newline = true;
  let rest: Buffer = Buffer.alloc(0);

  const inspect = (bytes: Buffer): ContentError | undefined => {
    const at = firstFault(bytes);
    if (at !== undefined) {
      const line = lines + 1 + countNewlines(bytes.subarray(0, at.place));
      return { message: at.message, line, offset: offset + at.place };
    }
    lines += countNewlines(bytes);
    characters += countCharacters(bytes);
    blank &&= bytes.toString("utf8").trim() === "";
    if (bytes.length > 0) newline = bytes.at(-1) === 0x0a;
    offset += bytes.length;
    return undefined;
  };

  for await (const chunk of content) {
    const bytes =
      rest.length > 0
        ? Buffer.concat([rest, chunk])
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const whole = bytes.length - openSequence(bytes);
    const error = inspect(bytes.subarray(0, whole));
    if (error !== undefined) return { error };
    rest = Buffer.from(bytes.subarray(whole));
  }
  const error = inspect(rest);
  if (error !== undefined) return { error };
  if (offset === 0) return { error: { message: "the file is empty" } };
  if (blank) return { error: { message: "the file holds nothing but white space" } };
  return { summary: { kind: "text", lines: lines + (newline ? 0 : 1), characters } };
}

function firstFault(bytes: Buffer): { place: number; message: string } | undefined {
  const nul = bytes.indexOf(0);
  const invalid = isUtf8(bytes) ? -1 : firstInvalid(bytes);
  if (nul === -1 && invalid === -1) return undefined;
  return invalid === -1 || (nul !== -1 && nul < invalid)
    ? { place: nul, message: "a NUL byte: this is a binary file, or a text that is not in UTF-8" }
    : {
        place: invalid,
        message: `byte 0x${bytes[invalid]?.toString(16).padStart(2, "0")} is not valid UTF-8`,
      };
}

/** Where the decoder put a replacement that is not itself in the bytes. */
function firstInvalid(bytes: Buffer): number {
  let place = 0;
  for (const character of bytes.toString("utf8")) {
    if (character === "\ufffd" && bytes.readUIntBE(place, Math.min(3, bytes.length - place)) !== 0xefbfbd)
      break;
    place += Buffer.byteLength(character);
  }
  return place;
}

/** Length of a multi-byte sequence that the end of these bytes cuts off: 0 to 3. */
function openSequence(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) count++;
  return count;
}

/** Bytes that do not continue a sequence, which are as many as there are code points. */
function countCharacters(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if ((byte & 0xc0) !== 0x80) count++;
  return count;
}
