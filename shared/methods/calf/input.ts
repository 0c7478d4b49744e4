import * as z from "zod";
import { datasetId, modelId } from "../fields.ts";
import { distinct } from "../transformer-fields.ts";
import { answerMetricNames, coefficients, metricNames, perturbationNames } from "./names.ts";

/** What scores are made with, whatever they are for. */
const scoring = {
  tokens: z
    .enum(["auto", "calf"])
    .default("auto")
    .describe(
      "Of metrics of words: each one's own, by the script of the references, or `calf`: runs of letters, of digits, and Chinese characters",
    ),
  smoothing: z
    .enum(["exp", "floor", "add-k", "none"])
    .default("exp")
    .describe("Of BLEU where an order of n-grams has no match; `floor` is 0.1"),
  model: modelId().optional().describe("Language model of the metric `likelihood`"),
  maxTokens: z
    .int()
    .min(16)
    .max(8192)
    .default(1024)
    .describe("`likelihood` cuts an answer with its reference to so many tokens"),
  judge: z
    .strictObject({
      swap: z
        .boolean()
        .default(true)
        .describe("The pairwise judge sees both orders, and prefers a response where both say so"),
      maxTokens: z.int().min(128).max(16_384).default(1024).describe("The most that a judge may write"),
    })
    .prefault({})
    .describe("Of prompt-based judges, which need a configured chat model"),
};

const uncertainty = {
  draws: z.int().min(100).max(10_000).default(1000).describe("Draws of the questions behind each interval"),
  confidence: z.number().min(0.5).max(0.999).default(0.95),
};

const metaEvaluate = z.strictObject({
  task: z
    .literal("meta-evaluate")
    .default("meta-evaluate")
    .describe("How often does each metric agree with people?"),
  dataset: datasetId(["judgements"])
    .optional()
    .describe(
      "Which of two responses people prefer; judgements constructed from facts, their labels known, when absent",
    ),
  constructed: z
    .strictObject({
      perturbations: z
        .array(z.enum(perturbationNames))
        .min(1)
        .refine(distinct, "must not name one twice")
        .default([...perturbationNames]),
      variants: z.int().min(1).max(50).default(1).describe("Judgements of each question and perturbation"),
    })
    .prefault({})
    .describe("Read without a data set: 64 questions, each with its facts"),
  limit: z
    .int()
    .min(10)
    .optional()
    .describe("At most so many judgements, all of a question together, drawn by the seed"),
  sides: z
    .enum(["given", "drawn"])
    .optional()
    .describe(
      "Whether the seed draws which response is the first; it does when absent where all labels name the same side",
    ),
  metrics: z
    .array(z.enum(metricNames))
    .min(1)
    .refine(distinct, "must not name one twice")
    .default([
      "bleu",
      "chrf++",
      "rouge-1",
      "rouge-2",
      "rouge-2-recall",
      "rouge-l",
      "meteor",
      "ter",
      "token-f1",
      "idf-recall",
      "tf-idf",
      "learned",
    ]),
  committees: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(40),
        members: z.array(z.enum(metricNames)).min(2).refine(distinct, "must not name one twice"),
      }),
    )
    .max(10)
    .optional()
    .describe("Votes over metrics; one of all traditional ones and one of all judges when absent"),
  ...scoring,
  tieMargin: z
    .enum(["none", "fitted"])
    .default("none")
    .describe(
      "Scores within the margin are a tie; it is fitted on a development split, which is then left out",
    ),
  developmentShare: z
    .number()
    .min(0.05)
    .max(0.5)
    .default(0.2)
    .describe("Of the questions, for the tie margin"),
  folds: z
    .int()
    .min(2)
    .max(20)
    .default(5)
    .describe("Of the questions: the learned preference judges none that it was trained on"),
  correlation: z.enum(coefficients).default("kendall").describe("Between metrics, of score differences"),
  ...uncertainty,
});

const answers = datasetId(["instructions", "judgements"])
  .optional()
  .describe(
    "Instructions whose rows have `reference` or `references` too, and `system` where there are several; or judgements, whose responses are all scored. Answers constructed from facts when absent",
  );

const score = z.strictObject({
  task: z.literal("score").describe("Score answers against references"),
  dataset: answers,
  metrics: z
    .array(z.enum(answerMetricNames))
    .min(1)
    .refine(distinct, "must not name one twice")
    .default(["bleu", "chrf++", "rouge-1", "rouge-2", "rouge-l", "meteor", "ter", "token-f1"]),
  ...scoring,
  ...uncertainty,
});

const rank = z.strictObject({
  task: z.literal("rank").describe("Rank systems that answer the same questions"),
  dataset: answers,
  metric: z.enum(answerMetricNames).default("chrf++"),
  ...scoring,
  ...uncertainty,
});

const modelMessage = "is needed by the metric likelihood";

/** What a CALF run takes: one of three tasks. */
export const input = z.discriminatedUnion("task", [
  metaEvaluate
    .refine(({ metrics, model }) => model !== undefined || !metrics.includes("likelihood"), {
      path: ["model"],
      message: modelMessage,
    })
    .superRefine(({ committees = [], metrics }, context) => {
      for (const [at, { name, members }] of committees.entries()) {
        const absent = members.findIndex((member) => !metrics.includes(member));
        if (absent !== -1) {
          const message = `is not one of the metrics: ${members[absent]}`;
          context.addIssue({ code: "custom", path: ["committees", at, "members", absent], message });
        }
        if (
          metrics.some((metric) => metric === name) ||
          committees.findIndex((one) => one.name === name) < at
        ) {
          context.addIssue({ code: "custom", path: ["committees", at, "name"], message: "is taken already" });
        }
      }
    }),
  score.refine(({ metrics, model }) => model !== undefined || !metrics.includes("likelihood"), {
    path: ["model"],
    message: modelMessage,
  }),
  rank.refine(({ metric, model }) => model !== undefined || metric !== "likelihood", {
    path: ["model"],
    message: modelMessage,
  }),
]);
export type Input = z.infer<typeof input>;
export type MetaEvaluateInput = z.infer<typeof metaEvaluate>;
export type ScoreInput = z.infer<typeof score>;
export type RankInput = z.infer<typeof rank>;
/** What scores are made with. */
export type ScoringOptions = Pick<ScoreInput, keyof typeof scoring>;
