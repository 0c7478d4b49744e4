import { adamWDefaults } from "../../engine/adamw.ts";
import { cosineSchedule } from "../../engine/schedule.ts";
import type { StepCost } from "../../engine/trainer.ts";
import { createRandom } from "../../lm/random.ts";
import { type Tokens, windowsOf } from "../../lm/rows.ts";
import { createScorer, meanLoss } from "../../lm/scoring.ts";
import { exportOnnx, modelFiles } from "../../lm/stored-model.ts";
import { byteTokenizer } from "../../lm/tokenizers/byte.ts";
import {
  createTraining,
  DivergenceError,
  passesOf,
  type Training,
  type TrainingOptions,
  type WeightValues,
} from "../../lm/training.ts";
import { type CheckpointPace, checkpointPace } from "../checkpoint-pace.ts";
import type { Paused, RunContext } from "../contract.ts";
import { readText, splitText } from "../text.ts";
import { startOf, train, type Underway } from "../train.ts";
import { bestRate, type Comparing, comparing } from "./comparing.ts";
import { compareFindings } from "./findings.ts";
import type { CompareInput } from "./input.ts";
import type { CompareOutput } from "./output.ts";
import { compareReport } from "./report.ts";
import { summarise } from "./summarise.ts";
import { type Variant, variantsOf } from "./variants.ts";

/** A training: a short one at a rate of the grid, or a full one at the rate that was best in those. */
type Job =
  | { readonly kind: "tune"; readonly variant: Variant; readonly learningRate: number }
  | { readonly kind: "train"; readonly variant: Variant; readonly index: number };

/** What all jobs of a run share. */
interface Bench {
  readonly input: CompareInput;
  readonly ctx: RunContext;
  readonly pace: CheckpointPace;
  readonly variants: readonly Variant[];
  readonly jobs: readonly Job[];
  readonly text: {
    readonly name: string;
    readonly training: Tokens;
    /** What the short trainings are judged on, so that the validation text chooses nothing. */
    readonly tuning: Tokens;
    readonly validation: Tokens;
  };
}

/** Tunes each variant's learning rate, trains it with every seed, and holds all against the dense model. */
export async function compare(input: CompareInput, ctx: RunContext): Promise<CompareOutput | Paused> {
  const bench = await prepare(input, ctx);
  let state: Comparing = (await ctx.checkpoint.load(comparing)) ?? {
    job: 0,
    tuned: [],
    trials: [],
    curves: [],
  };
  for (const job of bench.jobs.slice(state.job)) {
    const after = await perform(bench, job, state);
    if (after === "out of time") return ctx.pause();
    state = after;
    await bench.pace.save(state);
  }
  return conclude(bench, state);
}

async function prepare(input: CompareInput, ctx: RunContext): Promise<Bench> {
  const { name, text } = await readText(ctx, input);
  const { trainingLength: length, evaluationTokens, seeds } = input;
  const sizes = { evaluationTokens, longest: length, window: length };
  const { training: rest, validation } = splitText(byteTokenizer.encode(text), sizes);
  const { training, validation: tuning } = splitText(rest, sizes);
  const variants = variantsOf(input);
  const { learningRates } = input.training;
  const tune = variants.flatMap((variant) =>
    learningRates.map((learningRate) => ({ kind: "tune", variant, learningRate }) as const),
  );
  const full = Array.from({ length: seeds }, (_, index) =>
    variants.map((variant) => ({ kind: "train", variant, index }) as const),
  ).flat();
  const jobs = [...(learningRates.length > 1 ? tune : []), ...full];
  return {
    input,
    ctx,
    pace: checkpointPace(ctx),
    variants,
    jobs,
    text: { name, training, tuning, validation },
  };
}

/** Does one job, from where `state` says it stands, and answers the state after it. */
async function perform(bench: Bench, job: Job, before: Comparing): Promise<Comparing | "out of time"> {
  const { ctx, pace } = bench;
  const options = optionsOf(bench, job, before);
  const { config, key } = job.variant;
  const training = await createTraining(config, options, startOf(before.current, { from: "scratch" }));
  try {
    const current = await trainOn(bench, job, training, before);
    if (current === "out of time") return current;
    if (ctx.outOfTime()) {
      await pace.save({ ...before, current });
      return "out of time";
    }
    ctx.signal.throwIfAborted();
    const weights = training.weights();
    const loss = await score(bench, job, weights);
    if (job.kind === "train" && job.index === 0) await keep(bench, job.variant, weights);
    return noted(bench, job, before, { loss, current, cost: training.cost });
  } catch (error) {
    if (job.kind === "train" || !(error instanceof DivergenceError)) throw error;
    const { current: _, ...rest } = before;
    const { learningRate } = job;
    const tuned = [...before.tuned, { variant: key, learningRate, loss: null }];
    return { ...rest, job: before.job + 1, tuned };
  } finally {
    await training.release();
  }
}

function stepsOf({ training: { steps, tuningShare } }: CompareInput, { kind }: Job): number {
  return kind === "tune" ? Math.max(1, Math.round(steps * tuningShare)) : steps;
}

