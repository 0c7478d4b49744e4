import * as z from "zod";
import { adapterField } from "../adapter-field.ts";
import { datasetId, modelId } from "../fields.ts";
import {
  batchSize,
  distinct,
  learningRate,
  optimiserFields,
  seeds,
  swigluTransformerSize,
  trainingSteps,
} from "../transformer-fields.ts";
import { mistakes } from "./arithmetic.ts";
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

const arithmeticFields = {
  mistakes: z
    .enum(mistakes)
    .default("same")
    .describe(
      "What the policy's tutor writes where unsure and wrong: always the same digit, the likeliest, or any other, so that wrong steps are unlikely ones",
    ),
  size: swigluTransformerSize.prefault({ dModel: 64, layers: 2, heads: 4 }),
  policy: z
    .strictObject({
      steps: trainingSteps.default(1000),
      batch: batchSize.default(32),
      learningRate: learningRate.default(2e-3),
      ...optimiserFields,
    })
    .prefault({})
    .describe("Training of the policy, which is the reference"),
  problems: count.default(500).describe("Problems with rollouts to train on"),
  responses: z.int().min(1).max(256).default(4).describe("Rollouts of each of them"),
  developmentProblems: count.default(100).describe("More of them, which a threshold is fitted on"),
  heldOutProblems: count.default(150),
  candidates: z.int().min(2).max(256).default(16).describe("Rollouts of each problem held out"),
};

const arithmetic = z.strictObject({
  from: z
    .literal("arithmetic")
    .default("arithmetic")
    .describe("Running sums whose every step can be checked; the policy that solves them is trained first"),
  ...arithmeticFields,
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

const lambda = z
  .strictObject({
    right: z.number().min(0).max(100).default(1),
    wrong: z.number().min(0).max(100).default(1),
  })
  .prefault({})
  .describe("KTO's weights of right and wrong responses");
const batch = batchSize.default(64).describe("Responses or pairs a step");
const absent = "what the loss was tuned to on running sums when absent";

const train = z.strictObject({
  task: z.literal("train").default("train").describe("Train a reward model on labels of whole responses"),
  data: z.discriminatedUnion("from", [arithmetic, preferences]).prefault({ from: "arithmetic" }),
  loss: z
    .enum(lossNames)
    .default("ce")
    .describe("`dpo` and `nca` train on pairs of a right and a wrong response to one prompt"),
  beta: beta.default(0.5),
  lambda,
  training: z
    .strictObject({
      steps: trainingSteps.optional().describe(`Steps; ${absent}`),
      batch,
      learningRate: learningRate.optional().describe(`Peak learning rate; ${absent}`),
      ...optimiserFields,
      adapter: adapterField,
    })
    .prefault({}),
  sizes,
  draws,
});

const pace = z
  .strictObject({ steps: trainingSteps.optional(), learningRate: learningRate.optional() })
  .prefault({});

const study = z.strictObject({
  task: z
    .literal("study")
    .describe("Hold reward models of every kind beside each other on running sums, over several seeds"),
  seeds: seeds.default(3).describe("Each with a policy, problems and rollouts of its own"),
  data: z.strictObject({ ...arithmeticFields, heldOutProblems: count.default(300) }).prefault({}),
  losses: z
    .array(z.enum(lossNames))
    .min(1)
    .refine(distinct, "must not repeat a value")
    .refine((names) => names.includes("ce"), "must have ce, whose compute the others are held to")
    .default([...lossNames]),
  beta: beta.default(0.5),
  lambda,
  training: z
    .strictObject({ batch, ...optimiserFields })
    .prefault({})
    .describe("What all reward models train with"),
  paces: z
    .strictObject({
      ce: pace,
      dpo: pace,
      kto: pace,
      nca: pace,
      orm: pace.describe("A scalar head at the end of a response, trained on its label"),
      verifier: pace.describe("The same head at the end of every step"),
      exact: pace.describe("The head on labels of steps, the ceiling"),
      shepherd: pace.describe("The head on labels that rollouts from every step estimate, if all are"),
    })
    .prefault({})
    .describe("Steps and peak learning rate of each; what it was tuned to when absent"),
  shepherd: z
    .strictObject({
      rollouts: z.int().min(1).max(64).default(8).describe("From each step of a response"),
      labels: z
        .enum(["hard", "soft"])
        .default("hard")
        .describe("Whether one of a step's rollouts comes out right, or the share of them that does"),
      full: z
        .boolean()
        .default(true)
        .describe("Also from all responses, at more compute, beside as many as CE's compute pays for"),
    })
    .prefault({}),
  more: z
    .strictObject({
      problems: count.default(5000).describe("Further problems, with as many rollouts each"),
      steps: trainingSteps.default(600),
      learningRate: learningRate.default(1e-3),
    })
    .optional()
    .describe("A second model by CE, on more rollouts"),
  sizes,
  draws,
});

const withinCandidates = {
  check: ({
    sizes = [],
    data,
  }: {
    readonly sizes?: number[] | undefined;
    readonly data: { readonly candidates: number };
  }) => sizes.every((n) => n <= data.candidates),
  otherwise: { path: ["sizes"], message: "must not be above data.candidates" },
};

/** What an implicit PRM run takes: one of four tasks. */
export const input = z.discriminatedUnion("task", [
  train.refine(
    ({ data, sizes }) => data.from !== "arithmetic" || withinCandidates.check({ sizes, data }),
    withinCandidates.otherwise,
  ),
  score.refine(({ threshold, development }) => threshold === undefined || development === undefined, {
    path: ["development"],
    message: "is not read where `threshold` is given",
  }),
  bestOf,
  study.refine(withinCandidates.check, withinCandidates.otherwise),
]);
export type Input = z.infer<typeof input>;
export type ScoreInput = z.infer<typeof score>;
export type BestOfInput = z.infer<typeof bestOf>;
export type TrainInput = z.infer<typeof train>;
export type StudyInput = z.infer<typeof study>;
/** Running sums, and the policy that answers them. */
export type ArithmeticInput = StudyInput["data"];
export type PreferencesInput = z.infer<typeof preferences>;
/** How text goes into a model, and how a response is taken apart. */
export type TextFields = Pick<PreferencesInput, "separator" | "splitter" | "maxTokens">;
