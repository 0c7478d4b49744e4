import type { Paused, RunContext } from "../contract.ts";
import { intervalOf, ranksOf } from "./agreement/bootstrap.ts";
import { breathing } from "./breathe.ts";
import type { RankInput } from "./input.ts";
import { judgeFigures } from "./judges/figures.ts";
import { higherIsBetter, labelOf } from "./names.ts";
import type { RankOutput } from "./output.ts";
import { rankReport } from "./report/rank-report.ts";
import { byQuestion, duelOf, resampleDuels, resampleSystems } from "./systems/resample.ts";
import { scoreAnswers } from "./systems/scoring.ts";
import type { AnswerFacts } from "./systems/source.ts";

/** Ranks systems by a metric. */
export async function rank(input: RankInput, ctx: RunContext): Promise<RankOutput | Paused> {
  const scored = await scoreAnswers([input.metric], input, ctx);
  if (scored === "out of time") return ctx.pause();
  const { facts, skipped, state } = scored;
  const [missing] = skipped;
  if (missing !== undefined)
    throw new Error(`metric: ${labelOf(missing.name)} cannot be taken: ${missing.reason}`);
  if (facts.systemNames.length < 2) {
    throw new RangeError(`dataset: ${facts.name} has answers of one system; rows name theirs in \`system\``);
  }
  ctx.progress(0.9, "drawing the questions");
  const scores = state.columns[input.metric] ?? new Float64Array();
  const wins = await winsOf(facts, scores, input, ctx);
  const output: RankOutput = {
    task: "rank",
    source: facts.name,
    metric: input.metric,
    higherIsBetter: higherIsBetter(input.metric),
    questions: facts.questionCount,
    systems: await systemsOf(facts, scores, wins, input, ctx),
    wins,
    judges: judgeFigures(ctx, state, scored.available),
    missing: scores.filter((score) => Number.isNaN(score)).length,
  };
  const run = { runId: ctx.runId, seed: ctx.seed };
  for (const { name, body, type } of rankReport({ run, input, output })) await ctx.artifact(name, body, type);
  return output;
}

async function systemsOf(
  facts: AnswerFacts,
  scores: Float64Array,
  wins: RankOutput["wins"],
  { draws, confidence, metric }: RankInput,
  { seed, signal }: RunContext,
): Promise<RankOutput["systems"]> {
  const sign = higherIsBetter(metric) ? 1 : -1;
  const drawn = await resampleSystems(facts, [scores], { draws, seed, breathe: breathing(signal) });
  const rowsOf = (number: number) =>
    scores.filter((score, row) => facts.systems[row] === number && !Number.isNaN(score));
  const means = facts.systemNames.map((name, number) => {
    const own = rowsOf(number);
    if (own.length === 0) throw new RangeError(`dataset: no answer of ${name} has a score`);
    return { name, answers: own.length, score: own.reduce((sum, value) => sum + value, 0) / own.length };
  });
  const ranks = ranksOf(
    means.map(({ score }) => sign * score),
    { draws, confidence },
    (draw, system) => sign * (drawn[draw]?.[system] ?? Number.NaN),
  );
  return means
    .map((one, system) => {
      const bounds = intervalOf(draws, (draw) => drawn[draw]?.[system] ?? Number.NaN, confidence);
      const { rank: place, low, high } = ranks[system] ?? { rank: 1, low: 1, high: 1 };
      const duels = wins.filter((win) => win.system === one.name);
      return {
        ...{ ...one, ...bounds, rank: place, rankLow: low, rankHigh: high },
        winRate: duels.length === 0 ? null : duels.reduce((sum, { rate }) => sum + rate, 0) / duels.length,
      };
    })
    .sort((a, b) => a.rank - b.rank);
}

/** Every system against every other, in both directions. */
async function winsOf(
  facts: AnswerFacts,
  scores: Float64Array,
  { draws, confidence, metric }: RankInput,
  { seed, signal }: RunContext,
): Promise<RankOutput["wins"]> {
  const sign = higherIsBetter(metric) ? 1 : -1;
  const table = byQuestion(facts, scores);
  const width = facts.systemNames.length;
  const pairs = facts.systemNames
    .flatMap((_, a) => facts.systemNames.map((_other, b) => [a, b] as const).filter(([, b]) => b > a))
    .map((pair) => ({ pair, duel: duelOf(table, width, pair, sign) }))
    .filter(({ duel }) => duel.questions.length > 0);
  const drawn = await resampleDuels(
    pairs.map(({ duel }) => duel),
    facts.questionCount,
    { draws, seed, breathe: breathing(signal) },
  );
  return pairs.flatMap(({ pair: [a, b], duel }, at) => {
    const [first, second] = [facts.systemNames[a] ?? "", facts.systemNames[b] ?? ""];
    const rate = duel.won.reduce((sum, value) => sum + value, 0) / duel.won.length;
    const { low, high } = intervalOf(draws, (draw) => drawn[at]?.[draw] ?? Number.NaN, confidence);
    const questions = duel.questions.length;
    return [
      { system: first, over: second, questions, rate, low, high },
      { system: second, over: first, questions, rate: 1 - rate, low: 1 - high, high: 1 - low },
    ];
  });
}
