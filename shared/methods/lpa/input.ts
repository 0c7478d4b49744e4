import * as z from "zod";
import { modelId, textFields } from "../fields.ts";
import {
  batchSize,
  distinct,
  evaluationTokens,
  learningRate,
  learningRates,
  optimiserFields,
  seeds,
  smallestTunedText,
  swigluTransformerSize,
  trainingSteps,
  tuningShare,
} from "../transformer-fields.ts";

/** What a comparison can train; `dense` is what the others are held against. */
export const variantNames = [
  "dense",
  "low-attention",
  "matched",
  "low-feed-forward",
  "low-all",
  "silu",
  "other-initialisation",
] as const;
export const variantName = z.enum(variantNames);
export type VariantName = z.infer<typeof variantName>;

export const initialisation = z.enum(["variance-matched", "default"]);
export type Initialisation = z.infer<typeof initialisation>;

const schedule = { batch: batchSize.default(16), ...optimiserFields };

const training = z.strictObject({
  steps: trainingSteps.default(400),
  ...schedule,
  learningRates: learningRates
    .default([4e-3, 8e-3, 1.6e-2])
    .describe("Peak rates tried for each variant in short trainings; the best is taken for the full ones"),
  tuningShare,
});

const fineTuning = z.strictObject({
  steps: z.int().min(0).max(200_000).default(100).describe("0 leaves the fine-tuning out"),
  ...schedule,
  learningRate: learningRate.default(1e-3),
});

const ranks = z.array(z.int().min(1).max(2048)).min(1).max(8).refine(distinct, "must not repeat a rank");
const length = z.int().min(16).max(4096);

const compare = z.strictObject({
  task: z
    .literal("compare")
    .default("compare")
    .describe("Train low-rank variants beside the dense model at tuned rates"),
  ...textFields,
  trainingLength: length.default(64).describe("Tokens (bytes) of a sequence"),
  model: swigluTransformerSize.prefault({}),
  ranks: ranks
    .optional()
    .describe(
      "Ranks of low-rank attention; the first is that of the other low-rank variants. d/4 and d/8 when absent",
    ),
  variants: z
    .array(variantName)
    .min(1)
    .refine(distinct, "must not repeat a variant")
    .default([...variantNames]),
  initialisation: initialisation
    .default("variance-matched")
    .describe(
      "Of both maps: normal with the dense layer's output variance, or PyTorch's default, U(+-1/sqrt(inputs)); the variant other-initialisation takes the other one",
    ),
  seeds: seeds.describe("Full trainings per variant"),
  training: training.prefault({}),
  evaluationTokens: evaluationTokens.describe("Validation tokens scored"),
});

export const factorisations = ["plain", "activation-aware"] as const;
export const factorisation = z.enum(factorisations);
export type Factorisation = z.infer<typeof factorisation>;

const convert = z.strictObject({
  task: z.literal("convert").describe("Factor the attention of a model of yours to low rank"),
  model: modelId().describe("A model of yours with dense attention"),
  ranks,
  factorisations: z
    .array(factorisation)
    .min(1)
    .refine(distinct, "must not repeat a value")
    .default([...factorisations])
    .describe(
      "Truncated SVD of the weights, or of the weights times the root of their inputs' second moments",
    ),
  ...textFields,
  trainingLength: length.optional().describe("Tokens of a sequence; the model's context length when absent"),
  calibrationTokens: z
    .int()
    .min(256)
    .max(10_000_000)
    .default(16_384)
    .describe("Training tokens over which the inputs' second moments are taken"),
  fineTuning: fineTuning.prefault({}),
  evaluationTokens: evaluationTokens.describe("Validation tokens scored"),
});

/** The ranks of low-rank attention; the first is that of the other low-rank variants. */
export function ranksOf({
  ranks,
  model: { dModel },
}: Pick<CompareInput, "ranks" | "model">): readonly number[] {
  return ranks ?? [Math.ceil(dModel / 4), Math.ceil(dModel / 8)];
}

/** Checks that text, ranks and variants fit the model. */
function fits(given: CompareInput, ctx: z.core.$RefinementCtx<CompareInput>): void {
  const refuse = (path: readonly (string | number)[], message: string) =>
    ctx.addIssue({ code: "custom", path: [...path], message, input: given });
  const { dModel } = given.model;
  const smallest = smallestTunedText(given.trainingLength);
  if (given.characters < smallest) refuse(["characters"], `must be at least ${smallest} at this length`);
  given.ranks?.forEach((rank, at) => {
    if (rank > dModel) refuse(["ranks", at], `must not be above dModel, ${dModel}`);
  });
  const [first = 0] = ranksOf(given);
  if (given.variants.includes("matched") && first >= dModel / 2) {
    refuse(
      ["ranks"],
      `must begin below dModel / 2, ${dModel / 2}: at ${first} nothing is saved to re-allocate`,
    );
  }
}

/** What an LPA run takes: one of two tasks. */
export const input = z.discriminatedUnion("task", [compare.superRefine(fits), convert]);
export type Input = z.infer<typeof input>;
export type CompareInput = z.infer<typeof compare>;
export type ConvertInput = z.infer<typeof convert>;
