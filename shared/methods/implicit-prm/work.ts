import * as z from "zod";
import { viewsOf } from "../../engine/trainer.ts";
import type { ModelConfig } from "../../lm/config.ts";
import type { Example } from "../../lm/fine-tuning/example.ts";
import { createResponseScorer } from "../../lm/fine-tuning/response-scorer.ts";
import type { LanguageModel } from "../../lm/stored-model.ts";
import type { Training, TrainingStart, WeightValues } from "../../lm/training.ts";
import { weightsOf } from "../../lm/transformer/transformer.ts";
import type { CheckpointPace } from "../checkpoint-pace.ts";
import type { Labels, Paused, RunContext } from "../contract.ts";
import { startOf, train, type Underway, underway } from "../train.ts";
import { type Continued, nextContinuations } from "./rollouts.ts";
import { type RowScorer, scoreAll, tokenScores } from "./scoring.ts";

/** What is done of a run, part by part under the names of these; each is whole before the next begins. */
export const workState = z.object({
  trainings: z.record(z.string(), underway),
  /** Operations of a whole training's products of matrices. */
  flops: z.record(z.string(), z.number()),
  texts: z.record(z.string(), z.array(z.string())),
  scores: z.record(z.string(), tokenScores),
});
export type WorkState = z.infer<typeof workState>;

export const nothingDone: WorkState = { trainings: {}, flops: {}, texts: {}, scores: {} };

/** A run under way: what its parts share, and what is done of it. */
export interface Work {
  readonly ctx: RunContext;
  readonly pace: CheckpointPace;
  /** Of all that is random here: the run's own, or one of several. */
  readonly seed: number;
  /** Of the metrics, beside the training that they are of. */
  readonly labels?: Labels;
  state: WorkState;
  /** What a checkpoint holds: the whole run's state with this in it. */
  stateWith(state: WorkState): unknown;
}

/** A part of a run: its name in the state, and the shares of the bar between which it lies. */
export interface Part {
  readonly name: string;
  readonly bar: readonly [from: number, to: number];
}

/** Thrown within a run whose checkpoint is saved. */
const outOfTime = Symbol("out of time");

/** What `run` answers; where it ran out of time, that the run pauses. */
export async function untilCut<T>(ctx: RunContext, run: () => Promise<T>): Promise<T | Paused> {
  try {
    return await run();
  } catch (error) {
    if (error === outOfTime) return ctx.pause();
    throw error;
  }
}

/** Begins a unit of work, unless the run is cancelled or out of time. */
async function begin({ ctx, pace, state, stateWith }: Work): Promise<void> {
  ctx.signal.throwIfAborted();
  if (!ctx.outOfTime()) return;
  await pace.save(stateWith(state));
  throw outOfTime;
}

function report({ ctx }: Work, { bar: [from, to] }: Part, share: number, message: string): void {
  ctx.progress(from + share * (to - from), message);
}

/** A training to its end, from where the run stands in it. */
export async function trained(
  work: Work,
  part: Part,
  steps: number,
  create: (start: TrainingStart | undefined) => Promise<Training>,
): Promise<Underway> {
  const { ctx, pace, labels } = work;
  const { name } = part;
  const begun = work.state.trainings[name];
  if (begun?.training.step === steps && name in work.state.flops) return begun;
  const with_ = (now: Underway): WorkState => ({
    ...work.state,
    trainings: { ...work.state.trainings, [name]: now },
  });
  const training = await create(begun && startOf(begun, { from: "scratch" }));
  try {
    const done = await train(training, begun, {
      ...{ ctx, pace, steps, labels: { ...labels, model: name } },
      stateWith: (now) => work.stateWith(with_(now)),
      report: (step, loss) =>
        report(work, part, step / steps, `${name}: step ${step}, loss ${loss.toFixed(3)}`),
    });
    if (done === "out of time") throw outOfTime;
    const updates = steps * training.passes * training.cost.flops.products;
    work.state = { ...with_(done), flops: { ...work.state.flops, [name]: updates } };
    return done;
  } finally {
    await training.release();
  }
}

/** Figures of rows under a scorer, which is created where some are missing. */
export async function scored<Row>(
  work: Work,
  part: Part,
  rows: readonly Row[],
  create: () => RowScorer<Row>,
): Promise<readonly Float32Array[]> {
  const { ctx, pace } = work;
  const { name } = part;
  const with_ = (now: readonly Float32Array[]): WorkState => ({
    ...work.state,
    scores: { ...work.state.scores, [name]: [...now] },
  });
  const done = await scoreAll(create, rows, work.state.scores[name] ?? [], {
    ...{ ctx, pace },
    stateWith: (now) => work.stateWith(with_(now)),
    report: (share) => report(work, part, share, `${name}: scores`),
  });
  if (done === "out of time") throw outOfTime;
  work.state = with_(done);
  return done;
}

/** log p of the tokens of responses under a model. */
export function logProbabilities(
  work: Work,
  part: Part,
  rows: readonly Example[],
  model: Pick<LanguageModel, "config" | "weights">,
): Promise<readonly Float32Array[]> {
  return scored(work, part, rows, () => createResponseScorer(model, { threads: work.ctx.threads }));
}

/** What a policy writes after each of the texts, to the end of a solution. */
export async function continued(
  work: Work,
  part: Part,
  texts: readonly string[],
  model: Continued,
): Promise<readonly string[]> {
  const { name } = part;
  const { seed, ctx, pace } = work;
  for (;;) {
    const written = work.state.texts[name] ?? [];
    if (written.length >= texts.length) return written;
    await begin(work);
    const next = await nextContinuations(model, texts, written.length, { name, seed, threads: ctx.threads });
    const all = [...written, ...next];
    work.state = { ...work.state, texts: { ...work.state.texts, [name]: all } };
    report(work, part, all.length / texts.length, name);
    await pace.offer(() => work.stateWith(work.state));
  }
}

/** The weights of a training where it stands. */
export function weightsAt(config: ModelConfig, { training }: Underway): WeightValues {
  return viewsOf(weightsOf(config), training.parameters);
}

/** A run's state without the weights of a training that nothing more is asked of. */
export function forget({ state }: Work, name: string): WorkState {
  const { [name]: _, ...trainings } = state.trainings;
  return { ...state, trainings };
}
