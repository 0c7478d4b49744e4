import * as z from "zod";
import { finding } from "../finding.ts";
import { variantName } from "./input.ts";

const bucketUse = z.object({
  layer: z.string(),
  bits: z.int(),
  used: z.number().describe("Share of the layer's buckets that a validation token hashed to"),
  entropy: z.number().describe("Mean entropy of a chunk's codes as a share of its bits; 1 is even use"),
  shares: z
    .array(z.object({ rank: z.int(), share: z.number() }))
    .describe("Share of the lookups that the most used buckets of a chunk get together, by their number"),
});
export type BucketUse = z.infer<typeof bucketUse>;
export const bucketUses = z.array(bucketUse);

const variant = z.object({
  name: z.string(),
  kind: variantName,
  bits: z.int().nullable().describe("tau of a model of Memory Layers"),
  dModel: z.int(),
  seeds: z.int(),
  parameters: z.int(),
  tableBytes: z.int().describe("Bytes of the tables that are looked up, the embedding left out"),
  gflops: z
    .number()
    .describe("10^9 multiply-adds of a forward pass over one sequence, by formula (a multiply-add is one)"),
  gflopsWithoutAttention: z.number().describe("The same without the scores and sums of attention"),
  gflopsCounted: z
    .number()
    .describe("The same, counted in the graph: with the hashing, masked keys left out"),
  tokensPerSecond: z.number().describe("Training speed"),
  learningRate: z.number(),
  loss: z.object({ mean: z.number().describe("Validation, nats per token"), sd: z.number() }),
  trainingLoss: z
    .object({
      mean: z.number().describe("On the training text, over the last tenth of the steps"),
      sd: z.number(),
    })
    .describe("Beside the validation loss it says whether a model overfits or has learnt little yet"),
  tuning: z.array(z.object({ learningRate: z.number(), loss: z.number().nullable() })),
  buckets: bucketUses,
  sample: z.string().nullable().describe("Text written by the first seed's model, on the lookup kernel"),
});
export type VariantResult = z.infer<typeof variant>;

const side = z.object({
  microseconds: z.number().describe("Median time of one layer for one token"),
  bytes: z.int().describe("Bytes of weights that it reads"),
});

const latency = z.object({
  d: z.int(),
  memory: side.extend({ tableBytes: z.int() }),
  dense: side,
});
export type LatencyResult = z.infer<typeof latency>;

/** What a MemoryFormer run gives. */
export const output = z.object({
  variants: z.array(variant),
  latency: z
    .array(latency)
    .describe("One layer d -> d at batch 1: by the lookup kernel, and dense by onnxruntime"),
  findings: z.array(finding),
});
export type Output = z.infer<typeof output>;
