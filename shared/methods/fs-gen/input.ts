import * as z from "zod";
import { datasetId, modelId, textFields } from "../fields.ts";
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
import { publishedSets } from "./published.ts";
import { routerNames } from "./routers.ts";

export const decoderNames = [
  "oracle",
  "speculative",
  "contrastive",
  "contrastive-released",
  "proxy",
] as const;
export const decoderName = z.enum(decoderNames);
export type DecoderName = z.infer<typeof decoderName>;
export const routerName = z.enum(routerNames);

const decoderSettings = {
  draftTokens: z
    .int()
    .min(1)
    .max(64)
    .default(5)
    .describe("K, tokens drafted before the large model reads them"),
  alpha: z
    .number()
    .positive()
    .max(1)
    .default(0.1)
    .describe("Contrastive decoding leaves tokens out whose probability is below this share of the largest"),
  beta: z.number().min(0).max(10).default(0.5).describe("Contrastive decoding's weight of the difference"),
  strength: z
    .number()
    .min(0)
    .max(10)
    .default(1)
    .describe("Proxy tuning's weight of the small model's change"),
};

const samplingFields = {
  temperature: z.number().min(0).max(10).default(0).describe("0 is greedy"),
  topK: z.int().min(1).max(1_000_000).optional(),
  topP: z.number().positive().max(1).optional(),
  minP: z.number().min(0).max(1).optional(),
};

const storedModels = {
  small: modelId().optional().describe("The small model; one is trained within the run when absent"),
  large: modelId().optional().describe("The large model, of the same vocabulary"),
  untuned: modelId()
    .optional()
    .describe("For proxy tuning: the small model before its tuning; `small` is then the tuned one"),
};

const trainingFields = {
  ...textFields,
  trainingLength: z.int().min(16).max(4096).default(64).describe("Tokens of a training sequence"),
  vocabulary: z
    .int()
    .min(256)
    .max(65_536)
    .default(256)
    .describe("256 are the bytes; above, byte pairs learned on the text"),
  training: z
    .strictObject({
      steps: trainingSteps.default(150),
      batch: batchSize.default(16),
      learningRate: learningRate
        .default(8e-3)
        .describe("Peak rate at width 64; another width d takes it times the root of 64 / d"),
      ...optimiserFields,
    })
    .prefault({}),
};

const pair = z
  .strictObject({
    small: swigluTransformerSize.prefault({ dModel: 32, layers: 1, heads: 2 }),
    large: swigluTransformerSize.prefault({ dModel: 96, layers: 3, heads: 4 }),
    tuningSteps: trainingSteps
      .default(100)
      .describe("For proxy tuning: steps of the small model on the last quarter of the text, or on the task"),
  })
  .prefault({})
  .describe("Sizes of the models that are trained when none are named");

const maxTokens = z.int().min(1).max(65_536);
const calibrationTokens = z
  .int()
  .min(256)
  .max(1_000_000)
  .default(2048)
  .describe("Tokens of text from which learned routers and thresholds are taken");

const generate = z.strictObject({
  task: z.literal("generate").describe("Continue a prompt with two models under one decoder and router"),
  prompt: z.string().min(1).max(1_000_000),
  ...storedModels,
  decoder: decoderName.default("oracle"),
  router: routerName.default("always").describe("Where the large model is asked"),
  maxTokens: maxTokens.default(128),
  ...decoderSettings,
  threshold: z
    .number()
    .min(-1)
    .max(1)
    .optional()
    .describe("Score above which the router asks; the published one when absent"),
  rate: z.number().min(0).max(1).default(0.2).describe("How often the random router asks"),
  ...samplingFields,
  precision: z
    .enum(["float32", "int8"])
    .default("float32")
    .describe(
      "Of the models' matrices: 8 bits take a quarter of the memory, and the run says what they cost",
    ),
  pair,
  ...trainingFields,
  calibrationTokens,
});

const count = z.int().min(1).max(10_000);
const promptTokens = z.int().min(1).max(16_384);

/** What a comparison decodes: held-out text, instructions of the caller, or a task whose answers are known. */
const prompts = z.discriminatedUnion("from", [
  z.strictObject({
    from: z.literal("text").default("text").describe("Places in the held-out end of the text"),
    count: count.default(24),
    promptTokens: promptTokens.default(32),
    maxTokens: maxTokens.default(32),
  }),
  z.strictObject({
    from: z
      .literal("task")
      .describe("Questions with one right answer, which trained models learn beside the text"),
    kind: z.enum(["addition", "copy"]).default("addition"),
    count: count.default(64),
  }),
  z.strictObject({
    from: z.literal("instructions"),
    instructions: datasetId(["instructions"]).describe(
      "Right is what equals the row's output, but for space around it",
    ),
    count: count.default(64),
    maxTokens: maxTokens.default(64),
  }),
]);
export type Prompts = z.infer<typeof prompts>;

const compare = z.strictObject({
  task: z.literal("compare").describe("Hold decoders and routers against each other on a set of prompts"),
  prompts: prompts.prefault({ from: "text" }),
  ...storedModels,
  decoders: z
    .array(decoderName)
    .min(1)
    .refine(distinct, "must not repeat a decoder")
    .default([...decoderNames]),
  routers: z
    .array(routerName)
    .min(1)
    .refine(distinct, "must not repeat a router")
    .default([...routerNames])
    .describe("`random` stands beside each of the others at its rate"),
  sweep: z
    .array(z.number().positive().max(1))
    .max(12)
    .refine(distinct, "must not repeat a rate")
    .default([0.05, 0.1, 0.2, 0.3, 0.5, 0.7])
    .describe("Rates at which each router's threshold is set, with the oracle"),
  ...decoderSettings,
  ...samplingFields,
  pair,
  ...trainingFields,
  calibrationTokens,
});

