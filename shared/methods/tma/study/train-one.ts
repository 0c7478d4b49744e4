import { adamWDefaults } from "../../../engine/adamw.ts";
import { constantSchedule, cosineSchedule } from "../../../engine/schedule.ts";
import { createInstructionTuning } from "../../../lm/fine-tuning/fine-tuning.ts";
import { modelFiles } from "../../../lm/stored-model.ts";
import { passesOf, type Training, type WeightValues } from "../../../lm/training.ts";
import { startOf, train } from "../../train.ts";
import { answersOf } from "./answers.ts";
import type { Bench } from "./bench.ts";
import type { Judge } from "./evaluate.ts";
import { type JobRows, rowsOf } from "./job-rows.ts";
import { armOf, type Job } from "./plan.ts";
import { evaluationSteps } from "./schedule.ts";
import type { LossAt, Studying, Trial } from "./state.ts";

/** Peak rates where none is asked for. */
const rates = { scratch: 2e-3, model: 2e-5 };
/** Points of a training's own loss that are kept, about. */
const keptPoints = 60;

/** Trains one model and judges it on the way; out of time, the state with it is in the checkpoint. */
export async function trainOne(
  bench: Bench,
  judge: Judge,
  job: Job,
  state: Studying,
  report: (share: number, loss: number) => void,
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
        ...{ ctx, pace, steps: until, labels: labelsOf(job), interval: Math.ceil(steps / keptPoints) },
        stateWith: (current): Studying => ({ ...state, current: { training: current, points: [...points] } }),
        report: (step, loss) => report(step / steps, loss),
      });
      if (now === "out of time") return now;
      underway = now;
      points.push(await lossAt(bench, judge, job, rows, { step: until, weights: training.weights() }));
    }
    return { points, ...(await concluded(bench, judge, job, rows, training.weights())) };
  } finally {
    await training.release();
  }
}

function createFor(
  { input, ctx, material }: Bench,
  rows: JobRows,
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

async function lossAt(
  { ctx }: Bench,
  judge: Judge,
  job: Job,
  rows: JobRows,
  { step, weights }: { readonly step: number; readonly weights: WeightValues },
): Promise<LossAt> {
  const [target, offTarget = null] = await judge.losses(weights, [rows.target, rows.offTarget]);
  if (target === null || target === undefined) throw new Error("no held-out test item");
  ctx.metric("target_loss", step, target, labelsOf(job));
  if (offTarget !== null) ctx.metric("off_target_loss", step, offTarget, labelsOf(job));
  return { step, target, offTarget };
}

/** What is asked of a model at its end. The first seed's models of whole orders are stored. */
async function concluded(
  { ctx, material: { base } }: Bench,
  judge: Judge,
  job: Job,
  rows: JobRows,
  weights: WeightValues,
): Promise<Omit<Trial, "points">> {
  const [selecting] = await judge.losses(weights, [rows.selecting]);
  if (selecting === null || selecting === undefined) throw new Error("no selecting test item");
  const trained = { ...base, weights };
  const answers = await answersOf(trained, rows.answered, ctx.threads);
  const stored = job.kind === "order" && job.seed === 0;
  if (!stored) return { selecting, answers };
  const model = await ctx.saveModel(`tma-${job.name}`, modelFiles(trained));
  return { selecting, answers, model };
}

const labelsOf = (job: Job) => ({ order: armOf(job), seed: String(job.seed) });
