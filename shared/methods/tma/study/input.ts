import * as z from "zod";
import { modelId } from "../../fields.ts";
import {
  batchSize,
  distinct,
  learningRate,
  optimiserFields,
  swigluTransformerSize,
} from "../../transformer-fields.ts";
import { checkRows, rowFields } from "../fields.ts";

/** Orders that a model is trained in: all of the same items. */
export const studyOrders = [
  "near",
  "far",
  "random",
  "round-robin",
  "clusters",
  "near-tasks",
  "far-tasks",
] as const;
export const studyOrder = z.enum(studyOrders);
export type StudyOrder = z.infer<typeof studyOrder>;

const model = z
  .discriminatedUnion("from", [
    z.strictObject({
      from: z.literal("scratch").describe("A transformer with random weights, drawn anew with each seed"),
      size: swigluTransformerSize.prefault({ dModel: 128, layers: 2, heads: 4 }),
      vocabulary: z
        .int()
        .min(256)
        .max(16_384)
        .default(1024)
        .describe("Tokens of byte-level BPE at most, learned from the data set; 256 are bytes"),
    }),
    z.strictObject({ from: z.literal("model"), model: modelId() }),
  ])
  .prefault({ from: "scratch" });

/** Steps of an epoch that the study needs at least, for two in its first tenth. */
export const fewestSteps = 20;

const fields = z.strictObject({
  task: z.literal("study").describe("Train a model in each order, over seeds, and test the paper's claims"),
  ...rowFields({ perFamily: 200, tests: 256 }),
  heldOut: z
    .number()
    .min(0.1)
    .max(0.9)
    .default(0.5)
    .describe("Share of the test items that do not select and are reported on, drawn anew with each seed"),
  offTarget: z
    .int()
    .min(0)
    .max(100_000)
    .default(128)
    .describe(
      "Rows of tasks that the test set has none of, kept from training for the off-target loss: so many at most",
    ),
  model,
  separator: z.string().max(100).default("\n").describe("Stands between an instruction and its answer"),
  maxTokens: z
    .int()
    .min(8)
    .max(8192)
    .default(256)
    .describe("Longer instructions with their answers are left out, and counted"),
  orders: z
    .array(studyOrder)
    .min(1)
    .refine(distinct, "must not repeat an order")
    .optional()
    .describe("near, far, random, and where rows name tasks round-robin and clusters, when absent"),
  subsets: z
    .strictObject({
      shares: z
        .array(z.number().min(0.01).max(0.9))
        .max(5)
        .refine(distinct, "must not repeat a share")
        .default([0.1, 0.25]),
      passes: z.int().min(1).max(50).default(1).describe("Epochs over a subset"),
    })
    .prefault({})
    .describe("Shares of the items, nearest, random and farthest, that a model is trained on alone"),
  seeds: z.int().min(1).max(20).default(5),
  training: z
    .strictObject({
      batch: batchSize.default(16),
      learningRate: learningRate
        .optional()
        .describe("At its peak; 0.002 from scratch and 0.00002 from a model when absent"),
      schedule: z
        .enum(["cosine", "constant"])
        .default("cosine")
        .describe("After the warm-up; the cosine ends at a tenth of the peak"),
      ...optimiserFields,
      warmup: optimiserFields.warmup
        .unwrap()
        .default(0.02)
        .describe("Share of the steps with a rising learning rate"),
    })
    .prefault({}),
  evaluation: z
    .strictObject({
      items: z
        .int()
        .min(2)
        .max(100_000)
        .default(128)
        .describe("Held-out test items that the loss is taken on: so many at most"),
      answers: z
        .int()
        .min(0)
        .max(10_000)
        .default(32)
        .describe("Of them, how many a model answers greedily at its end, for exact match and ROUGE-L"),
      early: z.int().min(2).max(100).default(10).describe("Evaluations in the first tenth of the epoch"),
      later: z.int().min(1).max(200).default(9).describe("Evaluations after it"),
    })
    .prefault({}),
});

export const study = fields.superRefine((given, ctx) =>
  checkRows(given, (path, message) => ctx.addIssue({ code: "custom", path: [path], message, input: given })),
);
export type StudyInput = z.infer<typeof fields>;
