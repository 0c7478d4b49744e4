import type { Random } from "../random.ts";

/** How the next token is chosen from logits. What is left out does not restrict. */
export interface Sampling {
  /** Divides the logits; 0, the default, is greedy: the most probable token, the first one of equals. */
  readonly temperature?: number;
  /** Only the k most probable tokens, the earlier ones of equals. */
  readonly topK?: number;
  /** Only the most probable tokens that together reach this probability (nucleus sampling, arXiv 1904.09751). */
  readonly topP?: number;
  /** Only tokens of at least this share of the largest probability (min-p, arXiv 2407.01082). */
  readonly minP?: number;
}

/** Index of the largest logit, the first of equals. */
export function mostProbable(logits: Float32Array): number {
  let best = 0;
  for (let token = 1; token < logits.length; token++) {
    if ((logits[token] as number) > (logits[best] as number)) best = token; // both are within it
  }
  return best;
}

/** -log of the normaliser and the maximum: log p(token) = logits[token] - answer. */
export function logSumExp(logits: Float32Array): number {
  const largest = logits[mostProbable(logits)] ?? 0;
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - largest);
  return largest + Math.log(total);
}

/** log p of one token under softmax(logits), in nats. */
export function logProbability(logits: Float32Array, token: number): number {
  return (logits[token] ?? Number.NEGATIVE_INFINITY) - logSumExp(logits);
}

/**
 * The probabilities that a token is drawn with, over the whole vocabulary: temperature first, then top-k,
 * top-p and min-p, each on what is left, as in Hugging Face's and llama.cpp's order. Throws RangeError on options out of range.
 */
export function distributionOf(logits: Float32Array, sampling: Sampling = {}): Float32Array {
  const { temperature = 0, topK = logits.length, topP = 1, minP = 0 } = sampling;
  if (!(temperature >= 0)) throw new RangeError(`a temperature of ${temperature}`);
  if (!(topK >= 1)) throw new RangeError(`a top-k of ${topK}`);
  if (!(topP > 0 && topP <= 1)) throw new RangeError(`a top-p of ${topP}`);
  if (!(minP >= 0 && minP <= 1)) throw new RangeError(`a min-p of ${minP}`);
  const best = mostProbable(logits);
  const probabilities = new Float32Array(logits.length);
  if (temperature === 0) {
    probabilities[best] = 1;
    return probabilities;
  }
  const largest = logits[best] ?? 0;
  for (let token = 0; token < logits.length; token++) {
    probabilities[token] = Math.exp(((logits[token] as number) - largest) / temperature); // within it
  }
  if (topK < logits.length || topP < 1) keepMostProbable(logits, probabilities, topK, topP);
  if (minP > 0) {
    for (const [token, p] of probabilities.entries()) if (p < minP) probabilities[token] = 0; // the largest is 1
  }
  return normalise(probabilities);
}

/** Leaves the weights of the k largest logits, and of those the first that together reach `topP` of their sum. */
function keepMostProbable(logits: Float32Array, weights: Float32Array, topK: number, topP: number): void {
  const ranked = [...logits.keys()].sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0) || a - b);
  const kept = ranked.slice(0, topK);
  const total = kept.reduce((sum, token) => sum + (weights[token] ?? 0), 0);
  let [reached, count] = [0, 0];
  while (count < kept.length && (count === 0 || reached < topP * total)) {
    reached += weights[kept[count] ?? 0] ?? 0;
    count++;
  }
  for (const token of ranked.slice(count)) weights[token] = 0;
}

function normalise(weights: Float32Array): Float32Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (let token = 0; token < weights.length; token++) weights[token] = (weights[token] as number) / total; // within it
  return weights;
}

/** A draw from probabilities (or weights) over tokens. */
export function draw(probabilities: ArrayLike<number>, random: Random): number {
  let total = 0;
  for (let token = 0; token < probabilities.length; token++) total += probabilities[token] ?? 0;
  let left = random.uniform() * total;
  let last = 0;
  for (let token = 0; token < probabilities.length; token++) {
    const p = probabilities[token] ?? 0;
    if (p === 0) continue;
    last = token;
    left -= p;
    if (left < 0) return token;
  }
  return last;
}

/** The token that follows: the most probable one when greedy, else a draw. */
export function choose(logits: Float32Array, sampling: Sampling, random: Random): number {
  const { temperature = 0 } = sampling;
  return temperature === 0 ? mostProbable(logits) : draw(distributionOf(logits, sampling), random);
}
