import * as z from "zod";
import { finding } from "../finding.ts";
import { choiceNames, lossNames } from "./labels.ts";
import { studied } from "./study/output.ts";

const share = z.number().min(0).max(1);

const step = z.object({
  text: z.string(),
  reward: z.number().describe("r_t: beta times the log ratio of the step's tokens"),
  cumulative: z.number().describe("q_t: the same over all tokens up to the step's end"),
});
export type ScoredStep = z.infer<typeof step>;

const scored = z.object({
  task: z.literal("score"),
  steps: z.array(step),
  outcome: z.number().describe("The reward of the whole response"),
  lowest: z.int().describe("Index of the step with the smallest reward"),
  firstSuspect: z
    .int()
    .nullable()
    .describe("Index of the first step below the threshold; null where there is none"),
  threshold: z.number().nullable().describe("Null where none was given and there was nothing to fit one on"),
  development: z
    .object({
      responses: z.int(),
      balancedAccuracy: share.describe(
        "Of telling right from wrong responses by their smallest step, where it was fitted",
      ),
    })
    .nullable(),
});

const bestOfN = z.object({
  n: z.int(),
  method: z.enum(choiceNames),
  accuracy: share.describe("On the first n candidates of each problem"),
  sd: z.number().describe("Over draws of the problems and of n of their candidates"),
});

const process = z.object({
  smallestIsLast: share.describe("Share of the responses whose smallest step reward is the last one"),
  steps: z.int().nullable().describe("Steps with known labels"),
  wrongSteps: share.nullable(),
  rightAnswerWrongStep: share.nullable().describe("Share of the right answers that have a wrong step"),
  firstWrongFound: share
    .nullable()
    .describe(
      "Share of the responses with a wrong step whose first step below the threshold is the first wrong one",
    ),
  soundPassed: share
    .nullable()
    .describe("Share of the responses without a wrong step that have none below the threshold"),
  f1: share.nullable().describe("Harmonic mean of the last two, as ProcessBench has it"),
});

const candidates = {
  bestOfN: z.array(bestOfN).describe("Empty where a problem has fewer than two candidates"),
  problems: z.int().describe("Problems whose candidates were chosen from"),
  leftOut: z.int().describe("Responses longer than maxTokens"),
  findings: z.array(finding),
};

const outcome = z.object({
  responses: z.int(),
  right: share.describe("Share of them that are right"),
  auroc: share
    .nullable()
    .describe("Of telling right from wrong by the reward of the whole; null where all are of one kind"),
  aurocSd: z.number().nullable().describe("Over draws of the prompts"),
  accuracyAtHalf: share.describe("Of sigma(r) > 0.5, which is no decision rule: r is bounded above"),
  threshold: z.number().nullable().describe("Of the whole's reward, fitted on the development split"),
  accuracy: share.nullable().describe("At that threshold"),
  pairs: z.int().describe("Pairs of a right and a wrong response to one prompt"),
  pairAccuracy: share.nullable().describe("Share of them in which the right one has the higher reward"),
});

const trained = z.object({
  task: z.literal("train"),
  loss: z.enum(lossNames),
  model: z.string().describe("Id of the reward model"),
  policy: z
    .string()
    .nullable()
    .describe("Id of the policy that was trained within the run, which is the reference"),
  trainedOn: z.int().describe("Responses or pairs"),
  trainedRight: share.describe("Share of the responses to train on that are right"),
  outcome,
  stepAuroc: share
    .nullable()
    .describe("Of finding wrong steps by their rewards; null without labels of steps"),
  stepAurocSd: z.number().nullable().describe("Over draws of the problems"),
  stepThreshold: z
    .number()
    .nullable()
    .describe("Of the smallest step reward, fitted on the development split by labels of responses alone"),
  process,
  example: z.object({ prompt: z.string(), right: z.boolean() }).describe("The response that `steps` are of"),
  steps: z.array(step),
  ...candidates,
});

const chosen = z.object({
  task: z.literal("best-of"),
  process,
  ...candidates,
});

/** What an implicit PRM run gives, by task. */
export const output = z.discriminatedUnion("task", [trained, scored, chosen, studied]);
export type Output = z.infer<typeof output>;
export type ScoreOutput = z.infer<typeof scored>;
export type BestOfOutput = z.infer<typeof chosen>;
export type TrainOutput = z.infer<typeof trained>;
export type OutcomeFigures = z.infer<typeof outcome>;
export type ProcessFigures = z.infer<typeof process>;
