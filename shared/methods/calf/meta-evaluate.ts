import { checkpointPace } from "../checkpoint-pace.ts";
import type { Paused, RunContext } from "../contract.ts";
import { conclude } from "./conclude.ts";
import { type Facts, readFacts } from "./facts.ts";
import type { MetaEvaluateInput } from "./input.ts";
import type { Judgement } from "./judgement.ts";
import { isTextMetric, type MetricName } from "./names.ts";
import type { MetaEvaluateOutput } from "./output.ts";
import { makePasses, noPasses, type Pass, passState } from "./passes.ts";
import { type Answer, differencesBy } from "./scorers/answer.ts";
import { frequenciesOf } from "./scorers/frequencies.ts";
import { availableOf, modelPasses } from "./scorers/model-passes.ts";
import { surfaceMeasure } from "./scorers/surface.ts";
import { textMeasure } from "./scorers/text.ts";
import { openJudgements } from "./source.ts";

/** How often metrics agree with people. */
export async function metaEvaluate(
  input: MetaEvaluateInput,
  ctx: RunContext,
): Promise<MetaEvaluateOutput | Paused> {
  ctx.progress(0, "reading the judgements");
  const source = await openJudgements(input, ctx);
  const facts = await readFacts(source, input, ctx);
  const { available, skipped } = availableOf(input.metrics, {
    llm: ctx.llm,
    hasReferences: facts.hasReferences,
  });
  const begun = (await ctx.checkpoint.load(passState)) ?? noPasses();
  const loop = { ctx, pace: checkpointPace(ctx), count: facts.count, read: facts.read };
  const state = await makePasses(passesOf(input, available, facts, ctx), begun, loop);
  if (state === "out of time") return ctx.pause();
  return conclude({ input, ctx, source: source.name, facts, available, skipped, state });
}

function passesOf(
  input: MetaEvaluateInput,
  available: readonly MetricName[],
  facts: Facts,
  ctx: RunContext,
): Pass<Judgement>[] {
  const { llm, signal } = ctx;
  const paired = ({ name, open }: Pass<Answer>): Pass<Judgement> => ({
    name,
    open: async () => differencesBy(await open()),
  });
  const names = available.filter(isTextMetric);
  const text: Pass<Answer> = {
    name: "metrics of texts",
    open: async () => {
      const counted = { characters: facts.characters, tokens: input.tokens, signal };
      const frequencies = await frequenciesOf(responsesOf(facts), counted);
      return textMeasure({ names, options: input, frequencies });
    },
  };
  const passes = [
    paired({ name: "lengths", open: async () => surfaceMeasure() }),
    ...(names.length === 0 ? [] : [paired(text)]),
    ...modelPasses(available, input, ctx).map(paired),
  ];
  if (llm === undefined || !available.includes("judge-pairwise")) return passes;
  const { maxTokens, swap } = input.judge;
  const open = async () =>
    (await import("./judges/pairwise.ts")).pairwiseMeasure({ llm, signal, maxTokens, swap });
  return [...passes, { name: "Pairwise judge", open }];
}

async function* responsesOf({ read }: Facts) {
  for await (const { first, second, probe } of read()) {
    if (probe !== undefined) continue;
    yield first;
    yield second;
  }
}