const frequency = z.strictObject({
  small: z.number().positive().describe("Parameters of the small model"),
  large: z.number().positive().describe("Parameters of the large model"),
  cof: z.number().min(0).max(1),
});

const study = z.strictObject({
  task: z
    .literal("study")
    .default("study")
    .describe("Train one family in many sizes; how often does a large model change what a small one says?"),
  frequencies: z
    .array(frequency)
    .min(5)
    .max(10_000)
    .optional()
    .describe("Frequencies of your own: they are fitted, and nothing is trained"),
  published: z
    .enum(publishedSets)
    .optional()
    .describe("Frequencies that the paper's authors published: they are fitted, and nothing is trained"),
  sizes: z
    .array(swigluTransformerSize)
    .min(3)
    .max(12)
    .default([
      { dModel: 16, layers: 1, heads: 1 },
      { dModel: 24, layers: 1, heads: 1 },
      { dModel: 32, layers: 1, heads: 2 },
      { dModel: 48, layers: 2, heads: 2 },
      { dModel: 64, layers: 2, heads: 4 },
      { dModel: 96, layers: 2, heads: 4 },
    ]),
  seeds: seeds.default(2).describe("Trainings of each size; two seeds of one size give the floor at R = 1"),
  prompts: count.default(12).describe("Prompts that each model continues greedily"),
  promptTokens: promptTokens.default(24),
  maxTokens: z.int().min(10).max(4096).default(40),
  bootstrapDraws: z
    .int()
    .min(20)
    .max(10_000)
    .default(200)
    .describe("Draws of the models behind each interval"),
  ...trainingFields,
  evaluationTokens: evaluationTokens
    .default(4096)
    .describe("Held-out tokens at which the models are held together"),
});

type Refuse = (path: readonly (string | number)[], message: string) => void;
const refuser =
  (ctx: z.core.$RefinementCtx, given: unknown): Refuse =>
  (path, message) =>
    ctx.addIssue({ code: "custom", path: [...path], message, input: given });

/** Checks that models are named in pairs, and that there is an untuned one where it is needed. */
function modelsFit(given: GenerateInput | CompareInput, refuse: Refuse): void {
  const { small, large, untuned } = given;
  if (small === undefined && large !== undefined) refuse(["small"], "must be named where `large` is");
  if (large === undefined && small !== undefined) refuse(["large"], "must be named where `small` is");
  if (untuned !== undefined && small === undefined) refuse(["small"], "must be named where `untuned` is");
  const proxy = given.task === "generate" ? given.decoder === "proxy" : given.decoders.includes("proxy");
  if (proxy && small !== undefined && untuned === undefined) {
    refuse(["untuned"], "must be named for proxy tuning: the small model before its tuning");
  }
}

/** Characters that leave each part of the text a row: training, calibration and validation, in bytes at the least. */
export const smallestText = (trainingLength: number): number => 8 * (trainingLength + 1);

function textFits(
  { characters, trainingLength }: Pick<Input, "characters" | "trainingLength">,
  refuse: Refuse,
): void {
  const smallest = smallestText(trainingLength);
  if (characters < smallest) refuse(["characters"], `must be at least ${smallest} at this length`);
}

/** Tokens of the longest question of a task, after two that are answered, with its answer: they are bytes at the most. */
const longestQuestion = 48;

/** Checks that models which are trained here can hold the prompts. */
function promptsFit({ prompts, small, trainingLength }: CompareInput, refuse: Refuse): void {
  if (small !== undefined) return;
  if (prompts.from === "task" && trainingLength < longestQuestion) {
    refuse(["trainingLength"], `must be at least ${longestQuestion} for a task`);
  }
  if (prompts.from === "text" && prompts.promptTokens + prompts.maxTokens > trainingLength) {
    refuse(["prompts", "maxTokens"], "must with promptTokens not be above trainingLength");
  }
  if (prompts.from === "instructions" && prompts.maxTokens >= trainingLength) {
    refuse(["prompts", "maxTokens"], "must be below trainingLength");
  }
}

function studyFits(given: StudyInput, refuse: Refuse): void {
  if (given.frequencies !== undefined && given.published !== undefined) {
    refuse(["published"], "leaves no place for frequencies of your own");
  }
  given.frequencies?.forEach(({ small, large }, at) => {
    if (large <= small) refuse(["frequencies", at, "large"], "must be above `small`");
  });
  if (given.frequencies !== undefined || given.published !== undefined) return;
  const names = given.sizes.map((size) => JSON.stringify(size));
  if (!distinct(names)) refuse(["sizes"], "must not repeat a size");
  if (given.promptTokens + given.maxTokens > given.trainingLength) {
    refuse(["maxTokens"], "must with promptTokens not be above trainingLength");
  }
}

/** What an FS-GEN run takes: one of three tasks. */
export const input = z.discriminatedUnion("task", [
  generate.superRefine((given, ctx) => {
    const refuse = refuser(ctx, given);
    modelsFit(given, refuse);
    textFits(given, refuse);
  }),
  compare.superRefine((given, ctx) => {
    const refuse = refuser(ctx, given);
    modelsFit(given, refuse);
    promptsFit(given, refuse);
    textFits(given, refuse);
  }),
  study.superRefine((given, ctx) => {
    const refuse = refuser(ctx, given);
    studyFits(given, refuse);
    textFits(given, refuse);
  }),
]);
export type Input = z.infer<typeof input>;
export type GenerateInput = z.infer<typeof generate>;
export type CompareInput = z.infer<typeof compare>;
export type StudyInput = z.infer<typeof study>;
