import { createRandom, type Random } from "../../../lm/random.ts";
import { add, bucketedSet, empty, scoreOf } from "./bucketed-set.ts";

/**
 * Scores of random sets: for each permutation and each of the sizes, the score of that many members drawn
 * without replacement. `visit(size, score)` sees all of them.
 *
 * One draw of the largest size serves every size, since its first members are a draw of theirs (the trick of
 * fgsea, Korotkevich et al. 2021).
 */
export function randomScores(
  weights: Float64Array,
  sizes: readonly number[],
  permutations: number,
  seed: number,
  visit: (size: number, score: number) => void,
): void {
  const ascending = [...new Set(sizes)].sort((a, b) => a - b);
  const largest = ascending.at(-1) ?? 0;
  if (largest === 0) return;
  const urn = Int32Array.from(weights, (_, place) => place);
  const set = bucketedSet(weights, largest);
  const random = createRandom(seed, "random sets");
  for (let permutation = 0; permutation < permutations; permutation++) {
    draw(urn, largest, random);
    empty(set);
    let held = 0;
    for (const size of ascending) {
      for (; held < size; held++) add(set, urn[held] ?? 0);
      visit(size, scoreOf(set));
    }
  }
}

/** The first `count` of the urn become a random draw in random order (Fisher and Yates, the rest left as it is). */
export function draw(urn: Int32Array, count: number, random: Random): void {
  for (let at = 0; at < count; at++) {
    const other = at + random.integer(urn.length - at);
    const place = urn[other] ?? 0;
    urn[other] = urn[at] ?? 0;
    urn[at] = place;
  }
}
