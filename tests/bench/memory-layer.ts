import { availableParallelism } from "node:os";
import { adamWDefaults } from "../../shared/engine/adamw.ts";
import { constantSchedule } from "../../shared/engine/schedule.ts";
import { configure, type ModelConfig } from "../../shared/lm/config.ts";
import { windowsOf } from "../../shared/lm/rows.ts";
import { createTraining } from "../../shared/lm/training.ts";
import { crossover, layerLatency } from "../../shared/methods/memoryformer/latency.ts";

const widths = [512, 1024, 2048, 4096];
const threads = availableParallelism();
const steps = 12;
const shape = { dModel: 256, layers: 4, heads: 8, batch: 16, length: 256 };

/** One Memory Layer beside a dense one at batch 1 by width, and training tokens/s of a memory model beside a dense one. */
export async function benchMemoryLayer() {
  const latency = [];
  for (const d of widths) latency.push(await layerLatency(d, threads));
  console.table(
    latency.map(({ d, memory, dense }) => ({
      d,
      "Memory Layer µs": memory.microseconds,
      "dense µs": dense.microseconds,
      "times as fast": round(dense.microseconds / memory.microseconds),
      "Memory Layer reads kB": Math.round(memory.bytes / 1000),
      "dense reads kB": Math.round(dense.bytes / 1000),
      "tables MB": Math.round(memory.tableBytes / 1e6),
    })),
  );
  const from = crossover(latency);
  console.log(
    from === undefined
      ? "the dense layer is faster at the largest d"
      : `the Memory Layer is faster from d ${from} on`,
  );
  const training = await trainingSpeed();
  console.table([training]);
  return { latency, training };
}

const round = (value: number) => Number(value.toFixed(2));

/** Median steps of both models, which take turns so that a busy machine slows both. */
async function trainingSpeed() {
  const hash = { type: "memory", bits: 8, weighting: "released" } as const;
  const dense = await training({});
  const memory = await training({ attention: hash, feedForward: { ...hash, extraBits: 2 } });
  const times = { dense: [] as number[], memory: [] as number[] };
  for (let step = 0; step < steps; step++) {
    times.dense.push(await timed(dense.advance));
    times.memory.push(await timed(memory.advance));
  }
  await Promise.all([dense.release(), memory.release()]);
  const speed = (list: readonly number[]) =>
    Math.round(
      (1000 * shape.batch * shape.length) / (list.toSorted((a, b) => a - b)[steps / 2] ?? Number.NaN),
    );
  return {
    step: `${shape.layers} layers, d ${shape.dModel}, ${shape.batch} x ${shape.length}`,
    "dense tokens/s": speed(times.dense),
    "memory tokens/s": speed(times.memory),
    ratio: round(speed(times.memory) / speed(times.dense)),
    "memory parameters": memory.parameters,
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function training(given: Partial<ModelConfig>) {
  const { batch, length, ...model } = shape;
  const position = { type: "rope", theta: 10_000 } as const;
  const config = configure({ vocabularySize: 256, contextLength: length, ...model, position, ...given });
  const text = Uint8Array.from({ length: 100_000 }, (_, i) => (i * i + 7 * i) % 256);
  const schedule = constantSchedule({ peak: 1e-3, steps, warmupSteps: 0 });
  const rows = windowsOf(text, length);
  const options = { seed: 0, batch, length, threads, adamW: adamWDefaults, schedule, rows };
  return createTraining(config, options, { from: "scratch" });
}

if (import.meta.main) await benchMemoryLayer();
