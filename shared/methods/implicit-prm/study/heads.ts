import { adamWDefaults } from "../../../engine/adamw.ts";
import { cosineSchedule } from "../../../engine/schedule.ts";
import { viewsOf } from "../../../engine/trainer.ts";
import {
  createValueTuning,
  type LabelledRow,
  valueWeightsOf,
  withValueHead,
} from "../../../lm/fine-tuning/value-head.ts";
import { createValueScorer } from "../../../lm/fine-tuning/value-scorer.ts";
import { passesOf, type Training, type TrainingStart } from "../../../lm/training.ts";
import type { HeadName, JudgeName } from "../labels.ts";
import { type Pace, paceOf } from "../tuned.ts";
import { continued } from "../work.ts";
import { type Bench, type Judge, scoredByTrained } from "./bench.ts";
import { affordable, costOf, shepherdFlops, shepherdSteps, valuedTokens } from "./compute.ts";
import { judgedByValues, labelledRow, valuedRow, votes } from "./judging.ts";
import type { SeedFigures } from "./seed-figures.ts";
import { branches, branchesOf, estimatedLabels, labelArea } from "./shepherd.ts";

/** What a head is trained on, and how many rows without a gradient that took. */
interface Lesson {
  readonly name: JudgeName;
  readonly kind: HeadName;
  readonly rows: readonly LabelledRow[];
  readonly written: number;
  readonly pace: Pace;
}

/** Judges with a scalar head, trained on labels of responses or on the exact labels of steps. */
export async function headJudges(bench: Bench): Promise<Judge[]> {
  const { training, input } = bench;
  const judges: Judge[] = [];
  for (const name of ["orm", "verifier", "exact"] as const) {
    const rows = training.map((response) =>
      labelledRow(name, response, (response.rightSteps ?? []).map(Number)),
    );
    const pace = paceOf(name, input.paces[name]);
    judges.push(await judgeOf(bench, { name, kind: name, rows, written: rows.length, pace }));
  }
  return judges;
}

/**
 * Math-Shepherd's judges: on as many of the responses as `budget` operations pay for, the rollouts from their steps
 * among them, and on all.
 */
export async function shepherdJudges(
  bench: Bench,
  budget: number,
): Promise<{ judges: Judge[]; shepherd: SeedFigures["shepherd"] }> {
  const { training, input, units, work, base } = bench;
  const pace = paceOf("shepherd", input.paces.shepherd);
  const counts = training.map((response) => branchesOf(response, input.shepherd));
  const plan = { branches: counts, steps: pace.steps };
  const responses = affordable(units, plan, budget);
  const tried = input.shepherd.full ? training : training.slice(0, responses);
  const texts = branches(tried, input.shepherd);
  const continuations = await continued(work, bench.part("rollouts from steps"), texts, base);
  const labels = estimatedLabels(tried, continuations, input.shepherd);
  const lesson = (name: JudgeName, count: number): Lesson => ({
    ...{ name, kind: "shepherd", pace: { ...pace, steps: shepherdSteps(plan, count) } },
    rows: tried.slice(0, count).map((response, at) => labelledRow("shepherd", response, labels[at] ?? [])),
    written: counts.slice(0, count).reduce((sum, more) => sum + more, count),
  });
  const judges = [await judgeOf(bench, lesson("shepherd", responses))];
  if (input.shepherd.full) judges.push(await judgeOf(bench, lesson("shepherd-full", training.length)));
  const labelAuroc = labelArea(tried, labels);
  const fullFlops = shepherdFlops(units, plan, training.length);
  return { judges, shepherd: { responses, fullFlops, ...(labelAuroc !== undefined && { labelAuroc }) } };
}

async function judgeOf(bench: Bench, { name, kind, rows, written, pace }: Lesson): Promise<Judge> {
  const { work, base, measured, units, input } = bench;
  const { config } = base;
  const { threads } = work.ctx;
  const values = await scoredByTrained(
    bench,
    {
      name,
      steps: pace.steps,
      create: (from) => trainHead(bench, rows, pace, from),
      scorer: ({ training }) => {
        const weights = viewsOf(valueWeightsOf(config), training.parameters);
        return createValueScorer({ config, weights }, { threads });
      },
    },
    measured.map(({ response }) => valuedRow(response)),
  );
  const trainedTokens = pace.steps * input.training.batch * valuedTokens;
  const flops = work.state.flops[name] ?? 0;
  return {
    name,
    judged: judgedByValues(kind, measured, values),
    weigh: votes.logProbability,
    cost: costOf(units, { responses: rows.length, rows: written, trainedTokens, flops }),
  };
}

function trainHead(
  { work, base, input }: Bench,
  rows: readonly LabelledRow[],
  { steps, learningRate }: Pace,
  from: TrainingStart | undefined,
): Promise<Training> {
  const { seed, ctx } = work;
  const { batch, warmup, weightDecay, clipNorm } = input.training;
  const length = valuedTokens;
  const options = {
    ...{ seed, threads: ctx.threads, length },
    schedule: cosineSchedule({ peak: learningRate, steps, warmupSteps: Math.round(warmup * steps) }),
    adamW: { ...adamWDefaults, weightDecay, clipNorm },
    ...passesOf(batch, length),
  };
  const draw = (random: { integer(n: number): number }) => {
    const row = rows[random.integer(rows.length)];
    if (row === undefined) throw new Error("no row to train on");
    return row;
  };
  const weights = withValueHead(base.config, base.weights, seed);
  return createValueTuning(base.config, options, draw, from ?? { from: "weights", weights });
}
