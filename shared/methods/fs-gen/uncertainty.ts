import { distributionOf } from "../../lm/decoding/sampling.ts";

/** softmax(logits). */
export function probabilitiesOf(logits: Float32Array): Float32Array {
  return distributionOf(logits, { temperature: 1 });
}

/** The k largest probabilities, the largest first; 0 where there are fewer. */
export function largestOf(probabilities: Float32Array, k: number): number[] {
  const largest = new Array<number>(k).fill(0);
  for (const p of probabilities) {
    if (p <= (largest[k - 1] ?? 0)) continue;
    let at = k - 1;
    for (; at > 0 && (largest[at - 1] ?? 0) < p; at--) largest[at] = largest[at - 1] ?? 0;
    largest[at] = p;
  }
  return largest;
}

export const uncertaintyNames = ["confidence", "entropy", "margin"] as const;
export type UncertaintyName = (typeof uncertaintyNames)[number];

/** How unsure a distribution is, in three ways, each the larger the less sure: 1 - p_max, entropy in nats, -(p1 - p2). */
export function uncertaintyOf(probabilities: Float32Array): Record<UncertaintyName, number> {
  const [first = 0, second = 0] = largestOf(probabilities, 2);
  let entropy = 0;
  for (const p of probabilities) if (p > 0) entropy -= p * Math.log(p);
  return { confidence: 1 - first, entropy, margin: second - first };
}

/** Points of the ROC curve, from the highest score on: shares of the agreeing and of the differing places above it. */
export function rocCurve(
  scores: ArrayLike<number>,
  differs: ArrayLike<number>,
  most = 60,
): { false: number; true: number }[] {
  const order = Array.from(scores, (_, at) => at).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  const positives = Array.from(differs).reduce((sum, one) => sum + (one === 0 ? 0 : 1), 0);
  const negatives = order.length - positives;
  const points = [{ false: 0, true: 0 }];
  let [hits, misses] = [0, 0];
  for (const [rank, at] of order.entries()) {
    if ((differs[at] ?? 0) === 0) misses++;
    else hits++;
    const tied = scores[order[rank + 1] ?? -1] === scores[at];
    if (!tied) points.push({ false: misses / (negatives || 1), true: hits / (positives || 1) });
  }
  const step = Math.ceil(points.length / most);
  return points.filter((_, at) => at % step === 0 || at === points.length - 1);
}
