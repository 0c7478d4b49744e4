import * as z from "zod";
import { adamWDefaults } from "../engine/adamw.ts";
import { cosineSchedule } from "../engine/schedule.ts";
import type { StepCost } from "../engine/trainer.ts";
import type { ModelConfig } from "../lm/config.ts";
import { createRandom } from "../lm/random.ts";
import { type Tokens, windowsOf } from "../lm/rows.ts";
import { createScorer, meanLoss } from "../lm/scoring.ts";
import {
  createTraining,
  DivergenceError,
  passesOf,
  type TrainingOptions,
  type WeightValues,
} from "../lm/training.ts";
import { type CheckpointPace, checkpointPace } from "./checkpoint-pace.ts";
import type { RunContext } from "./contract.ts";
import { lossPoints } from "./loss-curve.ts";
import { splitText } from "./text.ts";
import { startOf, train, type Underway, underway } from "./train.ts";

/** A model to train, at the best of its learning rates. */
export interface TunedVariant {
  readonly key: string;
  readonly config: ModelConfig;
  /** Peak rates that are tried in short trainings; a single one is taken as it is. */
  readonly learningRates: readonly number[];
}

/** How every variant is trained; `tuningShare` is what a trial of a learning rate takes of the steps. */
export interface TrainingPlan {
  readonly steps: number;
  readonly tuningShare: number;
  readonly batch: number;
  readonly warmup: number;
  readonly weightDecay: number;
  readonly clipNorm: number;
}

/** A text in three: the short trainings are judged on a part of their own, so that the validation text chooses nothing. */
export interface TunedText {
  readonly training: Tokens;
  readonly tuning: Tokens;
  readonly validation: Tokens;
}

export interface TunedComparison<Variant extends TunedVariant> {
  readonly ctx: RunContext;
  readonly variants: readonly Variant[];
  readonly seeds: number;
  /** Tokens of a row. */
  readonly length: number;
  readonly plan: TrainingPlan;
  readonly text: TunedText;
  /** Called with each variant's first full model, after its training: to store it, and to look into it. */
  examine(variant: Variant, weights: WeightValues): Promise<unknown>;
}

/** A short training at one rate; the loss is null where it diverged. */
const tuned = z.object({ variant: z.string(), learningRate: z.number(), loss: z.number().nullable() });
export type Tuned = z.infer<typeof tuned>;

/** A full training of one seed: its loss, and what it took. */
const trial = z.object({
  variant: z.string(),
  seed: z.int(),
  learningRate: z.number(),
  loss: z.number(),
  /** Of the quickest step: the mean depends on what else the machine does. */
  tokensPerSecond: z.number(),
  /** Of a step's matrix products, counted from the graph: forward and backward. */
  flopsPerToken: z.number(),
  /** Bytes that a step holds. */
  stepBytes: z.int(),
});
export type Trial = z.infer<typeof trial>;

const trained = z.object({ variant: z.string(), seed: z.int(), points: lossPoints });
export type TrainedCurve = z.infer<typeof trained>;

/** Where a comparison stands: the jobs that are done and their figures, and the training under way. */
const comparing = z.object({
  job: z.int(),
  tuned: z.array(tuned),
  trials: z.array(trial),
  curves: z.array(trained),
  /** What `examine` answered, by variant. */
  examined: z.record(z.string(), z.unknown()),
  current: underway.optional(),
});
export type Comparing = z.infer<typeof comparing>;

/** A training: a short one at a rate of the grid, or a full one at the rate that was best in those. */
type Job<Variant> =
  | { readonly kind: "tune"; readonly variant: Variant; readonly learningRate: number }
  | { readonly kind: "train"; readonly variant: Variant; readonly index: number };

interface Bench<Variant extends TunedVariant> extends TunedComparison<Variant> {
  readonly jobs: readonly Job<Variant>[];
  readonly pace: CheckpointPace;
}

