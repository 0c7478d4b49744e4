import { type Distances, distanceAt } from "./distances.ts";

/**
 * How much nearer each thing is to its own cluster than to the next, from -1 to 1 (Rousseeuw 1987): (b - a) / max(a, b)
 * of the mean distances to its own cluster and to the nearest other; 0 for one that is alone in its cluster.
 */
export function silhouettes(distances: Distances, labels: Int32Array): Float64Array {
  const clusters = labels.reduce((most, label) => Math.max(most, label + 1), 0);
  const sizes = new Int32Array(clusters);
  for (const label of labels) sizes[label] = (sizes[label] ?? 0) + 1;
  return Float64Array.from(labels, (own, i) => {
    if ((sizes[own] ?? 0) < 2) return 0;
    const sums = new Float64Array(clusters);
    for (const [j, label] of labels.entries()) sums[label] = (sums[label] ?? 0) + distanceAt(distances, i, j);
    const within = (sums[own] ?? 0) / ((sizes[own] ?? 0) - 1);
    let next = Number.POSITIVE_INFINITY;
    for (let label = 0; label < clusters; label++)
      if (label !== own && (sizes[label] ?? 0) > 0)
        next = Math.min(next, (sums[label] ?? 0) / (sizes[label] ?? 1));
    const larger = Math.max(within, next);
    return next === Number.POSITIVE_INFINITY || larger === 0 ? 0 : (next - within) / larger;
  });
}
