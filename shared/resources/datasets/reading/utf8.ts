import { isUtf8 } from "node:buffer";
import { ContentFault } from "../faults.ts";

/** Where bytes are no text, and why; undefined for UTF-8 without NUL. A cut-off sequence at the end is a fault. */
export function utf8Fault(bytes: Buffer): { readonly place: number; readonly message: string } | undefined {
  const nul = bytes.indexOf(0);
  const invalid = isUtf8(bytes) ? -1 : firstInvalid(bytes);
  if (nul === -1 && invalid === -1) return undefined;
  if (invalid === -1 || (nul !== -1 && nul < invalid)) {
    const message =
      "a NUL byte: this is a binary file, or a text in UTF-16 or UTF-32; a text has to be in UTF-8";
    return { place: nul, message };
  }
  const byte = bytes[invalid]?.toString(16).padStart(2, "0");
  const message = `byte 0x${byte} is not valid UTF-8; a file in Latin-1 or Windows-1252 has to be saved as UTF-8`;
  return { place: invalid, message };
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
export function openSequence(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

export function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) count++;
  return count;
}

/**
 * Passes chunks on that each end between two characters. Throws a ContentFault, with line and offset, at
 * the first byte that is not UTF-8. `start` is the offset of the first chunk.
 */
export async function* utf8Chunks(chunks: AsyncIterable<Buffer>, start: number): AsyncGenerator<Buffer> {
  let line = 1;
  let offset = start;
  let rest: Buffer = Buffer.alloc(0);
  const inspect = (bytes: Buffer) => {
    const fault = utf8Fault(bytes);
    if (fault !== undefined) {
      const { message, place } = fault;
      line += countNewlines(bytes.subarray(0, place));
      throw new ContentFault({ message, line, offset: offset + place });
    }
    line += countNewlines(bytes);
    offset += bytes.length;
  };
  for await (const chunk of chunks) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const whole = bytes.subarray(0, bytes.length - openSequence(bytes));
    inspect(whole);
    rest = Buffer.from(bytes.subarray(whole.length));
    if (whole.length > 0) yield whole;
  }
  if (rest.length > 0) {
    const byte = rest[0]?.toString(16);
    throw new ContentFault({
      message: `the text ends in the middle of a character: 0x${byte}`,
      line,
      offset,
    });
  }
}
