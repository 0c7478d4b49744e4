import type { SignHashOptions } from "../ops/sign-hash.ts";
import { lookupBytes } from "./lookup-bytes.ts";
import { kernel, kernelMemory } from "./web-assembly.ts";

/** A Memory Layer: `tables` [chunks 2^bits, width] with row k 2^bits + code for chunk k, as in training. */
export interface LookupLayer {
  readonly tables: Float32Array;
  readonly width: number;
  readonly hash: SignHashOptions;
}

/** y = sum_k w(z_k) T_k[h(z_k)] for one token at a time, by a kernel that reads the chosen rows once and keeps none. */
export interface Lookup {
  /** Bytes of the tables. */
  readonly bytes: number;
  /** The layer's output: a view that the next call of any layer overwrites. */
  run(layer: number, x: Float32Array): Float32Array;
}

const group = 4; // rows, and columns, that the kernel takes at a time

const roundUp = (value: number, multiple: number) => Math.ceil(value / multiple) * multiple;

/** Where things lie in the kernel's memory, in bytes. */
interface Layout {
  readonly weights: number;
  readonly out: number;
  readonly tables: readonly number[];
  readonly end: number;
}

function layout(layers: readonly LookupLayer[]): Layout {
  const rows = Math.max(...layers.map((layer) => roundUp(chunksOf(layer), group)));
  const widest = Math.max(...layers.map(strideOf));
  const weights = 4 * rows;
  const out = weights + 4 * rows;
  let end = out + 4 * widest;
  const tables = layers.map((layer) => {
    const start = end;
    end += 4 * rowsOf(layer) * strideOf(layer);
    return start;
  });
  return { weights, out, tables, end };
}

const rowsOf = ({ tables, width }: LookupLayer): number => tables.length / width;
const chunksOf = (layer: LookupLayer): number => rowsOf(layer) / 2 ** layer.hash.bits;
const strideOf = ({ width }: LookupLayer): number => roundUp(width, group);

/**
 * Copies the tables into one WebAssembly memory. Throws RangeError when they need more than its 4 GiB, or when
 * a table's size is not that of whole chunks.
 */
export function createLookup(layers: readonly LookupLayer[]): Lookup {
  for (const layer of layers) {
    if (!Number.isInteger(chunksOf(layer)))
      throw new RangeError(`${layer.tables.length} values are not tables`);
  }
  const { weights: weightsAt, out: outAt, tables: starts, end } = layout(layers);
  const memory = kernelMemory(end);
  const accumulate = kernel(lookupBytes, memory, "accumulate");
  layers.forEach((layer, at) => {
    copyTables(layer, new Float32Array(memory.buffer, starts[at], rowsOf(layer) * strideOf(layer)));
  });
  const rows = new Uint32Array(memory.buffer, 0, weightsAt / 4);
  const weights = new Float32Array(memory.buffer, weightsAt, rows.length);
  const out = new Float32Array(memory.buffer, outAt, Math.max(...layers.map(strideOf)));
  return {
    bytes: layers.reduce((sum, layer) => sum + layer.tables.byteLength, 0),
    run(at, x) {
      const [layer, start] = [layers[at], starts[at]];
      if (layer === undefined || start === undefined) throw new RangeError(`there is no layer ${at}`);
      const [chunks, stride] = [chunksOf(layer), strideOf(layer)];
      if (Math.floor(x.length / layer.hash.bits) !== chunks) {
        throw new RangeError(`a row of ${x.length} is not ${chunks} chunks of ${layer.hash.bits} bits`);
      }
      hashRow(x, layer.hash, chunks, (chunk, code, weight) => {
        rows[chunk] = start + 4 * stride * (chunk * 2 ** layer.hash.bits + code);
        weights[chunk] = weight;
      });
      const count = roundUp(chunks, group);
      rows.fill(start, chunks, count);
      weights.fill(0, chunks, count);
      out.fill(0, 0, stride);
      accumulate(0, weightsAt, count, 4 * stride, outAt);
      return out.subarray(0, layer.width);
    },
  };
}

/** Rows padded with zeros to whole groups of columns. */
function copyTables(layer: LookupLayer, target: Float32Array): void {
  const [{ tables, width }, stride] = [layer, strideOf(layer)];
  if (stride === width) {
    target.set(tables);
    return;
  }
  for (let row = 0; row < rowsOf(layer); row++)
    target.set(tables.subarray(row * width, (row + 1) * width), row * stride);
}

/** What `signHash` computes in a graph, for one row. */
function hashRow(
  x: Float32Array,
  { bits, weighting, temperature = 1 }: SignHashOptions,
  chunks: number,
  put: (chunk: number, code: number, weight: number) => void,
): void {
  const rate = -2 / (weighting === "paper" ? temperature : 1);
  for (let chunk = 0; chunk < chunks; chunk++) {
    let [code, size, product] = [0, 0, 1];
    for (let bit = 0; bit < bits; bit++) {
      const z = x[chunk * bits + bit] ?? 0;
      const distance = Math.abs(z);
      if (z >= 0) code |= 1 << bit;
      size += distance;
      product *= 1 + Math.exp(rate * distance);
    }
    put(chunk, code, (weighting === "paper" ? 1 : size) / product);
  }
}