/** The last part for validation, the one before it for tuning, the rest for training. Throws RangeError on too short a text. */
export function splitForTuning(tokens: Tokens, evaluationTokens: number, length: number): TunedText {
  const sizes = { evaluationTokens, longest: length, window: length };
  const { training: rest, validation } = splitText(tokens, sizes);
  const { training, validation: tuning } = splitText(rest, sizes);
  return { training, tuning, validation };
}

/** Tunes each variant's learning rate and trains it with every seed; out of time, its state is in the checkpoint. */
export async function compareTuned<Variant extends TunedVariant>(
  comparison: TunedComparison<Variant>,
): Promise<Comparing | "out of time"> {
  const bench = { ...comparison, jobs: jobsOf(comparison), pace: checkpointPace(comparison.ctx) };
  let state: Comparing = (await bench.ctx.checkpoint.load(comparing)) ?? {
    job: 0,
    tuned: [],
    trials: [],
    curves: [],
    examined: {},
  };
  for (const job of bench.jobs.slice(state.job)) {
    const after = await perform(bench, job, state);
    if (after === "out of time") return after;
    state = after;
    await bench.pace.save(state);
  }
  return state;
}

function jobsOf<Variant extends TunedVariant>({ variants, seeds }: TunedComparison<Variant>): Job<Variant>[] {
  const tune = variants.flatMap((variant) =>
    variant.learningRates.length > 1
      ? variant.learningRates.map((learningRate) => ({ kind: "tune", variant, learningRate }) as const)
      : [],
  );
  const full = Array.from({ length: seeds }, (_, index) =>
    variants.map((variant) => ({ kind: "train", variant, index }) as const),
  ).flat();
  return [...tune, ...full];
}

/** Does one job, from where `state` says it stands, and answers the state after it. */
async function perform<Variant extends TunedVariant>(
  bench: Bench<Variant>,
  job: Job<Variant>,
  before: Comparing,
): Promise<Comparing | "out of time"> {
  const { ctx, pace } = bench;
  const learningRate = rateOf(job, before);
  const options = optionsOf(bench, job, learningRate);
  const training = await createTraining(
    job.variant.config,
    options,
    startOf(before.current, { from: "scratch" }),
  );
  try {
    const current = await train(training, before.current, loopOf(bench, job, before));
    if (current === "out of time") return current;
    if (ctx.outOfTime()) {
      await pace.save({ ...before, current });
      return "out of time";
    }
    ctx.signal.throwIfAborted();
    const weights = training.weights();
    const loss = await score(bench, job, weights);
    const first = job.kind === "train" && job.index === 0;
    const examined = first ? await bench.examine(job.variant, weights) : undefined;
    const done = noted(bench, job, before, { loss, learningRate, current, cost: training.cost });
    return first ? { ...done, examined: { ...done.examined, [job.variant.key]: examined } } : done;
  } catch (error) {
    if (job.kind === "train" || !(error instanceof DivergenceError)) throw error;
    return noted(bench, job, before, { loss: null, learningRate });
  } finally {
    await training.release();
  }
}

function stepsOf({ steps, tuningShare }: TrainingPlan, { kind }: Pick<Job<unknown>, "kind">): number {
  return kind === "tune" ? Math.max(1, Math.round(steps * tuningShare)) : steps;
}

function rateOf(job: Job<TunedVariant>, { tuned: all }: Comparing): number {
  if (job.kind === "tune") return job.learningRate;
  const { key, learningRates } = job.variant;
  const [only] = learningRates;
  return learningRates.length === 1 && only !== undefined ? only : bestRate(all, key);
}

/** The rate with the lowest loss. Throws where every rate diverged. */
export function bestRate(all: readonly Tuned[], variant: string): number {
  const tried = all.filter((one) => one.variant === variant);
  const [best] = tried
    .flatMap(({ learningRate, loss }) => (loss === null ? [] : [{ learningRate, loss }]))
    .sort((a, b) => a.loss - b.loss);
  if (best !== undefined) return best.learningRate;
  const rates = tried.map((one) => one.learningRate).join(", ");
  throw new Error(`${variant} diverged at every learning rate: ${rates}`);
}

