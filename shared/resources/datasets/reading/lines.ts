import { isUtf8 } from "node:buffer";

/** Largest row, in bytes: parsed, a hostile one takes twenty times as much of memory. */
export const maxRowBytes = 4 * 1024 * 1024;

/** A row in a buffer: its bytes from `start` to `end`, the line it begins in, and its offset in the content. */
export interface RowSlice {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly offset: number;
  /** Known to be UTF-8. */
  readonly utf8: boolean;
}

export interface RowTaker {
  row(slice: RowSlice): void;
  /** A row over `maxRowBytes`, of which nothing is kept. */
  tooLong(line: number, offset: number): void;
}

/** Cuts a content into rows as its chunks come in. */
export interface Splitter {
  push(chunk: Buffer): void;
  end(): void;
  newlines(): "lf" | "crlf" | "mixed" | "none";
}

/** Cuts at newlines. A row is handed over where it lies, and copied only where it spans two chunks. */
export function splitLines(start: number, taker: RowTaker, limit: number = maxRowBytes): Splitter {
  let line = 1;
  let offset = start;
  let pieces: Buffer[] = [];
  let kept = 0;
  let skipping = false;
  const seen = { lf: 0, crlf: 0 };

  const keep = (piece: Buffer) => {
    kept += piece.length;
    if (kept > limit) {
      skipping = true;
      pieces = [];
    } else if (piece.length > 0) pieces.push(piece);
  };
  const finish = () => {
    if (skipping) taker.tooLong(line, offset);
    else if (kept > 0) {
      const bytes = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
      taker.row({ bytes, start: 0, end: bytes.length, line, offset, utf8: isUtf8(bytes) });
    }
    offset += kept;
    pieces = [];
    kept = 0;
    skipping = false;
  };

  return {
    push(chunk) {
      let from = 0;
      let at = chunk.indexOf(0x0a);
      if (at === -1) return keep(chunk);
      if (kept > 0) {
        keep(chunk.subarray(0, at));
        if (endsInReturn(chunk, at, pieces)) seen.crlf++;
        else seen.lf++;
        finish();
        offset++;
        line++;
        from = at + 1;
        at = chunk.indexOf(0x0a, from);
      }
      const utf8 = at === -1 || isUtf8(chunk.subarray(from, chunk.lastIndexOf(0x0a)));
      for (; at !== -1; at = chunk.indexOf(0x0a, from)) {
        if (chunk[at - 1] === 0x0d) seen.crlf++;
        else seen.lf++;
        if (at - from > limit) taker.tooLong(line, offset);
        else if (at > from) taker.row({ bytes: chunk, start: from, end: at, line, offset, utf8 });
        offset += at + 1 - from;
        line++;
        from = at + 1;
      }
      if (from < chunk.length) keep(chunk.subarray(from));
    },
    end: finish,
    newlines: () => {
      if (seen.crlf > 0) return seen.lf > 0 ? "mixed" : "crlf";
      return seen.lf > 0 ? "lf" : "none";
    },
  };
}

const endsInReturn = (chunk: Buffer, at: number, pieces: readonly Buffer[]) =>
  (at > 0 ? chunk[at - 1] : pieces.at(-1)?.at(-1)) === 0x0d;
