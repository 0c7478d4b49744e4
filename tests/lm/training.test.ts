import { describe, expect, test } from "vitest";
import { adamWDefaults } from "../../shared/engine/adamw.ts";
import { constantSchedule } from "../../shared/engine/schedule.ts";
import { configure } from "../../shared/lm/config.ts";
import { windowsOf } from "../../shared/lm/rows.ts";
import {
  createTraining,
  passesOf,
  type TrainingOptions,
  type TrainingStart,
} from "../../shared/lm/training.ts";

const config = configure({
  vocabularySize: 32,
  contextLength: 16,
  dModel: 32,
  layers: 1,
  heads: 2,
  position: { type: "rope", theta: 10_000 },
});
const text = Uint8Array.from({ length: 17 }, (_, i) => (i * 7 + (i % 3)) % 32);

function options(given: Partial<TrainingOptions> = {}): TrainingOptions {
  return {
    seed: 1,
    batch: 4,
    length: 8,
    schedule: constantSchedule({ peak: 1e-2, steps: 1, warmupSteps: 0 }),
    adamW: { ...adamWDefaults, weightDecay: 0 },
    threads: 1,
    rows: windowsOf(text, 8),
    ...given,
  };
}

async function advance(
  steps: number,
  given: Partial<TrainingOptions> = {},
  start: TrainingStart = { from: "scratch" },
) {
  const training = await createTraining(config, options(given), start);
  let loss = Number.NaN;
  for (let step = 0; step < steps; step++) loss = (await training.advance()).loss;
  const result = { loss, checkpoint: training.checkpoint(), weights: training.weights() };
  await training.release();
  return result;
}

describe("training", () => {
  test("overfits a text of 17 tokens, each of which its context determines", async () => {
    expect((await advance(1)).loss).toBeGreaterThan(3);
    expect((await advance(300)).loss).toBeLessThan(0.02);
  });

  test("goes on from a checkpoint to the same bytes, and a checkpoint is a copy", async () => {
    const whole = await advance(9);
    const half = await advance(4);
    const before = structuredClone(half.checkpoint);
    const resumed = await advance(5, {}, { from: "checkpoint", checkpoint: half.checkpoint });
    expect(resumed.checkpoint).toEqual(whole.checkpoint);
    expect(half.checkpoint).toEqual(before);
  });

  test("is the same for the same seed, and another for another", async () => {
    const [one, again, other] = [await advance(3), await advance(3), await advance(3, { seed: 2 })];
    expect(again.checkpoint).toEqual(one.checkpoint);
    expect(other.checkpoint.parameters).not.toEqual(one.checkpoint.parameters);
  });

  test("accumulated gradients are those of one large batch", async () => {
    const large = await advance(3, { batch: 4 });
    const accumulated = await advance(3, { batch: 2, accumulation: 2 });
    for (const [i, value] of large.checkpoint.parameters.entries()) {
      expect(Math.abs(value - (accumulated.checkpoint.parameters[i] ?? Number.NaN))).toBeLessThan(1e-4);
    }
  });

  test("begins from given weights", async () => {
    const { weights } = await advance(2);
    const { weights: same } = await advance(0, {}, { from: "weights", weights });
    expect(same).toEqual(weights);
  });

  test("says so when the loss is no longer finite", async () => {
    const schedule = constantSchedule({ peak: 1e30, steps: 1, warmupSteps: 0 });
    await expect(advance(5, { schedule })).rejects.toThrow("no longer finite at step");
  });

  test("a batch is cut into equal passes of at most 4,096 tokens, one row at the least", () => {
    expect(passesOf(32, 64)).toEqual({ batch: 32, accumulation: 1 });
    expect(passesOf(64, 512)).toEqual({ batch: 8, accumulation: 8 });
    expect(passesOf(7, 1024)).toEqual({ batch: 1, accumulation: 7 });
    expect(passesOf(3, 8192)).toEqual({ batch: 1, accumulation: 3 });
  });

  test("refuses a text without a whole window", () => {
    expect(() => windowsOf(text, 17)).toThrow("17 tokens is shorter than one training window of 18");
  });
});
