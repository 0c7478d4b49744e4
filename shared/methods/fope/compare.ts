import { adamWDefaults } from "../../engine/adamw.ts";
import { cosineSchedule } from "../../engine/schedule.ts";
import { createRandom } from "../../lm/random.ts";
import { type RowSource, windowsOf } from "../../lm/rows.ts";
import { createScorer } from "../../lm/scoring.ts";
import { parametersOf } from "../../lm/stored-model.ts";
import { byteTokenizer } from "../../lm/tokenizers/byte.ts";
import { createTraining, passesOf, type Training, type WeightValues } from "../../lm/training.ts";
import { type CheckpointPace, checkpointPace } from "../checkpoint-pace.ts";
import type { Paused, RunContext } from "../contract.ts";
import { storeTrained } from "../store-trained.ts";
import { readText, type SplitText, splitText } from "../text.ts";
import { startOf, train } from "../train.ts";
import { type Comparing, comparing } from "./comparing.ts";
import { compareFindings } from "./findings.ts";
import type { CompareInput, VariantName } from "./input.ts";
import type { CompareOutput } from "./output.ts";
import { passkeyRow } from "./passkey.ts";
import { compareReport } from "./report.ts";
import { depthMap, summarise } from "./summarise.ts";
import { evaluate } from "./trial.ts";
import { modelOf, type TrainedVariant, trainingsFor } from "./variants.ts";

/** One training with the variants that are evaluated on it; `index` counts seeds from 0. */
interface Job {
  readonly index: number;
  readonly seed: number;
  readonly trained: TrainedVariant;
  readonly evaluated: readonly VariantName[];
}

/** What all jobs of a run share. */
interface Bench {
  readonly input: CompareInput;
  readonly ctx: RunContext;
  readonly text: SplitText;
  readonly jobs: readonly Job[];
  readonly pace: CheckpointPace;
}

/** Share of a job's time that its training takes, for the progress shown. */
const trainingShare = 0.8;

/** Trains every variant with every seed and holds them against each other at every length. */
export async function compare(input: CompareInput, ctx: RunContext): Promise<CompareOutput | Paused> {
  const bench = await prepare(input, ctx);
  let state: Comparing = (await ctx.checkpoint.load(comparing)) ?? {
    job: 0,
    trials: [],
    costs: [],
    curves: [],
  };
  for (const job of bench.jobs.slice(state.job)) {
    const after = await perform(bench, job, state);
    if (after === "out of time") return ctx.pause();
    state = after;
  }
  return conclude(bench, state);
}

async function prepare(input: CompareInput, ctx: RunContext): Promise<Bench> {
  const { name, text } = await readText(ctx, input);
  const longest = input.trainingLength * Math.max(...input.multiples);
  const parts = splitText(byteTokenizer.encode(text), {
    evaluationTokens: input.evaluationTokens,
    longest,
    window: input.trainingLength,
  });
  const jobs = Array.from({ length: input.seeds }, (_, index) =>
    trainingsFor(input.variants).map((training) => ({
      index,
      seed: createRandom(ctx.seed, "training", index).next(),
      ...training,
    })),
  ).flat();
  return { input, ctx, text: { name, ...parts }, jobs, pace: checkpointPace(ctx) };
}

/** Trains, evaluates and stores one model, from where `state` says it stands. */
async function perform(bench: Bench, job: Job, before: Comparing): Promise<Comparing | "out of time"> {
  const { input, ctx, pace } = bench;
  const model = modelOf(job.trained, input, job.seed);
  const training = await createTraining(
    model,
    trainingOptions(bench, job),
    startOf(before.current, { from: "scratch" }),
  );
  try {
    let state = await trainOn(bench, job, training, before);
    if (state === "out of time") return state;
    const weights = training.weights();
    for (const { variant, multiple } of views(input, job)) {
      if (isDone(state, job, variant, multiple * input.trainingLength)) continue;
      if (ctx.outOfTime()) {
        await pace.save(state);
        return "out of time";
      }
      ctx.signal.throwIfAborted();
      state = await look(bench, job, weights, { variant, multiple }, state);
      const current = state;
      await pace.offer(() => current);
    }
    if (job.index === 0) await keep(bench, job, weights);
    const { current: _, ...done } = state;
    const after = { ...done, job: before.job + 1 };
    await pace.save(after);
    return after;
  } finally {
    await training.release();
  }
}

function trainingOptions({ input, ctx, text }: Bench, { seed }: Job) {
  const { steps, batch, learningRate, warmup, weightDecay, clipNorm } = input.training;
  return {
    seed,
    ...passesOf(batch, input.trainingLength),
    length: input.trainingLength,
    schedule: cosineSchedule({ peak: learningRate, steps, warmupSteps: Math.round(warmup * steps) }),
    adamW: { ...adamWDefaults, weightDecay, clipNorm },
    threads: ctx.threads,
    rows: rowsOf(text, input),
  };
}

