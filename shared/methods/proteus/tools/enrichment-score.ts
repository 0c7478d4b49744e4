/** The running sum of a set along a ranked list, at its members. */
export interface RunningSum {
  /** After each member and before it: the peaks and the troughs of the sum. */
  readonly tops: Float64Array;
  readonly bottoms: Float64Array;
  /** The extreme of both; 0 where the highest peak is as far from 0 as the lowest trough. */
  readonly score: number;
  /** The places of the members up to the peak, or from the trough back from the end: those that make the score. */
  readonly leadingEdge: readonly number[];
}

/**
 * The enrichment score (Subramanian et al. 2005) as fgsea's `calcGseaStat` has it: with members at places S_j (from
 * 1) of N and weights r, top_j = (r_1 + ... + r_j) / sum r - (S_j - j) / (N - m), bottom_j = top_j - r_j / sum r.
 * Where all weights are 0 they count alike. `places` from 0, smallest first; `weights` of the whole list.
 */
export function runningSum(places: ArrayLike<number>, weights: Float64Array): RunningSum {
  const m = places.length;
  const step = 1 / (weights.length - m);
  let total = 0;
  for (let j = 0; j < m; j++) total += weights[places[j] ?? 0] ?? 0;
  const tops = new Float64Array(m);
  const bottoms = new Float64Array(m);
  let [sum, peak, trough] = [0, 0, 0];
  for (let j = 0; j < m; j++) {
    const place = places[j] ?? 0;
    const share = total === 0 ? 1 / m : (weights[place] ?? 0) / total;
    sum += total === 0 ? 1 : (weights[place] ?? 0);
    const top = sum / (total === 0 ? m : total) - (place - j) * step;
    tops[j] = top;
    bottoms[j] = top - share;
    if (top > (tops[peak] ?? 0)) peak = j;
    if (top - share < (bottoms[trough] ?? 0)) trough = j;
  }
  const [highest, lowest] = [tops[peak] ?? 0, bottoms[trough] ?? 0];
  const ordered = Array.from(places);
  if (highest === -lowest) return { tops, bottoms, score: 0, leadingEdge: [] };
  if (highest > -lowest) return { tops, bottoms, score: highest, leadingEdge: ordered.slice(0, peak + 1) };
  return { tops, bottoms, score: lowest, leadingEdge: ordered.slice(trough).reverse() };
}
