import * as z from "zod";
import { textFields } from "../fields.ts";
import {
  batchSize,
  distinct,
  evaluationTokens,
  learningRates,
  optimiserFields,
  seeds,
  smallestTunedText,
  trainingSteps,
  transformerSize,
  tuningShare,
} from "../transformer-fields.ts";

/** What a comparison can train; the two memory kinds once for each number of bits. */
export const variantNames = [
  "dense",
  "dense-flops",
  "dense-parameters",
  "memory-paper",
  "memory-released",
  "product-key",
] as const;
export const variantName = z.enum(variantNames);
export type VariantName = z.infer<typeof variantName>;

const training = z.strictObject({
  steps: trainingSteps.default(300),
  batch: batchSize.default(8),
  denseRates: learningRates
    .default([4e-3, 8e-3, 1.6e-2])
    .describe(
      "Peak learning rates tried for dense models, in proportion to dModel / width, and the product-key memory",
    ),
  memoryRates: learningRates
    .default([1.2e-2, 2.4e-2, 4.8e-2])
    .describe(
      "Peak learning rates tried for each model of Memory Layers; the paper: three times the dense one's",
    ),
  tuningShare,
  ...optimiserFields,
  weightDecay: optimiserFields.weightDecay.describe("Applies to tables too, as released"),
});

const memory = z.strictObject({
  bits: z
    .array(z.int().min(1).max(12))
    .min(1)
    .max(6)
    .refine(distinct, "must not repeat a value")
    .default([4, 8])
    .describe("tau: a variant for each; the largest is what the matched models are matched to"),
  temperature: z.number().positive().max(100).default(1).describe("t of the paper's weighting"),
  extraBits: z.int().min(0).max(4).default(2).describe("More bits in the second layer of the feed-forward"),
});

const productKey = z.strictObject({
  heads: z.int().min(1).max(16).default(2),
  topK: z.int().min(1).max(128).default(16).describe("Values that each head reads"),
  keyDim: z.int().min(2).max(512).multipleOf(2).default(32),
});

const latency = z.strictObject({
  widths: z
    .array(z.int().min(64).max(2048).multipleOf(8))
    .max(8)
    .refine(distinct, "must not repeat a value")
    .default([256, 512, 1024])
    .describe("Widths d at which one Memory Layer is timed beside one dense layer; none leaves it out"),
});

/** What a MemoryFormer run takes. */
export const input = z
  .strictObject({
    ...textFields,
    trainingLength: z.int().min(32).max(4096).default(128).describe("Sequence length N, in tokens (bytes)"),
    model: transformerSize.prefault({}),
    variants: z
      .array(variantName)
      .min(1)
      .refine(distinct, "must not repeat a variant")
      .default([...variantNames]),
    memory: memory.prefault({}),
    productKey: productKey.prefault({}),
    seeds: seeds.describe("Trainings per variant"),
    training: training.prefault({}),
    evaluationTokens: evaluationTokens.describe("Validation tokens"),
    latency: latency.prefault({}),
  })
  .superRefine((given, ctx) => {
    const refuse = (path: (string | number)[], message: string) =>
      ctx.addIssue({ code: "custom", path, message, input: given });
    const { trainingLength } = given;
    if (given.characters < smallestTunedText(trainingLength)) {
      refuse(["characters"], `must be at least ${smallestTunedText(trainingLength)} at this length`);
    }
    if (given.evaluationTokens <= trainingLength) {
      refuse(["evaluationTokens"], "must be more than the training length");
    }
  });
export type Input = z.infer<typeof input>;
