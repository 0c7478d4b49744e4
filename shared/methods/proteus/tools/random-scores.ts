import { createRandom, type Random } from "../../../lm/random.ts";

/**
 * Scores of random sets: for each permutation and each of the sizes, the score of that many members drawn
 * without replacement. `visit(size, score)` sees all of them.
 *
 * One draw of the largest size serves every size, since its first members are a draw of theirs (the trick of
 * fgsea, Korotkevich et al. 2021). They are kept in order as more come in, so that a size costs its own length.
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
  const urn = Int32Array.from(weights, (_, place) => place);
  const drawn = new Int32Array(largest);
  const random = createRandom(seed, "random sets");
  for (let permutation = 0; permutation < permutations; permutation++) {
    draw(urn, largest, random);
    let [held, total] = [0, 0];
    for (const size of ascending) {
      total += merge(drawn, held, urn, size, weights);
      held = size;
      visit(size, scoreOf(drawn, size, weights, total));
    }
  }
}

/** The first `count` of the urn become a random draw in random order (Fisher and Yates, the rest left as it is). */
function draw(urn: Int32Array, count: number, random: Random): void {
  for (let at = 0; at < count; at++) {
    const other = at + random.integer(urn.length - at);
    const place = urn[other] ?? 0;
    urn[other] = urn[at] ?? 0;
    urn[at] = place;
  }
}

/** Brings urn[held] to urn[size - 1] into the `held` places that are in order; answers the sum of their weights. */
function merge(into: Int32Array, held: number, urn: Int32Array, size: number, weights: Float64Array): number {
  const fresh = urn.slice(held, size).sort();
  let total = 0;
  let [old, next] = [held - 1, fresh.length - 1];
  for (let at = size - 1; next >= 0; at--) {
    const candidate = fresh[next] ?? 0;
    const before = old >= 0 ? (into[old] ?? 0) : -1;
    if (before > candidate) {
      into[at] = before;
      old--;
    } else {
      into[at] = candidate;
      total += weights[candidate] ?? 0;
      next--;
    }
  }
  return total;
}

/** `runningSum`'s score alone, of the first `size` places. */
function scoreOf(places: Int32Array, size: number, weights: Float64Array, total: number): number {
  const left = weights.length - size;
  const scale = total > 0 ? left / total : left / size;
  let [sum, highest, lowest] = [0, 0, 0];
  for (let j = 0; j < size; j++) {
    const place = places[j] ?? 0;
    const gone = place - j;
    const bottom = sum * scale - gone;
    if (bottom < lowest) lowest = bottom;
    sum += total > 0 ? (weights[place] ?? 0) : 1;
    const top = sum * scale - gone;
    if (top > highest) highest = top;
  }
  if (highest === -lowest) return 0;
  return (highest > -lowest ? highest : lowest) / left;
}
