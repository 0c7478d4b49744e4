import { type DType, type Graph, sizeOf, type Value } from "./graph.ts";
import { live } from "./live.ts";

/** Bytes that one run of a graph holds. */
export interface Memory {
  /** What is fed: parameters, tokens. */
  readonly inputs: number;
  readonly constants: number;
  readonly outputs: number;
  /** Most bytes of results between operations that wait for their last reader at one time. */
  readonly peakIntermediate: number;
}

const elementBytes: Record<DType, number> = { float32: 4, int64: 8, int32: 4, uint8: 1, bool: 1 };

const bytesOf = ({ dtype, shape }: Value): number => elementBytes[dtype] * sizeOf(shape);
const total = (values: readonly Value[]): number => values.reduce((sum, value) => sum + bytesOf(value), 0);

/**
 * Memory that a run needs, from the graph alone: shapes are static, so it is a bound and not a guess.
 * onnxruntime reuses a buffer after its last reader as is assumed here, and pads to its arena's blocks.
 */
export function memoryOf(graph: Graph, outputs: readonly Value[]): Memory {
  const { operations, inputs, constants, resolve } = live(graph, outputs);
  const kept = new Set(outputs.map(({ id }) => resolve(id)));
  const lastReader = new Map<number, number>();
  for (const [place, node] of operations.entries()) {
    for (const input of node.inputs) if (input !== undefined) lastReader.set(resolve(input.id), place);
  }
  let [held, peak] = [0, 0];
  const made = new Map<number, Value>();
  for (const [place, node] of operations.entries()) {
    for (const output of node.outputs) {
      if (kept.has(output.id)) continue;
      held += bytesOf(output);
      made.set(output.id, output);
    }
    peak = Math.max(peak, held);
    const read = new Set(
      [...node.inputs, ...node.outputs].flatMap((value) => (value ? [resolve(value.id)] : [])),
    );
    for (const id of read) {
      const value = made.get(id);
      if (value === undefined || (lastReader.get(id) ?? place) > place) continue;
      held -= bytesOf(value);
      made.delete(id);
    }
  }
  return {
    inputs: total(inputs.map(({ value }) => value)),
    constants: total(constants.map(({ value }) => value)),
    outputs: total(outputs),
    peakIntermediate: peak,
  };
}
