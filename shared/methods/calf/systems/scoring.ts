import { checkpointPace } from "../../checkpoint-pace.ts";
import type { RunContext } from "../../contract.ts";
import type { ScoreInput, ScoringOptions } from "../input.ts";
import { type AnswerMetricName, isTextMetric } from "../names.ts";
import { makePasses, noPasses, type Pass, type PassState, passState } from "../passes.ts";
import { frequenciesOf } from "../scorers/frequencies.ts";
import { availableOf, modelPasses, type Skipped } from "../scorers/model-passes.ts";
import { addToSums, textMeasure } from "../scorers/text.ts";
import { type AnswerFacts, readAnswers, type SystemAnswer } from "./source.ts";

/** Scores of all answers. */
export interface ScoredAnswers {
  readonly facts: AnswerFacts;
  readonly available: readonly AnswerMetricName[];
  readonly skipped: readonly Skipped[];
  readonly state: PassState;
}

/** Key of the summed statistics of a metric over a system's answers. */
export const sumKey = (metric: string, system: string): string => `${metric}\n${system}`;

/** Scores every answer by every metric, through every cut. */
export async function scoreAnswers(
  names: readonly AnswerMetricName[],
  input: ScoringOptions & Pick<ScoreInput, "dataset">,
  ctx: RunContext,
): Promise<ScoredAnswers | "out of time"> {
  ctx.progress(0, "reading the answers");
  const facts = await readAnswers(input.dataset, ctx);
  const { available, skipped } = availableOf(names, { llm: ctx.llm, hasReferences: true });
  const begun = (await ctx.checkpoint.load(passState)) ?? noPasses();
  const texts = available.filter(isTextMetric);
  const text: Pass<SystemAnswer> = {
    name: "metrics of texts",
    open: async () => {
      const counted = { characters: facts.characters, tokens: input.tokens, signal: ctx.signal };
      return textMeasure<SystemAnswer>({
        names: texts,
        options: input,
        frequencies: await frequenciesOf(answersOf(facts), counted),
        add: ({ system }, metric, how, statistics) =>
          addToSums(begun.sums, sumKey(metric, system), how, statistics),
      });
    },
  };
  const passes = [...(texts.length === 0 ? [] : [text]), ...modelPasses(available, input, ctx)];
  const loop = { ctx, pace: checkpointPace(ctx), count: facts.count, read: facts.read };
  const state = await makePasses(passes, begun, loop);
  return state === "out of time" ? state : { facts, available, skipped, state };
}

async function* answersOf({ read }: AnswerFacts) {
  for await (const { answer } of read()) yield answer;
}
