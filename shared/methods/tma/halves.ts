import { createRandom } from "../../lm/random.ts";

/** Rows of the test set, by rising number: those that select, and those that are only reported on. */
export interface Halves {
  readonly selecting: Int32Array;
  readonly heldOut: Int32Array;
}

/**
 * Test rows drawn at random to be held out, and the others. Throws RangeError where `share` would leave one of the two
 * without any.
 */
export function halve(tests: number, share: number, seed: number): Halves {
  const wanted = Math.round(share * tests);
  if (tests - wanted < 1 || (share > 0 && wanted < 1)) {
    throw new RangeError(`heldOut: a test set of ${tests} cannot be split at ${share}`);
  }
  const mixed = createRandom(seed, "halves").shuffle(Int32Array.from({ length: tests }, (_, row) => row));
  return { selecting: mixed.slice(wanted).sort(), heldOut: mixed.slice(0, wanted).sort() };
}
