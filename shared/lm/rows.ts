import type { Random } from "./random.ts";

/** Token ids of a text. */
export type Tokens = Uint8Array | Uint16Array | Int32Array;

/** The two inputs of a language-modelling graph, filled row by row. */
export interface RowFeeds {
  readonly tokens: BigInt64Array;
  readonly targets: BigInt64Array;
}

export function createRowFeeds(batch: number, length: number): RowFeeds {
  return { tokens: new BigInt64Array(batch * length), targets: new BigInt64Array(batch * length) };
}

/** Puts a row of length + 1 tokens in its place of the batch: each token is the target of the one before. */
export function placeRow({ tokens, targets }: RowFeeds, row: Tokens, place: number): void {
  const length = row.length - 1;
  for (let i = 0; i < length; i++) {
    tokens[place * length + i] = BigInt(row[i] ?? 0);
    targets[place * length + i] = BigInt(row[i + 1] ?? 0);
  }
}

/** Draws one training row: fills `row`, of length + 1 tokens. */
export type RowSource = (random: Random, row: Int32Array) => void;

/** Rows cut from a text at uniformly random places. Throws RangeError when the text has no whole row. */
export function windowsOf(text: Tokens, length: number): RowSource {
  const places = text.length - length;
  if (places < 1) {
    throw new RangeError(
      `a text of ${text.length} tokens is shorter than one training window of ${length + 1}`,
    );
  }
  return (random, row) => {
    const start = random.integer(places);
    row.set(text.subarray(start, start + row.length));
  };
}

/** A text cut into rows of length + 1 that overlap by one token, so that each token but the first is a target once. */
export function* chunksOf(text: Tokens, length: number): Generator<Tokens> {
  for (let start = 0; start + length < text.length; start += length)
    yield text.subarray(start, start + length + 1);
}
