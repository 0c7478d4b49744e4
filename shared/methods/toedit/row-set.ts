import type { Random } from "../../lm/random.ts";
import type { RowSource } from "../../lm/rows.ts";

/** Rows of equal length, one after the other: what a model of the study is trained on. */
export interface RowSet {
  /** Bytes of a row: a row of a training with its last target. */
  readonly width: number;
  readonly bytes: Uint8Array;
}

export const rowCount = ({ width, bytes }: RowSet): number => bytes.length / width;

export const rowAt = ({ width, bytes }: RowSet, index: number): Uint8Array =>
  bytes.subarray(index * width, (index + 1) * width);

/** Rows cut from a text at uniformly random places. */
export function cutRows(text: Uint8Array, count: number, width: number, random: Random): RowSet {
  const bytes = new Uint8Array(count * width);
  for (let row = 0; row < count; row++) {
    const start = random.integer(text.length - width + 1);
    bytes.set(text.subarray(start, start + width), row * width);
  }
  return { width, bytes };
}

/** `share` of the rows from the second set, rounded, the rest from the first; both give their first rows. */
export function mixed(real: RowSet, synthetic: RowSet, share: number): RowSet {
  const count = rowCount(real);
  const taken = Math.round(share * count);
  const { width } = real;
  return joined([
    { width, bytes: real.bytes.subarray(0, (count - taken) * width) },
    { width, bytes: synthetic.bytes.subarray(0, taken * width) },
  ]);
}

/** All rows of several sets. */
export function joined(sets: readonly RowSet[]): RowSet {
  const [first] = sets;
  if (first === undefined) throw new RangeError("no rows");
  return { width: first.width, bytes: Buffer.concat(sets.map(({ bytes }) => bytes)) };
}

/** Draws training rows, each row of the set equally likely. */
export function rowsOf(set: RowSet): RowSource {
  const count = rowCount(set);
  return (random, row) => row.set(rowAt(set, random.integer(count)));
}
