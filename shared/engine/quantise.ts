import { dimension, type Graph, input, isRegion, type Operation, type Value } from "./graph.ts";
import type { TensorData } from "./session.ts";

/** Neighbours along a row of a matrix that share a scale. */
const block = 32;
/** What stands for 0 in a byte. */
const zero = 128;

/** A matrix [rows, columns] in bytes: w = scale (byte - 128), with a scale for every 32 of a row. */
export interface QuantisedMatrix {
  /** [rows, blocks, 32]; the last block of a row is filled up with zeros. */
  readonly bytes: Uint8Array;
  /** [rows, blocks]. */
  readonly scales: Float32Array;
}

/** Rounds a matrix to 8 bits, each block by its largest magnitude: off by at most 1/254 of that. */
export function quantise(matrix: Float32Array, columns: number): QuantisedMatrix {
  const rows = matrix.length / columns;
  const blocks = Math.ceil(columns / block);
  const bytes = new Uint8Array(rows * blocks * block).fill(zero);
  const scales = new Float32Array(rows * blocks);
  for (let at = 0; at < scales.length; at++) {
    const [row, column] = [Math.floor(at / blocks), (at % blocks) * block];
    const part = matrix.subarray(row * columns + column, row * columns + Math.min(column + block, columns));
    const scale = part.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
    scales[at] = scale;
    if (scale > 0) {
      for (const [i, value] of part.entries()) bytes[at * block + i] = zero + Math.round(value / scale);
    }
  }
  return { bytes, scales };
}

/** The matrix that the bytes stand for. */
export function dequantise({ bytes, scales }: QuantisedMatrix, columns: number): Float32Array {
  const blocks = Math.ceil(columns / block);
  const rows = scales.length / blocks;
  return Float32Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    const byte = bytes[row * blocks * block + column] ?? zero;
    return (scales[row * blocks + Math.floor(column / block)] ?? 0) * (byte - zero);
  });
}

/**
 * Rewrites each product x W^T with one of these matrices to one with W in 8 bits, whose x is rounded to 8 bits
 * too on its way (onnxruntime's MatMulNBits). Answers the weights with those in place of the matrices that
 * nothing else reads.
 */
export function quantiseProducts(
  graph: Graph,
  weights: ReadonlyMap<string, Float32Array>,
): ReadonlyMap<string, TensorData> {
  const matrices = new Map(
    graph.inputs.flatMap(({ name, value }) => {
      const values = weights.get(name);
      return values === undefined || value.shape.length !== 2
        ? []
        : [[value.id, { name, value, values }] as const];
    }),
  );
  const made = new Map<number, readonly [Value, Value]>();
  const quantised = new Map<string, TensorData>();
  for (const [at, node] of graph.nodes.entries()) {
    const [x, w] = node.inputs;
    const matrix = w && matrices.get(w.id);
    if (isRegion(node) || x === undefined || matrix === undefined || !isLinear(node)) continue;
    const [rows, columns] = [dimension(matrix.value.shape, 0), dimension(matrix.value.shape, 1)];
    const inputs = made.get(matrix.value.id) ?? declare(graph, matrix.name, rows, Math.ceil(columns / block));
    if (!made.has(matrix.value.id)) {
      const { bytes, scales } = quantise(matrix.values, columns);
      quantised.set(`${matrix.name}.bytes`, bytes).set(`${matrix.name}.scales`, scales);
      made.set(matrix.value.id, inputs);
    }
    const attributes = { K: columns, N: rows, bits: 8, block_size: block, accuracy_level: 4 };
    graph.nodes[at] = {
      ...node,
      type: "MatMulNBits",
      inputs: [x, ...inputs],
      attributes,
      gradient: undefined,
    };
  }
  const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs.map((given) => given?.id)));
  const kept = graph.inputs.filter(({ name, value }) => weights.has(name) && read.has(value.id));
  return new Map([
    ...kept.map(({ name }) => [name, weights.get(name) ?? new Float32Array()] as const),
    ...quantised,
  ]);
}

const isLinear = ({ type, attributes }: Operation): boolean =>
  type === "FusedMatMul" && attributes.transA === 0 && attributes.transB === 1 && isOne(attributes.alpha);

const isOne = (alpha: Operation["attributes"][string] | undefined): boolean =>
  typeof alpha === "object" && "float" in alpha && alpha.float === 1;

function declare(graph: Graph, name: string, rows: number, blocks: number): readonly [Value, Value] {
  return [
    input(graph, `${name}.bytes`, "uint8", [rows, blocks, block]),
    input(graph, `${name}.scales`, "float32", [rows, blocks]),
  ];
}
