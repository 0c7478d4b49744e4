import type { Distances, Distribution } from "./output.ts";

/** Added to each probability before its logarithm, as in DSIR: a bucket may be empty. */
export const smoothing = 1e-8;

/** Shares of the buckets; zeros where nothing was counted. */
export function sharesOf(counts: Float64Array): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (total === 0 ? 0 : count / total));
}

/** sum p (log (p + s) - log (q + s)), in nats. */
export function kullbackLeibler(p: Float64Array, q: Float64Array): number {
  return p.reduce(
    (sum, share, i) =>
      sum + (share === 0 ? 0 : share * (Math.log(share + smoothing) - Math.log((q[i] ?? 0) + smoothing))),
    0,
  );
}

/** How the buckets of a corpus differ from the real one's. */
export function distancesOf(real: Float64Array, other: Float64Array): Distances {
  const [p, q] = [sharesOf(real), sharesOf(other)];
  return {
    kl: kullbackLeibler(p, q),
    reverseKl: kullbackLeibler(q, p),
    l1: p.reduce((sum, share, i) => sum + Math.abs(share - (q[i] ?? 0)), 0),
  };
}

/** How the n-grams of a corpus spread over the buckets. */
export function distributionOf(counts: Float64Array, documents: number): Distribution {
  const shares = sharesOf(counts);
  const sorted = shares.toSorted().toReversed();
  const fullest = sorted.subarray(0, Math.max(1, Math.ceil(shares.length / 100)));
  return {
    documents,
    ngrams: counts.reduce((sum, count) => sum + count, 0),
    used: counts.filter((count) => count > 0).length / counts.length,
    top: fullest.reduce((sum, share) => sum + share, 0),
    entropy: shares.reduce((sum, share) => sum - (share === 0 ? 0 : share * Math.log2(share)), 0),
  };
}
