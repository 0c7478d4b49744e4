import { availableParallelism } from "node:os";
import * as z from "zod";
import { adamWDefaults } from "../../shared/engine/adamw.ts";
import { createGraph, input } from "../../shared/engine/graph.ts";
import { matmul } from "../../shared/engine/ops.ts";
import { compile } from "../../shared/engine/program.ts";
import { constantSchedule } from "../../shared/engine/schedule.ts";
import { configure, swigluSize } from "../../shared/lm/config.ts";
import { windowsOf } from "../../shared/lm/rows.ts";
import { createTraining } from "../../shared/lm/training.ts";
import { inTorch } from "./torch.ts";

interface Shape {
  readonly dModel: number;
  readonly layers: number;
  readonly heads: number;
  readonly batch: number;
  readonly length: number;
}

const shapes: readonly Shape[] = [
  { dModel: 128, layers: 4, heads: 4, batch: 16, length: 128 },
  { dModel: 256, layers: 4, heads: 8, batch: 8, length: 256 },
];
const vocabulary = 256;
const steps = 40;
const threads = availableParallelism();

/** Training steps beside this machine's sgemm peak and the same model in PyTorch eager. */
export async function benchTrainingStep() {
  const peak = await sgemmPeak();
  console.log(`sgemm peak, onnxruntime on ${threads} threads: ${peak.toFixed(0)} GFLOP/s`);
  const rows = [];
  for (const shape of shapes) rows.push(await compareStep(shape, peak));
  console.table(rows);
  return rows;
}

async function compareStep(shape: Shape, peak: number) {
  const ours = await step(shape);
  const theirs = torchStep(shape, ours.feedForward);
  const gflops = ours.products / ours.milliseconds / 1e6;
  return {
    step: `${shape.layers} layers, d ${shape.dModel}, ${shape.batch} x ${shape.length}`,
    "ms (median)": round(ours.milliseconds, 1),
    "tokens/s": Math.round((1000 * shape.batch * shape.length) / ours.milliseconds),
    "GFLOP/s": round(gflops, 1),
    "share of onnxruntime's peak": round(gflops / peak, 2),
    "share of OpenBLAS's peak": theirs === undefined ? "" : round(gflops / theirs.sgemmPeakGflops, 2),
    "step MB": Math.round(ours.bytes / 2 ** 20),
    "PyTorch ms (median)": theirs === undefined ? "no PyTorch" : round(theirs.millisecondsPerStep, 1),
    "PyTorch ms (best)": theirs === undefined ? "" : round(theirs.millisecondsBest, 1),
    "times PyTorch": theirs === undefined ? "" : round(theirs.millisecondsPerStep / ours.milliseconds, 2),
  };
}

const round = (value: number, digits: number) => Number(value.toFixed(digits));

/** Best of several products of square matrices, in GFLOP/s. */
export async function sgemmPeak(): Promise<number> {
  let best = 0;
  for (const size of [512, 1024, 2048]) {
    const graph = createGraph();
    const square = [size, size];
    const y = matmul(input(graph, "a", "float32", square), input(graph, "b", "float32", square));
    const program = await compile(graph, { y }, { threads });
    const feeds = { a: new Float32Array(size * size).fill(0.5), b: new Float32Array(size * size).fill(0.25) };
    for (let i = 0; i < 20; i++) {
      const begun = performance.now();
      await program.run(feeds);
      best = Math.max(best, (2 * size ** 3) / (performance.now() - begun) / 1e6);
    }
    await program.release();
  }
  return best;
}

async function step({ dModel, layers, heads, batch, length }: Shape) {
  const position = { type: "rope", theta: 10_000 } as const;
  const config = configure({
    vocabularySize: vocabulary,
    contextLength: length,
    dModel,
    layers,
    heads,
    position,
  });
  const text = Uint8Array.from({ length: 100_000 }, (_, i) => (i * i + 7 * i) % vocabulary);
  const training = await createTraining(
    config,
    {
      seed: 0,
      batch,
      length,
      threads,
      adamW: adamWDefaults,
      schedule: constantSchedule({ peak: 1e-3, steps, warmupSteps: 0 }),
      rows: windowsOf(text, length),
    },
    { from: "scratch" },
  );
  const times: number[] = [];
  for (let i = 0; i < steps; i++) {
    const begun = performance.now();
    await training.advance();
    if (i >= 5) times.push(performance.now() - begun);
  }
  const { flops, memory } = training.cost;
  await training.release();
  times.sort((a, b) => a - b);
  return {
    milliseconds: times[Math.floor(times.length / 2)] ?? Number.NaN,
    products: flops.products,
    bytes: Object.values(memory).reduce((sum, bytes) => sum + bytes, 0),
    feedForward: swigluSize(dModel),
  };
}

const torchResult = z.object({
  millisecondsPerStep: z.number(),
  millisecondsBest: z.number(),
  sgemmPeakGflops: z.number(),
});

/** The same step in PyTorch, where Debian's Python has it. */
function torchStep(shape: Shape, feedForward: number) {
  return inTorch("torch_step.py", { ...shape, feedForward, vocabulary, threads, steps }, torchResult);
}

if (import.meta.main) await benchTrainingStep();
