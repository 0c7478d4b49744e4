import * as z from "zod";
import { modelId, textFields } from "../fields.ts";
import {
  batchSize,
  distinct,
  evaluationTokens,
  learningRate,
  optimiserFields,
  seeds,
  swigluTransformerSize,
  trainingSteps,
} from "../transformer-fields.ts";

/** Position variants that a comparison can train or, for the last two, derive from the trained RoPE model. */
export const variantNames = [
  "rope",
  "fope",
  "fope-clip",
  "fope-series",
  "alibi",
  "nope",
  "rope-qk-norm",
  "yarn",
  "ntk",
] as const;
export const variantName = z.enum(variantNames);
export type VariantName = z.infer<typeof variantName>;

const training = z.strictObject({
  steps: trainingSteps.default(700),
  batch: batchSize.default(16),
  learningRate: learningRate.default(3e-3),
  ...optimiserFields,
});

/** FoPE's own settings: equations and defaults of arXiv 2412.17739 and of the code released with it. */
const fourier = z.strictObject({
  theta: z.number().min(10).max(1e9).default(10_000),
  sigma: z
    .number()
    .min(0)
    .max(2)
    .default(0.3)
    .describe("Gain of the noise on the Fourier coefficients; 0 is RoPE with clipped frequencies"),
  pad: z
    .enum(["released", "plain"])
    .default("released")
    .describe("Clipped pairs: s = c = 1 as released, or left unrotated (plain 1)"),
  columns: z
    .enum(["full", "released"])
    .default("full")
    .describe("Pairs that become a series: all live ones, or at most headDim / 4 with the released identity"),
});

const passkey = z.strictObject({
  trials: z.int().min(0).max(10_000).default(100).describe("Prompts per length; 0 leaves the passkey out"),
  depths: z.int().min(1).max(20).default(5).describe("Key positions, evenly spread"),
  share: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.5)
    .describe("Share of the training rows that are passkey prompts"),
});

const trainingLength = z.int().min(32).max(4096).default(64).describe("Training length N, in tokens (bytes)");
const multiples = z
  .array(z.int().min(1).max(64))
  .min(1)
  .max(10)
  .refine(distinct, "must not repeat a value")
  .default([1, 2, 4, 8, 16])
  .describe("Evaluation lengths, in multiples of N");

const compare = z.strictObject({
  task: z
    .literal("compare")
    .default("compare")
    .describe("Train variants, compare loss and passkey against length"),
  ...textFields,
  trainingLength,
  multiples,
  model: swigluTransformerSize.prefault({}),
  variants: z
    .array(variantName)
    .min(1)
    .refine(distinct, "must not repeat a variant")
    .default(["rope", "fope", "fope-clip", "alibi", "nope"]),
  seeds: seeds.describe("Trainings per variant"),
  training: training.prefault({}),
  fourier: fourier.prefault({}),
  passkey: passkey.prefault({}),
  evaluationTokens: evaluationTokens.describe("Validation tokens scored at each length"),
});

const convert = z.strictObject({
  task: z.literal("convert").describe("Write the frequency and coefficient tables for another framework"),
  headDim: z.int().min(2).max(1024).multipleOf(2),
  heads: z.int().min(1).max(256).describe("Key-value heads: one set of coefficients each"),
  trainingLength: z.int().min(7).max(1_048_576).describe("N; below 2 pi no frequency completes a period"),
  fourier: fourier.prefault({}),
});

const resume = z.strictObject({
  task: z.literal("continue").describe("Go on training a RoPE model as FoPE, at a longer context"),
  model: modelId().describe("A RoPE model of yours"),
  ...textFields,
  trainingLength: z.int().min(16).max(4096).describe("Context length of the continued training"),
  multiples,
  training: training.prefault({}),
  fourier: fourier.prefault({}),
  evaluationTokens,
});

interface Lengths {
  readonly trainingLength: number;
  readonly multiples: readonly number[];
  readonly characters: number;
  readonly evaluationTokens: number;
}

const longestOf = ({ trainingLength, multiples }: Lengths) => trainingLength * Math.max(...multiples);

/** Tokens of the shortest text that has a row of the longest evaluation and a training window, each with its targets. */
export function smallestText(lengths: Pick<Lengths, "trainingLength" | "multiples">): number {
  const { trainingLength, multiples } = lengths;
  return trainingLength * Math.max(...multiples) + 1 + trainingLength + 1;
}

/** Checks that the lengths fit each other. */
function lengthsFit(lengths: Lengths, ctx: z.core.$RefinementCtx<Lengths>): void {
  const refuse = (path: string, message: string) =>
    ctx.addIssue({ code: "custom", path: [path], message, input: lengths });
  const longest = longestOf(lengths);
  if (longest > 65_536) refuse("multiples", `the longest evaluation, ${longest} tokens, is above 65,536`);
  if (lengths.evaluationTokens < longest) {
    refuse("evaluationTokens", `must hold one row of the longest evaluation, ${longest} tokens`);
  }
  if (lengths.characters < smallestText(lengths)) {
    refuse("characters", `must be at least ${smallestText(lengths)} to train and evaluate at these lengths`);
  }
}

/** What a FoPE run takes: one of three tasks. */
export const input = z.discriminatedUnion("task", [
  compare.superRefine(lengthsFit),
  convert,
  resume.superRefine(lengthsFit),
]);
export type Input = z.infer<typeof input>;
export type CompareInput = z.infer<typeof compare>;
export type ConvertInput = z.infer<typeof convert>;
export type ContinueInput = z.infer<typeof resume>;