function rateOf({ learningRates }: CompareInput["training"], job: Job, { tuned }: Comparing): number {
  if (job.kind === "tune") return job.learningRate;
  const [only] = learningRates;
  return learningRates.length === 1 && only !== undefined ? only : bestRate(tuned, job.variant.key);
}

function optionsOf({ input, ctx, text }: Bench, job: Job, state: Comparing): TrainingOptions {
  const { batch, warmup, weightDecay, clipNorm } = input.training;
  const steps = stepsOf(input, job);
  const peak = rateOf(input.training, job, state);
  const stream = job.kind === "tune" ? ["tuning"] : ["training", job.index];
  return {
    seed: createRandom(ctx.seed, ...stream).next(),
    ...passesOf(batch, input.trainingLength),
    length: input.trainingLength,
    schedule: cosineSchedule({ peak, steps, warmupSteps: Math.round(warmup * steps) }),
    adamW: { ...adamWDefaults, weightDecay, clipNorm },
    threads: ctx.threads,
    rows: windowsOf(text.training, input.trainingLength),
  };
}

async function trainOn(
  bench: Bench,
  job: Job,
  training: Training,
  before: Comparing,
): Promise<Underway | "out of time"> {
  const { input, ctx, pace } = bench;
  const steps = stepsOf(input, job);
  return train(training, before.current, {
    ctx,
    pace,
    steps,
    labels: labelsOf(job),
    stateWith: (current) => ({ ...before, current }),
    report: (step, loss) => {
      const share = workBefore(bench, before.job) + step / input.training.steps;
      const what = `${describe(bench, job)}: step ${step} of ${steps}, loss ${loss.toFixed(3)}`;
      ctx.progress(share / workBefore(bench, bench.jobs.length), what);
    },
  });
}

/** Work of the jobs before the given one, in full trainings. */
function workBefore({ input, jobs }: Bench, end: number): number {
  return jobs.slice(0, end).reduce((sum, job) => sum + stepsOf(input, job) / input.training.steps, 0);
}

function labelsOf(job: Job): Record<string, string> {
  return job.kind === "tune"
    ? { variant: job.variant.key, tuning: String(job.learningRate) }
    : { variant: job.variant.key, seed: String(job.index) };
}

function describe({ input }: Bench, job: Job): string {
  if (job.kind === "tune") return `${job.variant.key}, trying rate ${job.learningRate}`;
  return `${job.variant.key}${input.seeds > 1 ? `, seed ${job.index + 1} of ${input.seeds}` : ""}`;
}

async function score(
  { input, ctx, text }: Bench,
  { kind, variant }: Job,
  weights: WeightValues,
): Promise<number> {
  const { trainingLength: length } = input;
  const scorer = await createScorer(variant.config, weights, { length, threads: ctx.threads });
  try {
    return await meanLoss(scorer, kind === "tune" ? text.tuning : text.validation);
  } finally {
    await scorer.release();
  }
}

/** Registers the first seed's model, with its ONNX graph for one sequence of the training length. */
async function keep({ input, ctx }: Bench, { key, config }: Variant, weights: WeightValues): Promise<void> {
  const files = modelFiles({ config, weights, tokenizer: byteTokenizer });
  const onnx = exportOnnx({ config, weights }, { batch: 1, length: input.trainingLength });
  await ctx.saveModel(`lpa-${key}`, new Map([...files, ["model.onnx", onnx]]));
}

interface Done {
  readonly loss: number;
  readonly current: Underway;
  readonly cost: StepCost;
}

/** The state with a finished job's figures, before the next one. */
function noted({ input, ctx }: Bench, job: Job, before: Comparing, { loss, current, cost }: Done): Comparing {
  const { current: _, ...rest } = before;
  const next = { ...rest, job: before.job + 1 };
  const { key: variant } = job.variant;
  if (job.kind === "tune") {
    const { learningRate } = job;
    return { ...next, tuned: [...before.tuned, { variant, learningRate, loss }] };
  }
  const { steps, batch } = input.training;
  const { trainingLength: length } = input;
  ctx.metric("validation_loss", steps, loss, labelsOf(job));
  const trial = {
    variant,
    seed: job.index,
    learningRate: rateOf(input.training, job, before),
    loss,
    tokensPerSecond: (batch * length) / (current.quickest ?? current.seconds),
    flopsPerToken: cost.flops.products / (passesOf(batch, length).batch * length),
    stepBytes: Object.values(cost.memory).reduce((sum, bytes) => sum + bytes, 0),
  };
  return {
    ...next,
    trials: [...before.trials, trial],
    curves: [...before.curves, { variant, seed: job.index, points: [...current.curve.points] }],
  };
}

async function conclude({ input, ctx, text, variants }: Bench, state: Comparing): Promise<CompareOutput> {
  const results = variants.map((variant) => summarise(variant, input, state));
  const output: CompareOutput = { task: "compare", variants: results, findings: compareFindings(results) };
  const run = { runId: ctx.runId, seed: ctx.seed };
  const files = compareReport({ run, input, output, curves: state.curves, text: text.name });
  for (const { name, body, type } of files) await ctx.artifact(name, body, type);
  return output;
}
