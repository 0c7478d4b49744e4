import { indexes } from "./matrix.ts";

/** The rank of each value from 0, equal values at their mean; NaN for a missing one. */
export function meanRanks(values: Float64Array): Float64Array {
  const ranks = new Float64Array(values.length).fill(Number.NaN);
  const order = indexes(values.length)
    .filter((i) => !Number.isNaN(values[i] ?? Number.NaN))
    .sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1] ?? 0] === values[order[from] ?? 0]) to++;
    for (let at = from; at <= to; at++) ranks[order[at] ?? 0] = (from + to) / 2;
    from = to + 1;
  }
  return ranks;
}
