import type { TopTokens } from "../../lm/place-scoring.ts";
import { createRandom, type Random } from "../../lm/random.ts";
import { type EditRule, nucleusTokens, type Sampler } from "./input.ts";

/** Stands in the place of a token that was dropped. */
export const dropped = -1;

/** What is drawn from at a place where `token` stands. */
export interface Place extends TopTokens {
  readonly token: number;
}

/** Tokens of each place that a sampler looks at. */
export function topTokensOf(sampler: Sampler, vocabularySize: number): number {
  return Math.min(sampler.type === "top-p" ? nucleusTokens : sampler.k, vocabularySize);
}

/** Whether a token of probability p is drawn anew. */
export function isCandidate(p: number, { strategy, when, threshold }: EditRule): boolean {
  if (strategy === "filter") return false;
  return when === "at-least" ? p >= threshold : p <= threshold;
}

/** Whether a token of probability p is left out. */
export function isDropped(p: number, { strategy, dropBelow }: EditRule): boolean {
  return strategy !== "high" && p < dropBelow;
}

/**
 * A new token for a place. The token that stands there is eligible even where the sampler would leave it out, as
 * in the released code. Rejection proposes uniformly and accepts with p / (the largest p): an exact draw, unless
 * it runs out of tries, when the token stays.
 */
export function redraw(place: Place, sampler: Sampler, random: Random): number {
  const { tokens, weights } = eligible(place, sampler);
  if (sampler.type !== "rejection") return tokens[drawIndex(weights, random)] ?? place.token;
  const largest = Math.max(...weights);
  for (let attempt = 0; attempt < sampler.tries; attempt++) {
    const proposed = random.integer(tokens.length);
    if (random.uniform() * largest < (weights[proposed] ?? 0)) return tokens[proposed] ?? place.token;
  }
  return place.token;
}

/** The tokens that a sampler may answer, with their probabilities before they are renormalised. */
export function eligible(place: Place, sampler: Sampler): { tokens: number[]; weights: number[] } {
  const count = topTokensOf(sampler, place.topTokens.length);
  const tokens: number[] = [];
  const weights: number[] = [];
  let [reached, found] = [0, false];
  for (let i = 0; i < count; i++) {
    if (sampler.type === "top-p" && i > 0 && reached >= sampler.p) break;
    const token = place.topTokens[i] ?? 0;
    const weight = Math.exp(place.topLogProbabilities[i] ?? Number.NEGATIVE_INFINITY);
    tokens.push(token);
    weights.push(weight);
    reached += weight;
    found ||= token === place.token;
  }
  if (!found) {
    tokens.push(place.token);
    weights.push(Math.exp(place.logProbability));
  }
  return { tokens, weights };
}

/** An index with probability proportional to its weight. */
function drawIndex(weights: readonly number[], random: Random): number {
  let left = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return index;
  }
  return weights.length - 1;
}

/** The random stream of one window of one text: of where it stands in the corpus, never of when it is read. */
export type StreamOf = () => Random;
export const windowStream = (seed: number, row: number, text: number, window: number): StreamOf => {
  let random: Random | undefined;
  return () => {
    random ??= createRandom(seed, "edit", row, text, window);
    return random;
  };
};

/** Where decisions are written: from `at` on, for places `from` and later of the row. */
export interface DecideInto {
  readonly edited: Int32Array;
  readonly probabilities: Float32Array;
  readonly at: number;
  readonly from: number;
}

/**
 * Decides on the places of a row (place i is token i + 1 of it): writes p, and the token or `dropped`. Answers the
 * places whose token is to be drawn anew.
 */
export function decide(
  row: ArrayLike<number>,
  logProbabilities: Float32Array,
  rule: EditRule,
  { edited, probabilities, at, from }: DecideInto,
): number[] {
  const anew: number[] = [];
  for (let place = from; place < row.length - 1; place++) {
    const target = at + place - from;
    probabilities[target] = Math.exp(logProbabilities[place] ?? 0);
    // As it is stored, in float32, so that a count over what is stored comes to the same.
    const p = probabilities[target] ?? Number.NaN;
    edited[target] = isDropped(p, rule) ? dropped : (row[place + 1] ?? 0);
    if (edited[target] !== dropped && isCandidate(p, rule)) anew.push(place);
  }
  return anew;
}
