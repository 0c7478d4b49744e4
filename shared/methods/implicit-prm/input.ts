import * as z from "zod";
import { datasetId, modelId } from "../fields.ts";
import {
  batchSize,
  learningRate,
  optimiserFields,
  swigluTransformerSize,
  trainingSteps,
} from "../transformer-fields.ts";
import { lossNames } from "./labels.ts";
import { patternText } from "./patterns.ts";
import { splitter } from "./steps.ts";

const beta = z
  .number()
  .positive()
  .max(10)
  .describe("Coefficient of the log ratio; score with the one that the model was trained with");

/** How text goes into a model, and how a response is taken apart. */
const textFields = {
  separator: z.string().max(100).default("\n").describe("Stands between a prompt and its response"),
  splitter: splitter.prefault({ by: "line" }),
  maxTokens: z
    .int()
    .min(8)
    .max(8192)
    .default(512)
    .describe("Longer prompts with their responses are left out, and counted"),
};
const answer = patternText
  .default(String.raw`-?\d[\d,]*(?:\.\d+)?`)
  .describe("The last match in a response is its answer, or the match's first group; a number when absent");
const draws = z.int().min(10).max(10_000).default(200).describe("Draws behind each error bar");
const sizes = z
  .array(z.int().min(1).max(1000))
  .min(1)
  .max(20)
  .optional()
  .describe("N; powers of two up to the candidates that every problem has when absent");

const score = z.strictObject({
  task: z.literal("score").describe("Reward the steps of one response by two models"),
  prompt: z.string().min(1).max(1_000_000),
  response: z.string().regex(/\S/, "must not be blank").max(1_000_000),
  model: modelId().describe("The trained reward model, pi"),
  reference: modelId()
    .optional()
    .describe("The model that it was trained from, ref; without one its log-probabilities count as 0"),
  beta: beta.default(0.05),
  ...textFields,
  threshold: z
    .number()
    .optional()
    .describe("The first step whose reward is below is suspect; fitted where there is `development`"),
  development: datasetId(["preferences"])
    .optional()
    .describe("Labelled responses that a threshold is fitted on: a response is wrong where a step is below"),
});

const bestOf = z.strictObject({
  task: z
    .literal("best-of")
    .describe("Choose among the responses of each prompt, and hold the choices to labels"),
  dataset: datasetId(["preferences"]).describe("Prompts with two or more labelled responses each"),
  model: modelId(),
  reference: modelId().optional(),
  beta: beta.default(0.05),
  ...textFields,
  answer,
  sizes,
  draws,
});

const count = z.int().min(2).max(100_000);

const arithmetic = z.strictObject({
  from: z
    .literal("arithmetic")
    .default("arithmetic")
    .describe("Running sums whose every step can be checked; the policy that solves them is trained first"),
  size: swigluTransformerSize.prefault({ dModel: 64, layers: 2, heads: 4 }),
  policy: z
    .strictObject({
      steps: trainingSteps.default(600),
      batch: batchSize.default(32),
      learningRate: learningRate.default(3e-3),
      ...optimiserFields,
    })
    .prefault({})
    .describe("Training of the policy, which is the reference"),
  problems: count.default(500).describe("Problems with rollouts to train on"),
  responses: z.int().min(1).max(256).default(4).describe("Rollouts of each of them"),
  developmentProblems: count.default(100).describe("More of them, which a threshold is fitted on"),
  heldOutProblems: count.default(150),
  candidates: z.int().min(2).max(256).default(16).describe("Rollouts of each problem held out"),
});

const preferences = z.strictObject({
  from: z.literal("preferences"),
  dataset: datasetId(["preferences"]),
  model: modelId().describe("Trained on; as it is now it is the reference"),
  developmentShare: z.number().positive().max(0.4).default(0.1).describe("Of the prompts, for a threshold"),
  heldOutShare: z.number().positive().max(0.4).default(0.2).describe("Of the prompts, the last ones"),
  ...textFields,
  answer,
});

const train = z.strictObject({
  task: z.literal("train").default("train").describe("Train a reward model on labels of whole responses"),
  data: z.discriminatedUnion("from", [arithmetic, preferences]).prefault({ from: "arithmetic" }),
  loss: z
    .enum(lossNames)
    .default("ce")
    .describe("`dpo` and `nca` train on pairs of a right and a wrong response to one prompt"),
  beta: beta.default(0.5),
  lambda: z
    .strictObject({
      right: z.number().min(0).max(100).default(1),
      wrong: z.number().min(0).max(100).default(1),
    })
    .prefault({})
    .describe("KTO's weights of right and wrong responses"),
  training: z
    .strictObject({
      steps: trainingSteps.default(200),
      batch: batchSize.default(64).describe("Responses or pairs a step"),
      learningRate: learningRate.default(1e-3),
      ...optimiserFields,
    })
    .prefault({}),
  sizes,
  draws,
});

/** What an implicit PRM run takes: one of three tasks. */
export const input = z.discriminatedUnion("task", [
  train.refine(
    ({ data, sizes = [] }) => data.from !== "arithmetic" || sizes.every((n) => n <= data.candidates),
    { path: ["sizes"], message: "must not be above data.candidates" },
  ),
  score.refine(({ threshold, development }) => threshold === undefined || development === undefined, {
    path: ["development"],
    message: "is not read where `threshold` is given",
  }),
  bestOf,
]);
export type Input = z.infer<typeof input>;
export type ScoreInput = z.infer<typeof score>;
export type BestOfInput = z.infer<typeof bestOf>;
export type TrainInput = z.infer<typeof train>;
export type ArithmeticInput = z.infer<typeof arithmetic>;
export type PreferencesInput = z.infer<typeof preferences>;
/** How text goes into a model, and how a response is taken apart. */
export type TextFields = Pick<PreferencesInput, "separator" | "splitter" | "maxTokens">;
