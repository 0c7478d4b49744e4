import * as z from "zod";
import { mostProbable } from "../../lm/decoding/sampling.ts";
import { createRandom } from "../../lm/random.ts";
import type { Tokens } from "../../lm/rows.ts";
import { type Classifier, type Examples, learnLogistic, learnRbf } from "./classifier.ts";
import { forced, type Voices } from "./collaborate.ts";
import type { Fusion } from "./fusion.ts";
import { featuresOf, isLearned, type ScoredRouter, scoreOf } from "./routers.ts";

const classifier = z.object({
  coefficients: z.array(z.number()).readonly(),
  kernel: z
    .object({ centres: z.array(z.array(z.number()).readonly()).readonly(), gamma: z.number() })
    .optional(),
});

/** What the routers of one decoder learned: a classifier of each kind, and the places they were learned from. */
export const calibration = z.object({
  logistic: classifier,
  rbf: classifier,
  examples: z.object({ features: z.array(z.array(z.number())), differs: z.array(z.boolean()) }),
});
export type Calibration = z.infer<typeof calibration>;

/** A text whose places from `from` on are learned from. */
export interface CalibrationText {
  readonly tokens: Tokens;
  readonly from: number;
}

/** Reads the texts with both models, and learns where the fused choice is not the small model's. */
export async function calibrate(
  voices: Voices,
  texts: readonly CalibrationText[],
  fusion: Fusion,
  seed: number,
): Promise<Calibration> {
  const features: number[][] = [];
  const differs: boolean[] = [];
  for (const { tokens, from } of texts) {
    for await (const { small, fused, probabilities } of forced(voices, tokens, from, fusion)) {
      features.push(featuresOf(probabilities));
      differs.push(mostProbable(small) !== mostProbable(fused));
    }
  }
  const examples: Examples = { features, differs };
  const random = createRandom(seed, "router centres");
  return {
    logistic: learnLogistic(examples),
    rbf: learnRbf(examples, random),
    examples: { features, differs },
  };
}

export function learnedOf(router: ScoredRouter, known: Calibration): Classifier | undefined {
  return isLearned(router) ? known[router] : undefined;
}

/** The score above which a router asks at this share of the calibration's places. */
export function thresholdAt(router: ScoredRouter, rate: number, known: Calibration): number {
  const learned = learnedOf(router, known);
  const scores = known.examples.features.map((one) => scoreOf(router, one, learned)).sort((a, b) => b - a);
  const asked = Math.round(rate * scores.length);
  if (asked >= scores.length) return -Infinity;
  return scores[asked] ?? -Infinity;
}
