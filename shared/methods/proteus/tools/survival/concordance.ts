import type { RiskOrder } from "./risk-sets.ts";

/**
 * Harrell's C of a score in risk order: among pairs of a stratum of which one is known to have the event first, the
 * share in which that one has the higher score, equal scores counted half; NaN without such a pair. Whoever is
 * censored at the time of an event outlives it; two events at one time are no pair.
 */
export function concordance({ times, events, strata }: RiskOrder, scores: Float64Array): number {
  const ranks = ranksOf(scores);
  let counts = new Float64Array(ranks.levels + 1);
  let [pairs, agreeing, held] = [0, 0, 0];
  for (let from = 0; from < times.length; ) {
    if (from > 0 && strata[from] !== strata[from - 1]) {
      counts = new Float64Array(ranks.levels + 1);
      held = 0;
    }
    let to = from;
    while (to < times.length && times[to] === times[from] && strata[to] === strata[from]) to++;
    const at = Array.from({ length: to - from }, (_, i) => from + i);
    const died = at.filter((row) => events[row] === 1);
    for (const row of at) if (events[row] !== 1) add(counts, ranks.of[row] ?? 0);
    held += at.length - died.length;
    for (const row of died) {
      const rank = ranks.of[row] ?? 0;
      const below = countTo(counts, rank - 1);
      agreeing += below + (countTo(counts, rank) - below) / 2;
      pairs += held;
    }
    for (const row of died) add(counts, ranks.of[row] ?? 0);
    held += died.length;
    from = to;
  }
  return agreeing / pairs;
}

/** Ranks from 1; equal scores have the same. */
function ranksOf(scores: Float64Array): { readonly of: Int32Array; readonly levels: number } {
  const levels = new Map([...new Set(scores)].sort((a, b) => a - b).map((score, at) => [score, at + 1]));
  return { of: Int32Array.from(scores, (score) => levels.get(score) ?? 0), levels: levels.size };
}

/** Fenwick's tree of counts: both take as many steps as the number of levels has bits. */
function add(counts: Float64Array, rank: number): void {
  for (let at = rank; at < counts.length; at += at & -at) counts[at] = (counts[at] ?? 0) + 1;
}

function countTo(counts: Float64Array, rank: number): number {
  let sum = 0;
  for (let at = rank; at > 0; at -= at & -at) sum += counts[at] ?? 0;
  return sum;
}