function optionsOf(
  { ctx, length, plan, text }: Bench<TunedVariant>,
  job: Job<TunedVariant>,
  peak: number,
): TrainingOptions {
  const { batch, warmup, weightDecay, clipNorm } = plan;
  const steps = stepsOf(plan, job);
  const stream = job.kind === "tune" ? ["tuning"] : ["training", job.index];
  return {
    seed: createRandom(ctx.seed, ...stream).next(),
    ...passesOf(batch, length),
    length,
    schedule: cosineSchedule({ peak, steps, warmupSteps: Math.round(warmup * steps) }),
    adamW: { ...adamWDefaults, weightDecay, clipNorm },
    threads: ctx.threads,
    rows: windowsOf(text.training, length),
  };
}

function loopOf(bench: Bench<TunedVariant>, job: Job<TunedVariant>, before: Comparing) {
  const { ctx, pace, plan, jobs } = bench;
  const steps = stepsOf(plan, job);
  return {
    ctx,
    pace,
    steps,
    labels: labelsOf(job),
    stateWith: (current: Underway) => ({ ...before, current }),
    report: (step: number, loss: number) => {
      const share = workBefore(bench, before.job) + step / plan.steps;
      const what = `${describe(bench, job)}: step ${step} of ${steps}, loss ${loss.toFixed(3)}`;
      ctx.progress(share / workBefore(bench, jobs.length), what);
    },
  };
}

/** Work of the jobs before the given one, in full trainings. */
function workBefore({ plan, jobs }: Bench<TunedVariant>, end: number): number {
  return jobs.slice(0, end).reduce((sum, job) => sum + stepsOf(plan, job) / plan.steps, 0);
}

function labelsOf(job: Job<TunedVariant>): Record<string, string> {
  return job.kind === "tune"
    ? { variant: job.variant.key, tuning: String(job.learningRate) }
    : { variant: job.variant.key, seed: String(job.index) };
}

function describe({ seeds }: Bench<TunedVariant>, job: Job<TunedVariant>): string {
  if (job.kind === "tune") return `${job.variant.key}, trying rate ${job.learningRate}`;
  return `${job.variant.key}${seeds > 1 ? `, seed ${job.index + 1} of ${seeds}` : ""}`;
}

async function score(
  { length, ctx, text }: Bench<TunedVariant>,
  { kind, variant }: Job<TunedVariant>,
  weights: WeightValues,
): Promise<number> {
  const scorer = await createScorer(variant.config, weights, { length, threads: ctx.threads });
  try {
    return await meanLoss(scorer, kind === "tune" ? text.tuning : text.validation);
  } finally {
    await scorer.release();
  }
}

type Done =
  | {
      readonly loss: number;
      readonly learningRate: number;
      readonly current: Underway;
      readonly cost: StepCost;
    }
  | { readonly loss: null; readonly learningRate: number };

/** The state with a finished job's figures, before the next one. */
function noted(
  { ctx, plan, length }: Bench<TunedVariant>,
  job: Job<TunedVariant>,
  { current: _, ...before }: Comparing,
  done: Done,
): Comparing {
  const next = { ...before, job: before.job + 1 };
  const { loss, learningRate } = done;
  const variant = job.variant.key;
  if (job.kind === "tune" || loss === null) {
    return { ...next, tuned: [...before.tuned, { variant, learningRate, loss }] };
  }
  ctx.metric("validation_loss", plan.steps, loss, labelsOf(job));
  const { curve, seconds, quickest = seconds } = done.current;
  const trial = {
    variant,
    seed: job.index,
    learningRate,
    loss,
    tokensPerSecond: (plan.batch * length) / quickest,
    flopsPerToken: done.cost.flops.products / (passesOf(plan.batch, length).batch * length),
    stepBytes: Object.values(done.cost.memory).reduce((sum, bytes) => sum + bytes, 0),
  };
  return {
    ...next,
    trials: [...before.trials, trial],
    curves: [...before.curves, { variant, seed: job.index, points: [...curve.points] }],
  };
}
