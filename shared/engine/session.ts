import { InferenceSession, Tensor } from "onnxruntime-node";
import type { Graph, Shape, Value } from "./graph.ts";
import { serialise } from "./onnx.ts";
import { sessionOptions } from "./program.ts";

export type TensorData = Float32Array | BigInt64Array | Int32Array | Uint8Array;

/** An array with the sizes that it has in one run. */
export type SizedTensor = Tensor;

/** The array as a tensor that shares its memory. */
export function sized(data: TensorData, shape: Shape): SizedTensor {
  if (data instanceof Float32Array) return new Tensor("float32", data, shape);
  if (data instanceof Int32Array) return new Tensor("int32", data, shape);
  if (data instanceof Uint8Array) return new Tensor("uint8", data, shape);
  return new Tensor("int64", data, shape);
}

/** A compiled graph whose tensors may have other sizes at every run, around weights that stay. */
export interface Session {
  /** Computes all outputs, into new arrays: onnxruntime's binding copies every output in any case. */
  run(feeds: Readonly<Record<string, SizedTensor>>): Promise<Readonly<Record<string, Float32Array>>>;
  release(): Promise<void>;
}

export interface SessionOptions {
  /** Threads of one run; results repeat bit for bit only at the same number. */
  readonly threads: number;
  /**
   * Inputs that never change, by name. onnxruntime packs matrices for its kernels, so that the session holds a
   * copy of its own and the arrays given here may go.
   */
  readonly weights: ReadonlyMap<string, TensorData>;
  /** Axes of inputs whose size is known only when the graph runs. */
  readonly freeAxes: Readonly<Record<string, readonly number[]>>;
}

/** Compiles the part of `graph` that the named outputs, float32 all, need. */
export async function openSession(
  graph: Graph,
  named: Readonly<Record<string, Value>>,
  { threads, weights, freeAxes }: SessionOptions,
): Promise<Session> {
  const external = new Set(weights.keys());
  const model = serialise(graph, named, undefined, { external, freeAxes });
  const session = await InferenceSession.create(model, {
    ...sessionOptions(threads),
    externalData: [...weights].map(([path, values]) => ({ path, data: bytesOf(values) })),
  });
  return {
    async run(feeds) {
      const results = await session.run(feeds);
      return Object.fromEntries(
        Object.entries(results).map(([name, { data }]) => {
          if (!(data instanceof Float32Array)) throw new TypeError(`${name} is not float32`);
          return [name, data];
        }),
      );
    },
    release: () => session.release(),
  };
}

/** Little-endian, as every host of onnxruntime is. */
const bytesOf = (values: TensorData) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
