import * as z from "zod";
import { finding } from "../../finding.ts";
import { choiceNames, judgeNames } from "../labels.ts";

const share = z.number().min(0).max(1);

/** A figure over the seeds; null where a seed has none, for want of responses of both kinds. */
const overSeeds = z
  .object({ mean: z.number(), sd: z.number(), seeds: z.array(z.number()) })
  .nullable()
  .describe("Mean, standard deviation over the seeds, and each seed's");
export type OverSeeds = z.infer<typeof overSeeds>;

const judge = z.enum(judgeNames);

const area = z.object({
  method: judge,
  mean: share.nullable(),
  sd: z.number().nullable().describe("Over the seeds; 0 of one"),
  drawSd: z.number().nullable().describe("Over draws of problems within a seed, root of the mean square"),
  seeds: z.array(share.nullable()),
});

export const verdicts = ["above", "below", "within the spread"] as const;

const choice = z.object({
  n: z.int(),
  method: z.union([judge, z.enum(["first", "majority", "oracle"])]),
  by: z
    .enum(choiceNames)
    .describe("How a method chooses; `weighted-sum` is the votes weighted by its whole reward"),
  accuracy: share.describe("Mean over the seeds, on the first n candidates of each problem"),
  sd: z.number().describe("Over the seeds; 0 of one"),
  drawSd: z
    .number()
    .describe("Over draws of problems and of n of their candidates within a seed, root of the mean square"),
  seeds: z.array(share),
  overMajority: z.object({
    by: z.number().describe("Mean over the seeds of the difference to the majority"),
    sd: z.number().describe("Of it over the seeds; 0 of one"),
    drawSd: z.number().describe("Of it over the same draws for both, root of the mean square"),
    verdict: z.enum(verdicts).describe("Beyond the larger of both spreads, or not"),
  }),
});

const cost = z.object({
  method: judge,
  responses: z.int().describe("Labelled ones that it is trained on; of the first seed"),
  forwardTokens: z
    .number()
    .describe("Read or written without a gradient: responses, the reference, rollouts from steps"),
  trainedTokens: z.number().describe("Forward and backward"),
  flops: z.number().describe("Of the products of matrices in all of it"),
  besideCe: z.number(),
});

const process = z.object({
  method: judge,
  smallestIsLast: overSeeds,
  firstWrongFound: overSeeds,
  soundPassed: overSeeds,
  f1: overSeeds.describe("Harmonic mean of both, as ProcessBench has it"),
});

const wrongProcess = z.object({
  method: z.union([judge, z.enum(["majority", "oracle"])]),
  n: z.int(),
  rightChoices: z
    .int()
    .describe("By its smallest step, or by the value of the whole of an outcome model; all seeds"),
  withWrongStep: z.int().describe("Of them, right by a process that is not"),
});

export const studied = z.object({
  task: z.literal("study"),
  seeds: z.int(),
  policy: z.object({
    trainedRight: z.array(share).describe("Share of the responses to train on that are right, by seed"),
    heldOutRight: z.array(share),
    labelsSay: z.boolean().describe("Whether these are shares that labels of responses can teach from"),
    rightAnswers: z.int().describe("Responses held out that are right; all seeds"),
    rightAnswersWithWrongStep: z.int(),
    wrongSteps: overSeeds.describe("Share of all steps held out"),
  }),
  stepAuroc: z.array(area).describe("Of finding wrong steps"),
  outcomeAuroc: z.array(area).describe("Of telling right from wrong responses"),
  bestOfN: z.array(choice),
  process: z
    .array(process)
    .describe("First step below a threshold that labels of responses alone fitted on a development split"),
  wrongProcess: z.array(wrongProcess),
  compute: z.array(cost),
  shepherd: z.object({
    rollouts: z.int().describe("From each step"),
    responses: z.array(z.int()).describe("That CE's compute pays for, by seed"),
    labelAuroc: overSeeds.describe(
      "Of its estimates finding the wrong steps of the responses that it is trained on",
    ),
    costRatio: z.number().describe("Of Math-Shepherd with rollouts from all responses to CE, by operations"),
    paperCostRatio: z.number(),
  }),
  findings: z.array(finding),
});
export type StudyOutput = z.infer<typeof studied>;
export type StudiedArea = z.infer<typeof area>;
export type StudiedChoice = z.infer<typeof choice>;
