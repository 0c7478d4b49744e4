import { constant, createGraph, input, type Value } from "../../engine/graph.ts";
import { createLookup } from "../../engine/kernels/lookup.ts";
import { matmul } from "../../engine/ops.ts";
import { compile } from "../../engine/program.ts";
import { createRandom } from "../../lm/random.ts";
import type { LatencyResult } from "./output.ts";

/**
 * Weights that the timed layers go round in, in bytes: twice the last cache of a common server, so that
 * neither side finds what it reads there.
 */
const roundBytes = 64 * 2 ** 20;
const mostLayers = 256;
const repetitions = 30;
const bits = 8;

/**
 * Times one Memory Layer d -> d (tau 8) by the lookup kernel, on one thread, beside one dense layer by
 * onnxruntime on `threads`, both for one token. Both go through as many layers of their own as make 64 MiB of
 * weights, the dense ones in one session's run, which spares them all but the kernels' time; the memory's
 * tables, which are larger, are read at rows that a new random token chooses each time. Turns alternate.
 */
export async function layerLatency(d: number, threads: number): Promise<LatencyResult> {
  const chunks = d / bits;
  const tableBytes = 4 * chunks * 2 ** bits * d;
  const memory = memoryLayers(d, layersFor(tableBytes), tableBytes / 4);
  const dense = await denseLayers(d, layersFor(4 * d * d), threads);
  const times = { memory: [] as number[], dense: [] as number[] };
  for (let turn = 0; turn < repetitions; turn++) {
    times.dense.push(await dense.run());
    times.memory.push(memory());
  }
  await dense.release();
  const microseconds = (list: readonly number[]) => Number((1000 * median(list)).toFixed(1));
  return {
    d,
    memory: { microseconds: microseconds(times.memory), bytes: 4 * chunks * d, tableBytes },
    dense: { microseconds: microseconds(times.dense), bytes: 4 * d * d },
  };
}

const layersFor = (bytes: number) => Math.min(mostLayers, Math.ceil(roundBytes / bytes));

/** The least of the widths from which on, up to the largest, the Memory Layer is the faster one. */
export function crossover(results: readonly LatencyResult[]): number | undefined {
  const sorted = results.toSorted((a, b) => b.d - a.d);
  const slower = sorted.findIndex(({ memory, dense }) => memory.microseconds >= dense.microseconds);
  return (slower === -1 ? sorted.at(-1) : sorted[slower - 1])?.d;
}

/** Milliseconds of a lookup, as the mean over several. */
function memoryLayers(d: number, count: number, tableSize: number): () => number {
  const tables = noise(tableSize, 1);
  const hash = { bits, weighting: "released" } as const;
  const lookup = createLookup(Array.from({ length: count }, () => ({ tables, width: d, hash })));
  const tokens = Array.from({ length: 64 }, (_, i) => noise(d, 2 + i));
  let next = 0;
  return () => {
    const begun = performance.now();
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[(next + i) % tokens.length];
      if (token !== undefined) lookup.run((next + 3 * i) % count, token);
    }
    next++;
    return (performance.now() - begun) / tokens.length;
  };
}

/** Milliseconds of one of `count` dense layers that one run goes through. */
async function denseLayers(d: number, count: number, threads: number) {
  const graph = createGraph();
  const x = input(graph, "x", "float32", [1, d]);
  let y: Value = x;
  for (let layer = 0; layer < count; layer++) y = matmul(y, constant(graph, noise(d * d, layer), [d, d]));
  const program = await compile(graph, { y }, { threads });
  const feeds = { x: noise(d, 1) };
  await program.run(feeds);
  return {
    run: async () => {
      const begun = performance.now();
      await program.run(feeds);
      return (performance.now() - begun) / count;
    },
    release: program.release,
  };
}

/** Numbers around 0 of standard deviation 0.04 at most, which many layers in a row neither blow up nor lose. */
function noise(size: number, seed: number): Float32Array {
  const random = createRandom(seed, "noise");
  const values = new Float32Array(size);
  const drawn = Math.min(size, 65_521); // the rest repeats it: a prime, so that rows are not alike
  const spread = 1.7 / Math.sqrt(Math.min(size, 4096));
  for (let i = 0; i < drawn; i++) values[i] = spread * (2 * random.uniform() - 1);
  for (let from = drawn; from < size; from *= 2) values.copyWithin(from, 0, Math.min(from, size - from));
  return values;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
