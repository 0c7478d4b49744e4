import * as z from "zod";
import { choiceNames, judgeNames } from "../labels.ts";

const area = z.object({ value: z.number(), sd: z.number() }).optional();

/** What a judge's training took: tokens without and with a gradient, and operations of products of matrices. */
const cost = z.object({
  responses: z.int(),
  forwardTokens: z.number(),
  trainedTokens: z.number(),
  flops: z.number(),
});
export type Cost = z.infer<typeof cost>;

const judged = z.object({
  judge: z.enum(judgeNames),
  step: area,
  outcome: area,
  process: z.object({
    smallestIsLast: z.number(),
    firstWrongFound: z.number().nullable(),
    soundPassed: z.number().nullable(),
    f1: z.number().nullable(),
  }),
  cost: cost.optional(),
});
export type JudgeFigures = z.infer<typeof judged>;

/** A choice among n candidates; `judge` is absent where no judge is asked. */
const choice = z.object({
  n: z.int(),
  judge: z.enum(judgeNames).optional(),
  by: z.enum(choiceNames),
  accuracy: z.number(),
  sd: z.number(),
  /** Above the majority, and the spread of that over the same draws. */
  over: z.object({ by: z.number(), sd: z.number() }),
  /** Right choices, and those of them with a wrong step. */
  right: z.int(),
  withWrongStep: z.int(),
});
export type ChoiceFigures = z.infer<typeof choice>;

/** All that a seed of the study leaves. */
export const seedFigures = z.object({
  trainedRight: z.number(),
  heldOutRight: z.number(),
  wrongSteps: z.number().nullable(),
  rightAnswers: z.int(),
  rightAnswersWithWrongStep: z.int(),
  judges: z.array(judged),
  choices: z.array(choice),
  shepherd: z.object({
    responses: z.int(),
    labelAuroc: z.number().optional(),
    /** Operations with rollouts from all responses, whether these were made or not. */
    fullFlops: z.number(),
  }),
});
export type SeedFigures = z.infer<typeof seedFigures>;
