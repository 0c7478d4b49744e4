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

/** Kinds of data sets whose texts can be edited and analysed. */
export const corpusKinds = ["text", "instructions", "preferences", "judgements"] as const;

const sampler = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("top-k"), k: z.int().min(1).max(1024).default(8) }),
    z.strictObject({
      type: z.literal("top-p"),
      p: z
        .number()
        .positive()
        .max(1)
        .default(0.9)
        .describe("The nucleus, within the 64 most probable tokens"),
    }),
    z.strictObject({
      type: z.literal("rejection"),
      k: z.int().min(1).max(1024).default(8),
      tries: z
        .int()
        .min(1)
        .max(1000)
        .default(16)
        .describe("Proposals, uniform over the k most probable tokens, before the token stays as it is"),
    }),
  ])
  .prefault({ type: "top-k" })
  .describe("What a token is drawn anew from; the token that stands there is always among it");
export type Sampler = z.infer<typeof sampler>;

/** Most probable tokens that a nucleus is looked for in. */
export const nucleusTokens = 64;

const temperature = z
  .number()
  .positive()
  .max(100)
  .default(1)
  .describe("Of the new draw. At 1 the rule hardly changes a token; the released code takes 1.5 for `high`");
const threshold = z
  .number()
  .min(0)
  .max(1)
  .default(0.99)
  .describe("A token of this probability is a candidate");

const rule = {
  strategy: z
    .enum(["high", "high-and-drop", "filter"])
    .default("high")
    .describe("Draw candidates anew; that, and drop improbable tokens; or only drop those"),
  threshold,
  when: z
    .enum(["at-least", "at-most"])
    .default("at-least")
    .describe("Whether candidates are at least as probable as the threshold, or at most"),
  dropBelow: z
    .number()
    .min(0)
    .max(1)
    .default(0.001)
    .describe("Tokens less probable are dropped, where the strategy drops any"),
  sampler,
  temperature,
};

/** What is edited, and how. */
export const editRule = z.strictObject(rule);
export type EditRule = z.infer<typeof editRule>;

const length = z.int().min(8).max(4096);
const training = z.strictObject({
  steps: trainingSteps.default(300),
  batch: batchSize.default(16),
  learningRate: learningRate.default(8e-3),
  ...optimiserFields,
});
export type SmallTraining = z.infer<typeof training>;

const priorTraining = z
  .strictObject({
    ...textFields,
    trainingLength: length.default(64).describe("Tokens (bytes) of a sequence"),
    model: swigluTransformerSize.prefault({}),
    training: training.prefault({}),
  })
  .prefault({})
  .describe("A small prior, trained over bytes within the run where no model is given");
export type PriorTraining = z.infer<typeof priorTraining>;

const prior = {
  model: modelId().optional().describe("The prior: any model of yours. A small one is trained when absent"),
  prior: priorTraining,
  window: z
    .int()
    .min(8)
    .max(8192)
    .optional()
    .describe("Tokens that the prior reads at a time; its context length, at most 1,024, when absent"),
  overlap: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.25)
    .describe("Share of a window that the next one of a long document reads again as context"),
};

const documents = {
  fields: z
    .array(z.string().regex(/^[^/]+(\/[^/]+)*$/))
    .min(1)
    .max(16)
    .refine(distinct, "must not repeat a field")
    .optional()
    .describe("Fields of a row that hold its texts, such as output or responses/*/text; answers when absent"),
  splitAt: z
    .enum(["paragraph", "line"])
    .default("paragraph")
    .describe("What a document of a plain text is: what stands between blank lines, or a line"),
};

const shard = z
  .strictObject({ index: z.int().min(0), of: z.int().min(1).max(100_000) })
  .refine(({ index, of }) => index < of, { path: ["index"], message: "must be below `of`" })
  .prefault({ index: 0, of: 1 })
  .describe("Only rows (of a text: documents) whose number leaves this index when divided by `of`");

const edit = z.strictObject({
  task: z.literal("edit").describe("Edit the texts of a data set with a prior"),
  dataset: datasetId(corpusKinds)
    .optional()
    .describe("What is edited; the end of the State of the Union addresses when absent"),
  ...prior,
  ...documents,
  ...rule,
  shard,
  shardBytes: z
    .int()
    .min(4096)
    .max(256 * 2 ** 20)
    .default(16 * 2 ** 20)
    .describe("Size of an edited file; larger where there would be too many"),
});

