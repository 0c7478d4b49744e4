import * as z from "zod";
import type { Training, TrainingCheckpoint, TrainingStart } from "../lm/training.ts";
import type { CheckpointPace } from "./checkpoint-pace.ts";
import type { Labels, RunContext } from "./contract.ts";
import { curve, mark, noPoints } from "./loss-curve.ts";

/** A training's checkpoint as it comes out of storage: typed arrays, which zod has no schema for. */
const trainingCheckpoint = z.custom<TrainingCheckpoint>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    ["parameters", "first", "second"].every((key) => Reflect.get(value, key) instanceof Float32Array) &&
    typeof Reflect.get(value, "step") === "number" &&
    Array.isArray(Reflect.get(value, "random")),
);

/** Where a training of a run stands: what it goes on from, its curve, and the seconds of its steps and of the quickest. */
export const underway = z.object({
  training: trainingCheckpoint,
  curve,
  seconds: z.number(),
  quickest: z.number().optional(),
});
export type Underway = z.infer<typeof underway>;

/** Where a training begins: at its last checkpoint, or else where it begins the first time. */
export function startOf(begun: Underway | undefined, first: TrainingStart): TrainingStart {
  return begun === undefined ? first : { from: "checkpoint", checkpoint: begun.training };
}

export interface TrainingLoop {
  readonly ctx: RunContext;
  readonly pace: CheckpointPace;
  readonly steps: number;
  /** Steps behind a point of the curve; a 200th of all when absent. */
  readonly interval?: number;
  /** Of the curve's points as metrics. */
  readonly labels?: Labels;
  /** The whole run's state, with this training in it: what a checkpoint holds. */
  stateWith(now: Underway): unknown;
  /** Called after each step. */
  report(step: number, loss: number): void;
}

/**
 * Trains on to `steps`, with some points of the loss, at most 200 unless asked otherwise, as the metric `training_loss` and checkpoints at
 * their pace. Answers where it stands at the end; out of time, a checkpoint is saved.
 */
export async function train(
  training: Training,
  begun: Underway | undefined,
  { ctx, pace, steps, interval = Math.ceil(steps / 200), labels, stateWith, report }: TrainingLoop,
): Promise<Underway | "out of time"> {
  let { curve, seconds, quickest } = begun ?? { curve: noPoints, seconds: 0 };
  const now = (): Underway => ({
    training: training.checkpoint(),
    curve,
    seconds,
    ...(quickest !== undefined && { quickest }),
  });
  const state = () => stateWith(now());
  while (training.step < steps) {
    ctx.signal.throwIfAborted();
    if (ctx.outOfTime()) {
      await pace.save(state());
      return "out of time";
    }
    const since = performance.now();
    const { step, loss } = await training.advance();
    const took = (performance.now() - since) / 1000;
    seconds += took;
    quickest = Math.min(quickest ?? took, took);
    const marked = mark(curve, step, loss, interval);
    curve = marked.curve;
    if (marked.point) ctx.metric("training_loss", step, marked.point.loss, labels);
    report(step, loss);
    await pace.offer(state);
  }
  return now();
}
