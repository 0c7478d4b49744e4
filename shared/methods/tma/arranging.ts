import * as z from "zod";
import { noRounds, storedRounds } from "./rounds.ts";
import { noFrequencies } from "./tfidf.ts";
import type { UnitVectors } from "./vectors.ts";

const floats = z.custom<Float32Array>((value) => value instanceof Float32Array);
const counts = z.custom<Uint32Array>((value) => value instanceof Uint32Array);

const embedded = z.object({
  values: floats,
  lengths: floats,
  /** Rows that have their vectors. */
  done: z.int(),
});
export type Embedded = z.infer<typeof embedded>;

/** Where an arrangement stands: texts counted, rows embedded, rounds made. */
export const arranging = z.object({
  frequencies: z.object({ texts: z.int(), counts }),
  tests: embedded,
  items: embedded,
  rounds: storedRounds,
});
export type Arranging = z.infer<typeof arranging>;

export interface Sizes {
  readonly items: number;
  readonly tests: number;
  readonly dimensions: number;
}

export function nothingYet({ items, tests, dimensions }: Sizes, frequencies = noFrequencies()): Arranging {
  const empty = (rows: number): Embedded => ({
    values: new Float32Array(rows * dimensions),
    lengths: new Float32Array(rows),
    done: 0,
  });
  return { frequencies, tests: empty(tests), items: empty(items), rounds: noRounds(items) };
}

export function vectorsOf({ values, lengths }: Embedded, dimensions: number): UnitVectors {
  return { values, lengths, count: lengths.length, dimensions };
}
