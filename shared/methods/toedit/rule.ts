import { createRandom, type Random } from "../../lm/random.ts";
import type { PlaceScore } from "../../lm/scoring.ts";
import { type EditRule, nucleusTokens, type Sampler } from "./input.ts";

/** Stands in the place of a token that was dropped. */
export const dropped = -1;

/** What is drawn from at a place: log p under the tempered distribution, the most probable first. */
export interface Place {
  /** The token that stands there, and its own log p. */
  readonly token: number;
  readonly logProbability: number;
  readonly topTokens: ArrayLike<number>;
  readonly topLogProbabilities: ArrayLike<number>;
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

/**
 * Edits the places of a scored row from place `from` on (place i is token i + 1 of the row): writes p into
 * `probabilities` and the token, a new one or `dropped` into `edited`, from `at` on.
 */
export function editRow(
  row: ArrayLike<number>,
  score: PlaceScore,
  k: number,
  rule: EditRule,
  stream: StreamOf,
  into: {
    readonly edited: Int32Array;
    readonly probabilities: Float32Array;
    readonly at: number;
    readonly from: number;
  },
): void {
  const places = row.length - 1;
  for (let place = into.from; place < places; place++) {
    const p = Math.exp(score.logProbabilities[place] ?? 0);
    const target = into.at + place - into.from;
    into.probabilities[target] = p;
    const token = row[place + 1] ?? 0;
    // What was stored is float32, and a count over it must come to the same.
    const stored = into.probabilities[target] ?? p;
    if (isDropped(stored, rule)) into.edited[target] = dropped;
    else if (isCandidate(stored, rule))
      into.edited[target] = redraw(placeAt(score, place, token, k), rule.sampler, stream());
    else into.edited[target] = token;
  }
}

/** What can be drawn from at a place of a scored row. */
export function placeAt(score: PlaceScore, place: number, token: number, k: number): Place {
  return {
    token,
    logProbability: score.tempered[place] ?? Number.NEGATIVE_INFINITY,
    topTokens: score.topTokens.subarray(place * k, (place + 1) * k),
    topLogProbabilities: score.topLogProbabilities.subarray(place * k, (place + 1) * k),
  };
}
