import * as z from "zod";
import type { Example } from "../../lm/fine-tuning/example.ts";
import { createResponseScorer } from "../../lm/fine-tuning/response-scorer.ts";
import type { LanguageModel } from "../../lm/stored-model.ts";
import type { CheckpointPace } from "../checkpoint-pace.ts";
import type { RunContext } from "../contract.ts";
import type { Response } from "./responses.ts";
import { aggregate, type StepReward, stepRewards, tokenRewards } from "./rewards.ts";
import { stepOfTokens } from "./steps.ts";
import type { Candidate } from "./voting.ts";

/** Log-probabilities of responses as they come out of storage. */
export const tokenScores = z.array(z.custom<Float32Array>((value) => value instanceof Float32Array));

/** Responses between two checkpoints; the same ones go through together however often a run is cut. */
const chunk = 256;

export interface ScoringLoop {
  readonly ctx: RunContext;
  readonly pace: CheckpointPace;
  /** The whole run's state, with these scores in it: what a checkpoint holds. */
  stateWith(scores: readonly Float32Array[]): unknown;
  /** Called after each chunk with the share that is done. */
  report(share: number): void;
}

/** log p of the tokens of every response under a model, from those that are scored on; out of time, a checkpoint is saved. */
export async function scoreAll(
  model: Pick<LanguageModel, "config" | "weights">,
  examples: readonly Example[],
  begun: readonly Float32Array[],
  { ctx, pace, stateWith, report }: ScoringLoop,
): Promise<readonly Float32Array[] | "out of time"> {
  if (begun.length === examples.length) return begun;
  const scorer = createResponseScorer(model, { threads: ctx.threads });
  const scores = [...begun];
  try {
    while (scores.length < examples.length) {
      ctx.signal.throwIfAborted();
      if (ctx.outOfTime()) {
        await pace.save(stateWith(scores));
        return "out of time";
      }
      scores.push(...(await scorer.score(examples.slice(scores.length, scores.length + chunk))));
      report(scores.length / examples.length);
      await pace.offer(() => stateWith([...scores]));
    }
    return scores;
  } finally {
    await scorer.release();
  }
}

/** A response with what two models make of it. */
export interface Rewarded {
  readonly response: Response;
  /** Of each token. */
  readonly tokens: readonly number[];
  /** The step of each token. */
  readonly stepOf: ArrayLike<number>;
  readonly steps: readonly StepReward[];
}

/** The rewards of responses from both models' log-probabilities. */
export function rewardAll(
  responses: readonly Response[],
  policy: readonly Float32Array[],
  reference: readonly Float32Array[] | undefined,
  beta: number,
  { tokenizer }: Pick<LanguageModel, "tokenizer">,
): Rewarded[] {
  return responses.map((response, at) => {
    const tokens = tokenRewards({ policy: policy[at] ?? [], reference: reference?.[at] }, beta);
    const stepOf = stepOfTokens(response.response, tokenizer.decode, response.steps);
    return { response, tokens, stepOf, steps: stepRewards(tokens, stepOf, response.steps.length) };
  });
}

/** Responses as candidates, by problem. */
export function candidatesOf(rewarded: readonly Rewarded[]): Candidate[][] {
  return [...Map.groupBy(rewarded, ({ response }) => response.problem).values()].map((members) =>
    members.map(({ response: { answer, right }, steps }) => ({
      ...{ answer, right },
      min: aggregate(steps, "min"),
      sum: aggregate(steps, "sum"),
    })),
  );
}
