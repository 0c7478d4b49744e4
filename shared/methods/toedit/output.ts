import * as z from "zod";
import { finding } from "../finding.ts";

const perplexity = z.number().nullable().describe("exp of the mean -log p, per token; null without a token");

const edited = z.object({
  task: z.literal("edit"),
  tokens: z.int().describe("All tokens of the texts, the first of each with them"),
  candidateRate: z.number().describe("Share of the tokens that the rule draws anew"),
  changedRate: z.number().describe("Share of the tokens that came out as another one"),
  droppedRate: z.number().describe("Share of the tokens that were left out"),
  items: z.int().describe("Rows, or documents of a plain text"),
  documents: z.int().describe("Texts: one or more a row"),
  inexact: z.int().describe("Changed documents whose text the tokenizer does not give back as it was"),
  prior: z.object({
    name: z.string(),
    window: z.int().describe("Tokens that it reads at a time"),
    perplexity: perplexity.describe("Of the texts as they came, under the prior"),
  }),
  histogram: z
    .array(z.object({ from: z.number(), to: z.number(), tokens: z.int() }))
    .describe("Tokens by their probability"),
  files: z.array(z.object({ name: z.string(), bytes: z.int(), items: z.int() })),
});

const distribution = z.object({
  documents: z.int(),
  ngrams: z.int(),
  used: z.number().describe("Share of the buckets that any n-gram falls into"),
  top: z.number().describe("Share of the n-grams in the fullest hundredth of the buckets"),
  entropy: z.number().describe("Of the buckets, in bits"),
});
export type Distribution = z.infer<typeof distribution>;

const distances = z.object({
  kl: z.number().describe("KL(real | other) between the buckets, in nats"),
  reverseKl: z.number().describe("KL(other | real)"),
  l1: z.number().describe("Sum of the absolute differences, 0 to 2"),
});
export type Distances = z.infer<typeof distances>;

const perplexities = z.object({
  documents: z.int().describe("Documents scored"),
  perplexity,
  quantiles: z.array(z.number()).describe("Of the documents' perplexities: 5, 25, 50, 75 and 95 %"),
});
export type Perplexities = z.infer<typeof perplexities>;

const choice = z.object({ documents: z.int(), ngrams: z.int(), distances });

const analysed = z.object({
  task: z.literal("analyse"),
  prior: z.string(),
  real: z.object({ name: z.string(), distribution, perplexity: perplexities }),
  synthetic: z.object({ name: z.string(), distribution, perplexity: perplexities, distances }),
  selected: choice.describe("What importance resampling selects"),
  atRandom: choice.describe("Synthetic documents at random, with as many n-grams where there are"),
  findings: z.array(finding),
});

const arm = z.object({
  arm: z.string(),
  generation: z.int(),
  synthetic: z.number().nullable().describe("Share of synthetic rows; null where rows were edited"),
  seeds: z.int(),
  bitsPerByte: z.object({ mean: z.number(), sd: z.number() }).describe("On held-out real text"),
  perplexity: z.number().describe("2^bits, per byte"),
  aboveReal: z
    .object({ mean: z.number(), sd: z.number() })
    .describe("Bits per byte above the model of the same seed that was trained on real rows"),
  candidateRate: z.number().nullable(),
  changedRate: z.number().nullable(),
});
export type ArmResult = z.infer<typeof arm>;

const recursion = z.object({
  name: z.string(),
  recursion: z.enum(["replacement", "additive", "literal"]),
  masks: z.string().describe("Shares of the samples that the edits take"),
  measured: z.array(z.number()).describe("Test error of each fit, in units of sigma^2 d / (T - d - 1)"),
  standardError: z.array(z.number()),
  closedForm: z.array(z.number()).nullable().describe("Expected test error; null where none is known"),
  boundCovers: z.boolean().describe("Whether the bound of 2 units is proven for it"),
  withinBound: z.boolean().describe("Whether the last fit's error is at most 2, less two standard errors"),
});
export type RecursionResult = z.infer<typeof recursion>;

const theorised = z.object({
  task: z.literal("theory"),
  unit: z.number().describe("sigma^2 d / (T - d - 1)"),
  bound: z.number().describe("The bound on ToEdit's test error, 2 units"),
  recursions: z.array(recursion),
  findings: z.array(finding),
});

const collapsed = z.object({
  task: z.literal("collapse"),
  arms: z.array(arm),
  prior: z.object({
    bitsPerByte: z
      .number()
      .nullable()
      .describe("Of the prior, which has a text of its own, on the held-out text"),
  }),
  theory: z.object({ unit: z.number(), recursions: z.array(recursion) }),
  findings: z.array(finding),
});

/** What a ToEdit run gives, by task. */
export const output = z.discriminatedUnion("task", [collapsed, edited, analysed, theorised]);
export type Output = z.infer<typeof output>;
export type EditOutput = z.infer<typeof edited>;
export type AnalyseOutput = z.infer<typeof analysed>;
export type CollapseOutput = z.infer<typeof collapsed>;
export type TheoryOutput = z.infer<typeof theorised>;