const analyse = z.strictObject({
  task: z.literal("analyse").describe("Compare a synthetic corpus with a real one"),
  real: datasetId(corpusKinds)
    .optional()
    .describe("Real texts; the State of the Union addresses when absent"),
  synthetic: datasetId(corpusKinds).describe("Texts to hold against them"),
  ...prior,
  ...documents,
  buckets: z.int().min(16).max(1_000_000).default(10_000).describe("Buckets that n-grams are hashed into"),
  perplexityDocuments: z
    .int()
    .min(1)
    .max(100_000)
    .default(500)
    .describe("Documents of each corpus, drawn at random, whose perplexity is taken"),
  select: z
    .int()
    .min(1)
    .max(20_000)
    .default(500)
    .describe("Synthetic documents that importance resampling (DSIR) selects"),
  minWords: z
    .int()
    .min(1)
    .max(10_000)
    .default(30)
    .describe("Shorter documents are not selected; 100 in the reference code"),
});

const theoryFields = {
  dimensions: z.int().min(1).max(200).default(20).describe("d of the regression"),
  samples: z.int().min(3).max(2000).default(60).describe("T of the regression, at least d + 2"),
  sigma: z.number().positive().max(100).default(1).describe("Standard deviation of the noise"),
  fits: z.int().min(2).max(100).default(10),
  trials: z.int().min(10).max(100_000).default(500),
  eta: z
    .number()
    .positive()
    .max(1)
    .default(0.5)
    .describe("The i-th edit takes the share eta^i of the samples"),
  share: z.number().min(0).max(1).default(0.125).describe("Share of the samples that a constant edit takes"),
};
const enoughSamples = {
  check: ({ dimensions, samples }: { dimensions: number; samples: number }) => samples >= dimensions + 2,
  otherwise: { path: ["samples"], message: "must be at least dimensions + 2" },
};
const theorySettings = z.strictObject(theoryFields).refine(enoughSamples.check, enoughSamples.otherwise);
export type TheorySettings = z.infer<typeof theorySettings>;

const theory = z
  .strictObject({
    task: z.literal("theory").describe("Linear regression through generations, beside its closed forms"),
    ...theoryFields,
  })
  .refine(enoughSamples.check, enoughSamples.otherwise);

const collapse = z.strictObject({
  task: z
    .literal("collapse")
    .default("collapse")
    .describe("Train small models through generations and on mixtures of real and synthetic text"),
  ...textFields,
  trainingLength: length.default(64).describe("Tokens (bytes) of a row"),
  rows: z
    .int()
    .min(8)
    .max(1_000_000)
    .default(2_000)
    .describe("Rows that a model is trained on: of the real text, of a mixture, or of a generation"),
  model: swigluTransformerSize.prefault({}),
  training: training.prefault({}),
  generations: z.int().min(1).max(20).default(3),
  mixtures: z
    .array(z.number().min(0).max(1))
    .min(1)
    .max(11)
    .refine(distinct, "must not repeat a share")
    .default([0, 0.25, 0.5, 0.75, 1])
    .describe("Shares of synthetic rows"),
  edits: z
    .array(z.strictObject({ threshold, temperature }))
    .max(4)
    .default([
      { threshold: 0.99, temperature: 1 },
      { threshold: 0.9, temperature: 1.5 },
    ])
    .describe("ToEdit's rules; each is a line of generations of its own"),
  editSampler: sampler,
  controls: z
    .boolean()
    .default(true)
    .describe("Beside each edit as many changes at random places, drawn from the same prior"),
  samplingTemperature: z
    .number()
    .positive()
    .max(10)
    .default(1)
    .describe("At which synthetic text is written"),
  parallel: z.int().min(1).max(1024).default(128).describe("Rows that are written side by side"),
  seeds: seeds.describe("Repetitions, each with its own rows, models and texts; arms of a seed share them"),
  evaluationTokens: evaluationTokens.describe("Held-out real tokens scored"),
  theory: theorySettings.prefault({ trials: 300 }),
});

/** Bytes of text that the prior's rows, a seed's real rows and the held-out text take at least. */
export function smallestCollapseText({
  trainingLength,
}: Pick<z.infer<typeof collapse>, "trainingLength">): number {
  return 12 * (trainingLength + 1);
}

function collapseFits(given: z.infer<typeof collapse>, ctx: z.core.$RefinementCtx): void {
  const smallest = smallestCollapseText(given);
  if (given.characters >= smallest) return;
  const message = `must be at least ${smallest} at this length`;
  ctx.addIssue({ code: "custom", path: ["characters"], message, input: given });
}

/** What a ToEdit run takes: one of four tasks. */
export const input = z.discriminatedUnion("task", [
  collapse.superRefine(collapseFits),
  edit,
  analyse,
  theory,
]);
export type Input = z.infer<typeof input>;
export type CollapseInput = z.infer<typeof collapse>;
export type EditInput = z.infer<typeof edit>;
export type AnalyseInput = z.infer<typeof analyse>;
export type TheoryInput = z.infer<typeof theory>;
