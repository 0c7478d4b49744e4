import { isUtf8 } from "node:buffer";
import { ContentFault } from "../faults.ts";
import { maxRowBytes, type RowTaker, type Splitter } from "./lines.ts";

const newline = 0x0a;
const quote = 0x22;
const backslash = 0x5c;
const isSpace = (byte: number | undefined) =>
  byte === 0x20 || byte === newline || byte === 0x0d || byte === 0x09;

/**
 * Cuts one JSON array into its elements as its chunks come in, without parsing them: it follows strings and
 * brackets alone. Throws a ContentFault where what stands between the elements is not as in an array.
 */
export function splitArray(start: number, taker: RowTaker, limit: number = maxRowBytes): Splitter {
  let line = 1;
  let offset = start;
  let crlf = false;
  let place: "before" | "first" | "element" | "next" | "after" = "before";
  let depth = 0;
  let inString = false;
  /** The chunk before ended in the middle of an escape. */
  let escaped = false;
  let pieces: Buffer[] = [];
  let kept = 0;
  let begin = { line: 1, offset: start };

  const fault = (message: string, at: number) =>
    new ContentFault({ message, line, offset: offset + at, field: "" });
  const keep = (piece: Buffer) => {
    kept += piece.length;
    if (kept > limit) pieces = [];
    else if (piece.length > 0) pieces.push(piece);
  };
  const finish = (chunk: Buffer, from: number, end: number) => {
    if (kept + end - from > limit) taker.tooLong(begin.line, begin.offset);
    else {
      const bytes = kept === 0 ? chunk : Buffer.concat([...pieces, chunk.subarray(from, end)]);
      const slice = kept === 0 ? { start: from, end } : { start: 0, end: bytes.length };
      const utf8 = isUtf8(bytes.subarray(slice.start, slice.end));
      taker.row({ bytes, ...slice, ...begin, utf8 });
    }
    pieces = [];
    kept = 0;
  };
  /** Index behind the string's closing quote, or the chunk's length when it goes on in the next chunk. */
  const skipString = (chunk: Buffer, from: number): number => {
    let at = from;
    if (escaped) {
      escaped = false;
      at++;
    }
    const first = at;
    for (;;) {
      const close = chunk.indexOf(quote, at);
      const end = close === -1 ? chunk.length : close;
      let slashes = 0;
      while (end - 1 - slashes >= first && chunk[end - 1 - slashes] === backslash) slashes++;
      if (close === -1) {
        escaped = slashes % 2 === 1;
        return chunk.length;
      }
      if (slashes % 2 === 0) {
        inString = false;
        return close + 1;
      }
      at = close + 1;
    }
  };

  /** Takes one byte between the elements; true when an element begins with it. */
  const between = (byte: number | undefined, at: number): boolean => {
    if (isSpace(byte)) return false;
    if (place === "before") {
      if (byte !== 0x5b) throw fault("a JSON array has to begin with [", at);
      place = "first";
      return false;
    }
    if (place === "after") throw fault("something follows the end of the JSON array", at);
    if (byte === 0x5d) {
      if (place === "next") throw fault("a comma stands before the end of the JSON array", at);
      place = "after";
      return false;
    }
    if (byte === 0x2c) throw fault("an element is missing before this comma of the JSON array", at);
    return true;
  };

  return {
    push(chunk) {
      let from = 0;
      for (let at = 0; at < chunk.length; ) {
        if (inString) {
          at = skipString(chunk, at);
          continue;
        }
        const byte = chunk[at];
        if (place === "element") {
          if (byte === quote) inString = true;
          else if (byte === 0x7b || byte === 0x5b) depth++;
          else if (depth > 0 && (byte === 0x7d || byte === 0x5d)) depth--;
          else if (depth === 0 && (byte === 0x2c || byte === 0x5d)) {
            finish(chunk, from, at);
            place = byte === 0x2c ? "next" : "after";
          }
        } else if (between(byte, at)) {
          place = "element";
          from = at;
          begin = { line, offset: offset + at };
          continue;
        }
        if (byte === newline) {
          line++;
          crlf ||= chunk[at - 1] === 0x0d;
        }
        at++;
      }
      if (place === "element") keep(chunk.subarray(from));
      offset += chunk.length;
    },
    end() {
      if (place !== "after") throw fault("the JSON array is not closed: the file ends too early", 0);
    },
    newlines: () => (line === 1 ? "none" : crlf ? "crlf" : "lf"),
  };
}
