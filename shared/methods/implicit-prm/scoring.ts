import * as z from "zod";
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

/** What gives figures of rows: a scorer of responses, or of values. */
export interface RowScorer<Row> {
  score(rows: readonly Row[]): Promise<Float32Array[]>;
  release(): Promise<void>;
}

/** The figures of every row, from those that have theirs on; out of time, a checkpoint is saved. */
export async function scoreAll<Row>(
  create: () => RowScorer<Row>,
  rows: readonly Row[],
  begun: readonly Float32Array[],
  { ctx, pace, stateWith, report }: ScoringLoop,
): Promise<readonly Float32Array[] | "out of time"> {
  if (begun.length === rows.length) return begun;
  const scorer = create();
  const scores = [...begun];
  try {
    while (scores.length < rows.length) {
      ctx.signal.throwIfAborted();
      if (ctx.outOfTime()) {
        await pace.save(stateWith(scores));
        return "out of time";
      }
      scores.push(...(await scorer.score(rows.slice(scores.length, scores.length + chunk))));
      report(scores.length / rows.length);
      await pace.offer(() => stateWith([...scores]));
    }
    return scores;
  } finally {
    await scorer.release();
  }
}

/** A response with a number for each of its steps. */
export interface Judged {
  readonly response: Response;
  readonly steps: readonly StepReward[];
}

/** A response with what two models make of it. */
export interface Rewarded extends Judged {
  /** Of each token. */
  readonly tokens: readonly number[];
  /** The step of each token. */
  readonly stepOf: ArrayLike<number>;
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

/** Responses as candidates, by problem; `weigh` makes of a reward what its answer's vote weighs. */
export function candidatesOf(judged: readonly Judged[], weigh: (reward: number) => number): Candidate[][] {
  return [...Map.groupBy(judged, ({ response }) => response.problem).values()].map((members) =>
    members.map(({ response: { answer, right }, steps }) => {
      const [min, sum] = [aggregate(steps, "min"), aggregate(steps, "sum")];
      return { answer, right, min, sum, votes: { min: weigh(min), sum: weigh(sum) } };
    }),
  );
}