/** Windows of the text, and passkey prompts of the training length in their share. */
function rowsOf(text: SplitText, { trainingLength, passkey }: CompareInput): RowSource {
  const windows = windowsOf(text.training, trainingLength);
  const share = passkey.trials === 0 ? 0 : passkey.share;
  return (random, row) => {
    if (random.uniform() < share) passkeyRow(random, row);
    else windows(random, row);
  };
}

/** Trains to the end and notes what that took, unless it was noted before the run was last cut. */
async function trainOn(
  bench: Bench,
  job: Job,
  training: Training,
  before: Comparing,
): Promise<Comparing | "out of time"> {
  const { input, ctx, pace } = bench;
  const { steps, batch } = input.training;
  const current = await train(training, before.current, {
    ctx,
    pace,
    steps,
    labels: labels(job),
    stateWith: (current) => ({ ...before, current }),
    report: (step, loss) =>
      report(
        bench,
        job,
        before.job,
        (trainingShare * step) / steps,
        `step ${step} of ${steps}, loss ${loss.toFixed(3)}`,
      ),
  });
  if (current === "out of time") return current;
  const trained = { ...before, current };
  const costed = before.costs.some((cost) => cost.variant === job.trained && cost.seed === job.index);
  if (costed) return trained;
  const { curve, seconds } = current;
  return {
    ...trained,
    costs: [
      ...before.costs,
      { variant: job.trained, seed: job.index, tokens: steps * batch * input.trainingLength, seconds },
    ],
    curves: [...before.curves, { variant: job.trained, seed: job.index, points: [...curve.points] }],
  };
}

const labels = ({ trained, index }: Job) => ({ variant: trained, seed: String(index) });

/** Whether a view's figures were there when the run was last cut. */
function isDone({ trials }: Comparing, job: Job, variant: VariantName, length: number): boolean {
  return trials.some((one) => one.variant === variant && one.seed === job.index && one.length === length);
}

/** The variants and lengths at which a job's model is looked at. */
function views({ multiples }: CompareInput, { evaluated }: Job) {
  return evaluated.flatMap((variant) => multiples.map((multiple) => ({ variant, multiple })));
}

async function look(
  bench: Bench,
  job: Job,
  weights: WeightValues,
  { variant, multiple }: { variant: VariantName; multiple: number },
  state: Comparing,
): Promise<Comparing> {
  const { input, ctx, text } = bench;
  const length = multiple * input.trainingLength;
  const all = views(input, job);
  const done = all.findIndex((view) => view.variant === variant && view.multiple === multiple) / all.length;
  report(bench, job, state.job, trainingShare + (1 - trainingShare) * done, `evaluating at ${length} tokens`);
  const scorer = await createScorer(modelOf(variant, input, job.seed, multiple), weights, {
    length,
    threads: ctx.threads,
  });
  try {
    const { trials, depths } = input.passkey;
    const found = await evaluate(scorer, { validation: text.validation, trials, depths, seed: ctx.seed });
    ctx.metric("validation_loss", length, found.loss, { variant, seed: String(job.index) });
    return { ...state, trials: [...state.trials, { variant, seed: job.index, length, ...found }] };
  } finally {
    await scorer.release();
  }
}

function report(
  { ctx, jobs, input }: Bench,
  { trained, index }: Job,
  position: number,
  share: number,
  what: string,
): void {
  const seed = input.seeds > 1 ? `, seed ${index + 1} of ${input.seeds}` : "";
  ctx.progress((position + share) / jobs.length, `${trained}${seed}: ${what}`);
}

/** Registers the first seed's model. */
const keep = ({ input, ctx }: Bench, { trained, seed }: Job, weights: WeightValues): Promise<string> =>
  storeTrained(ctx, `fope-${trained}`, modelOf(trained, input, seed), weights, input.trainingLength);

async function conclude({ input, ctx, text }: Bench, state: Comparing): Promise<CompareOutput> {
  const variants = input.variants.map((name) =>
    summarise(name, state.trials, state.costs, parametersOf(modelOf(name, input, 0))),
  );
  const findings = compareFindings(variants, input.trainingLength);
  const output: CompareOutput = { task: "compare", variants, findings };
  const files = compareReport({
    run: { runId: ctx.runId, seed: ctx.seed },
    input,
    output,
    curves: state.curves,
    depths: depthMap(state.trials),
    text: text.name,
  });
  for (const { name, body, type } of files) await ctx.artifact(name, body, type);
  return output;
}
