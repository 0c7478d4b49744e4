import { type StatisticsSum, scoreOfSum } from "../../metrics/corpus.ts";
import type { Paused, RunContext } from "../contract.ts";
import { intervalOf } from "./agreement/bootstrap.ts";
import { breathing } from "./breathe.ts";
import type { ScoreInput } from "./input.ts";
import { judgeFigures } from "./judges/figures.ts";
import { type AnswerMetricName, isTextMetric, kindOf } from "./names.ts";
import type { ScoreOutput } from "./output.ts";
import { scoreReport } from "./report/score-report.ts";
import { noFrequencies } from "./scorers/frequencies.ts";
import { textMetric } from "./scorers/text.ts";
import { resampleSystems } from "./systems/resample.ts";
import { type ScoredAnswers, scoreAnswers, sumKey } from "./systems/scoring.ts";
import { writeScores } from "./systems/write-scores.ts";

/** Scores answers against references. */
export async function score(input: ScoreInput, ctx: RunContext): Promise<ScoreOutput | Paused> {
  const scored = await scoreAnswers(input.metrics, input, ctx);
  if (scored === "out of time") return ctx.pause();
  const { facts, skipped, state } = scored;
  ctx.progress(0.9, "drawing the questions");
  const figures = {
    task: "score" as const,
    source: facts.name,
    answers: facts.count,
    questions: facts.questionCount,
    systems: await systemsOf(scored, input, ctx),
    judges: judgeFigures(ctx, state, scored.available),
    skipped: [...skipped],
  };
  ctx.progress(0.95, "writing the scores");
  const output = { ...figures, files: await writeScores(scored, ctx) };
  const run = { runId: ctx.runId, seed: ctx.seed };
  for (const { name, body, type } of scoreReport({ run, input, output }))
    await ctx.artifact(name, body, type);
  return output;
}

async function systemsOf(
  { facts, available, state }: ScoredAnswers,
  input: ScoreInput,
  { seed, signal }: RunContext,
): Promise<ScoreOutput["systems"]> {
  const { draws, confidence } = input;
  const columns = available.map((name) => state.columns[name] ?? new Float64Array());
  const drawn = await resampleSystems(facts, columns, { draws, seed, breathe: breathing(signal) });
  return facts.systemNames.map((system, number) => {
    const rows = Int32Array.from({ length: facts.count }, (_, row) => row).filter(
      (row) => facts.systems[row] === number,
    );
    return {
      name: system,
      answers: rows.length,
      scores: available.map((name, column) => {
        const place = number * available.length + column;
        const values = Float64Array.from(rows, (row) => columns[column]?.[row] ?? Number.NaN);
        const known = values.filter((value) => !Number.isNaN(value));
        const bounds = intervalOf(draws, (draw) => drawn[draw]?.[place] ?? Number.NaN, confidence);
        return {
          ...{ name, kind: kindOf(name) },
          ...corpusOf(name, state.sums[sumKey(name, system)], input),
          mean: orNull(known.reduce((sum, value) => sum + value, 0) / known.length),
          ...{ low: orNull(bounds.low), high: orNull(bounds.high) },
          missing: values.length - known.length,
        };
      }),
    };
  });
}

/** The score of a system's answers as a corpus, and the statistics that it comes from. */
function corpusOf(name: AnswerMetricName, sum: StatisticsSum | undefined, input: ScoreInput) {
  if (!isTextMetric(name) || sum === undefined) return { corpus: null, statistics: [] };
  const metric = textMetric(name, input, noFrequencies(input.tokens));
  const statistics = Array.from(sum.sum, (value, at) => value + (sum.rest[at] ?? 0));
  return { corpus: scoreOfSum(metric, sum), statistics };
}

const orNull = (value: number) => (Number.isFinite(value) ? value : null);
