import * as z from "zod";
import { adamWDefaults } from "../../engine/adamw.ts";
import { cosineSchedule } from "../../engine/schedule.ts";
import { configure, type ModelConfig } from "../../lm/config.ts";
import type { RowSource } from "../../lm/rows.ts";
import { createTraining, passesOf, type WeightValues } from "../../lm/training.ts";
import type { CheckpointPace } from "../checkpoint-pace.ts";
import type { Labels, RunContext } from "../contract.ts";
import { startOf, train, type Underway } from "../train.ts";
import type { PriorTraining, SmallTraining } from "./input.ts";

/** Weights as they come out of a checkpoint: a map of typed arrays, which zod has no schema for. */
export const weightValues = z.custom<WeightValues>((value) => value instanceof Map);

/** A small model over bytes with RoPE. */
export function smallConfig(
  { dModel, layers, heads, feedForward }: PriorTraining["model"],
  contextLength: number,
): ModelConfig {
  return configure({
    vocabularySize: 256,
    contextLength,
    dModel,
    layers,
    heads,
    position: { type: "rope", theta: 10_000 },
    ...(feedForward !== undefined && { feedForward: { type: "swiglu", size: feedForward } }),
  });
}

export interface SmallModel {
  readonly ctx: RunContext;
  readonly pace: CheckpointPace;
  readonly config: ModelConfig;
  readonly length: number;
  readonly training: SmallTraining;
  readonly seed: number;
  readonly rows: RowSource;
  readonly labels?: Labels;
  stateWith(now: Underway): unknown;
  report(step: number, loss: number): void;
}

/** Trains a small model to its end; out of time, its state is in the checkpoint. */
export async function trainSmall(
  { ctx, pace, config, length, training: plan, seed, rows, stateWith, report, labels }: SmallModel,
  begun: Underway | undefined,
): Promise<{ readonly weights: WeightValues; readonly underway: Underway } | "out of time"> {
  const { steps, batch, warmup, weightDecay, clipNorm, learningRate: peak } = plan;
  const options = {
    seed,
    ...passesOf(batch, length),
    length,
    schedule: cosineSchedule({ peak, steps, warmupSteps: Math.round(warmup * steps) }),
    adamW: { ...adamWDefaults, weightDecay, clipNorm },
    threads: ctx.threads,
    rows,
  };
  const training = await createTraining(config, options, startOf(begun, { from: "scratch" }));
  try {
    const loop = { ctx, pace, steps, stateWith, report, ...(labels !== undefined && { labels }) };
    const underway = await train(training, begun, loop);
    return underway === "out of time" ? underway : { weights: training.weights(), underway };
  } finally {
    await training.release();
  }
}
