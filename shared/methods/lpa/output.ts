import * as z from "zod";
import { finding } from "../finding.ts";
import { factorisation, initialisation, variantName } from "./input.ts";

const spread = z.object({ mean: z.number(), sd: z.number() });

const variant = z.object({
  name: variantName,
  rank: z.int().nullable().describe("Null for the dense model"),
  initialisation: initialisation.nullable().describe("Of the low-rank maps; null for the dense model"),
  seeds: z.int(),
  feedForward: z.int().describe("Hidden width"),
  parameters: z.int(),
  flopsPerToken: z.number().describe("Products of one forward pass at the training length, by formula"),
  trainingFlopsPerToken: z.number().describe("Products of forward and backward, counted from the graph"),
  tokensPerSecond: z
    .number()
    .describe("Training speed by the quickest step, which other work moves least; mean over the seeds"),
  tokensPerSecondSd: z.number(),
  stepBytes: z.int().describe("Most memory that a training step holds, from the graph, with the optimiser's"),
  learningRate: z.number().describe("The best of the grid in short trainings"),
  loss: spread.describe("Validation cross-entropy in nats per token"),
  perplexity: z.number().describe("exp of the mean loss, per token"),
  tuning: z
    .array(z.object({ learningRate: z.number(), loss: z.number().nullable() }))
    .describe("Loss of the short trainings on a text of their own; null where one diverged"),
});
export type VariantResult = z.infer<typeof variant>;

const compared = z.object({
  task: z.literal("compare"),
  variants: z.array(variant),
  findings: z.array(finding),
});

const scored = z.object({ loss: z.number().describe("Nats per token"), perplexity: z.number() });

const factored = z.object({
  factorisation,
  rank: z.int(),
  model: z.string().describe("Id of the factored model, fine-tuned where that was asked for"),
  parameters: z.int(),
  weightError: z.number().describe("|W - W'| / |W| over all projections, Frobenius norms"),
  outputError: z
    .number()
    .describe("|X (W - W')^T| / |X W^T| over all projections, X the calibration text's inputs"),
  before: scored.describe("Factored, not yet trained"),
  after: scored.nullable().describe("After fine-tuning; null where there was none"),
});
export type FactoredResult = z.infer<typeof factored>;

const converted = z.object({
  task: z.literal("convert"),
  original: z.object({
    parameters: z.int(),
    before: scored,
    after: scored.nullable().describe("The dense model after the same fine-tuning"),
  }),
  models: z.array(factored),
  findings: z.array(finding),
});

/** What an LPA run gives, by task. */
export const output = z.discriminatedUnion("task", [compared, converted]);
export type Output = z.infer<typeof output>;
export type CompareOutput = z.infer<typeof compared>;
export type ConvertOutput = z.infer<typeof converted>;
