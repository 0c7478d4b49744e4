import { adamWDefaults } from "../../../engine/adamw.ts";
import { constantSchedule, cosineSchedule } from "../../../engine/schedule.ts";
import type { Example } from "../../../lm/fine-tuning/example.ts";
import { createInstructionTuning } from "../../../lm/fine-tuning/fine-tuning.ts";
import { createRandom } from "../../../lm/random.ts";
import { modelFiles } from "../../../lm/stored-model.ts";
import { passesOf, type Training, type WeightValues } from "../../../lm/training.ts";
import { startOf, train } from "../../train.ts";
import { halve } from "../halves.ts";
import { shares } from "./arrange-seeds.ts";
import type { Bench } from "./bench.ts";
import { createJudge, type Judge } from "./evaluate.ts";
import { armOf, itemsOf, type Job, numberOf } from "./plan.ts";
import { evaluationSteps } from "./schedule.ts";
import type { LossAt, Studying, Trial } from "./state.ts";

/** Peak rates where none is asked for. */
const rates = { scratch: 2e-3, model: 2e-5 };

/** Does all trainings that are not done; out of time, the state is in the checkpoint. */
export async function trainAll(bench: Bench, begun: Studying): Promise<Studying | "out of time"> {
  const { ctx, pace, material, jobs } = bench;
  const judge = createJudge(material.base, ctx.threads);
  let state = begun;
  try {
    for (const job of jobs.slice(state.trials.length)) {
      if (ctx.outOfTime()) {
        await pace.save(state);
        return "out of time";
      }
      const trial = await trainOne(bench, judge, job, state);
      if (trial === "out of time") return trial;
      const { current: _, ...done } = state;
      state = { ...done, trials: [...state.trials, trial] };
      await pace.offer(() => state);
    }
    return state;
  } finally {
    await judge.release();
  }
}

/** Rows of batches and of evaluations, for one training. */
function rowsOf({ input, ctx, material }: Bench, job: Job, state: Studying) {
  const { pool, tests, offTarget } = material;
  const number = numberOf(ctx.seed, job.seed);
  const stored = state.orders[job.seed];
  if (stored === undefined) throw new Error(`seed ${job.seed} has no orders`);
  const { batch } = input.training;
  const items = itemsOf(job, {
    ...{ ...stored, tasks: pool.tasks, number, batch, passes: input.subsets.passes },
  });
  const { selecting, heldOut } = halve(tests.rows.length, input.heldOut, number);
  const drawn = (half: Int32Array) =>
    Array.from(createRandom(number, "evaluated").shuffle(half.slice()).subarray(0, input.evaluation.items));
  const at = (places: readonly number[]) => places.map((place) => tests.examples[place] ?? noExample);
  return {
    training: Array.from(items, (place) => pool.examples[place] ?? noExample),
    target: at(drawn(heldOut)),
    selecting: at(drawn(selecting)),
    offTarget,
    number,
  };
}
const noExample: Example = { prompt: [], response: [] };
type Rows = ReturnType<typeof rowsOf>;

async function trainOne(
  bench: Bench,
  judge: Judge,
  job: Job,
  state: Studying,
): Promise<Trial | "out of time"> {
  const { ctx, pace } = bench;
  const rows = rowsOf(bench, job, state);
  const steps = rows.training.length / bench.input.training.batch;
  const points: LossAt[] = [...(state.current?.points ?? [])];
  const training = await createFor(bench, rows, steps, state);
  let underway = state.current?.training;
  try {
    for (const until of stopsOf(bench, job, steps).slice(points.length)) {
      const now = await train(training, underway, {
        ...{ ctx, pace, steps: until, labels: labelsOf(job), interval: Math.ceil(steps / mostPoints) },
        stateWith: (current): Studying => ({ ...state, current: { training: current, points: [...points] } }),
        report: (step, loss) => progress(bench, job, state.trials.length, step / steps, loss),
      });
      if (now === "out of time") return now;
      underway = now;
      points.push(await judged(bench, judge, job, until, training.weights(), rows));
    }
    const weights = training.weights();
    const [selecting] = await judge.losses(weights, [rows.selecting]);
    const stored = job.kind === "order" && job.seed === 0;
    return {
      points,
      selecting: selecting ?? Number.NaN,
      ...(stored && { model: await store(bench, job, weights) }),
    };
  } finally {
    await training.release();
  }
}

/** Points of a training's own loss that are kept at most, about. */
const mostPoints = 60;

function createFor(
  { input, ctx, material }: Bench,
  rows: Rows,
  steps: number,
  { current }: Studying,
): Promise<Training> {
  const { batch, schedule: shape, warmup, weightDecay, clipNorm } = input.training;
  const { base, length } = material;
  const peak = input.training.learningRate ?? rates[input.model.from];
  const schedule = { cosine: cosineSchedule, constant: constantSchedule }[shape];
  let next = (current?.training.training.step ?? 0) * batch;
  const draw = () => {
    const row = rows.training[next++];
    if (row === undefined) throw new RangeError("a training reads no further than its rows");
    return row;
  };
  const options = {
    ...{ seed: rows.number, threads: ctx.threads, length },
    ...passesOf(batch, length),
    schedule: schedule({ peak, steps, warmupSteps: Math.round(warmup * steps) }),
    adamW: { ...adamWDefaults, weightDecay, clipNorm },
  };
  const { weights } = base;
  const first =
    weights === undefined ? ({ from: "scratch" } as const) : ({ from: "weights", weights } as const);
  return createInstructionTuning(base.config, options, draw, startOf(current?.training, first));
}

/** Steps after which a training is judged: an order's along the epoch, a subset's at its end. */
function stopsOf({ input }: Bench, job: Job, steps: number): readonly number[] {
  return job.kind === "subset" ? [steps] : evaluationSteps(steps, input.evaluation);
}

async function judged(
  { ctx }: Bench,
  judge: Judge,
  job: Job,
  step: number,
  weights: WeightValues,
  rows: Rows,
): Promise<LossAt> {
  const [target, offTarget = null] = await judge.losses(weights, [rows.target, rows.offTarget]);
  if (target === null || target === undefined) throw new Error("no held-out test item");
  ctx.metric("target_loss", step, target, labelsOf(job));
  if (offTarget !== null) ctx.metric("off_target_loss", step, offTarget, labelsOf(job));
  return { step, target, offTarget };
}

function store({ ctx, material: { base } }: Bench, job: Job, weights: WeightValues): Promise<string> {
  return ctx.saveModel(`tma-${job.name}`, modelFiles({ ...base, weights }));
}

const labelsOf = (job: Job) => ({ order: armOf(job), seed: String(job.seed) });

function progress({ input, ctx, jobs }: Bench, job: Job, done: number, share: number, loss: number): void {
  const work = (some: readonly Job[]) =>
    some.reduce((sum, one) => sum + (one.kind === "order" ? 1 : one.share * input.subsets.passes), 0);
  const part = (work(jobs.slice(0, done)) + share * work([job])) / work(jobs);
  const what = `${armOf(job)}, seed ${job.seed + 1} of ${input.seeds}: loss ${loss.toFixed(3)}`;
  ctx.progress(shares.arranged + (0.98 - shares.arranged) * part, what);
}
