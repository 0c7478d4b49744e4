import { availableParallelism } from "node:os";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { type Graph, sizeOf, type Value } from "./graph.ts";
import { serialise } from "./onnx.ts";

export type Feed = Float32Array | BigInt64Array;
export type Feeds = Readonly<Record<string, Feed>>;

/**
 * A compiled graph. `run` computes the outputs into arrays that the program owns and writes again at the
 * next run: copy what must last. Release it when done: a session holds memory outside of JavaScript's heap.
 */
export interface Program<Name extends string> {
  readonly outputs: Readonly<Record<Name, Feed>>;
  run(feeds: Feeds): Promise<Readonly<Record<Name, Feed>>>;
  release(): Promise<void>;
}

export interface CompileOptions {
  /** Threads of one run; results repeat bit for bit only at the same number. Default: the machine's cores. */
  readonly threads?: number;
  /** Arrays that some outputs are written into, by output name, in place of new ones. */
  readonly into?: Readonly<Record<string, Float32Array>>;
}

/** How every session here runs. */
export function sessionOptions(threads: number): InferenceSession.SessionOptions {
  return {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  };
}

/** Compiles the part of `graph` that the named outputs need. */
export async function compile<Name extends string>(
  graph: Graph,
  named: Readonly<Record<Name, Value>>,
  { threads = availableParallelism(), into = {} }: CompileOptions = {},
): Promise<Program<Name>> {
  const model = serialise(graph, named);
  const session = await InferenceSession.create(model, sessionOptions(threads));
  const shapes = new Map(graph.inputs.map(({ name, value }) => [name, value]));
  const outputs = mapRecord(named, (value, name) => into[name] ?? allocate(value));
  const fetches = mapRecord(named, (value, name) => tensorOver(outputs[name], value));
  const fed = new Map(session.inputNames.map((name) => [name, new WeakMap<Feed, Tensor>()]));
  const tensorOf = (name: string, data: Feed): Tensor => {
    const known = fed.get(name)?.get(data);
    if (known !== undefined) return known;
    const value = shapes.get(name);
    if (value === undefined) throw new Error(`the graph has no input "${name}"`);
    const tensor = tensorOver(data, value);
    fed.get(name)?.set(data, tensor);
    return tensor;
  };
  return {
    outputs,
    async run(feeds) {
      const tensors: Record<string, Tensor> = {};
      for (const name of session.inputNames) {
        const data = feeds[name];
        if (data === undefined) throw new Error(`input "${name}" is not fed`);
        tensors[name] = tensorOf(name, data);
      }
      await session.run(tensors, fetches);
      return outputs;
    },
    release: () => session.release(),
  };
}

function allocate({ dtype, shape }: Value): Feed {
  if (dtype === "bool") throw new Error("a program's outputs are float32 or int64");
  return dtype === "float32" ? new Float32Array(sizeOf(shape)) : new BigInt64Array(sizeOf(shape));
}

/** A tensor that shares the array's memory. */
function tensorOver(data: Feed, { shape }: Value): Tensor {
  return data instanceof Float32Array ? new Tensor("float32", data, shape) : new Tensor("int64", data, shape);
}

function mapRecord<Name extends string, From, To>(
  record: Readonly<Record<Name, From>>,
  map: (value: From, name: Name) => To,
): Record<Name, To> {
  const entries = Object.entries(record) as [Name, From][]; // Object.entries forgets the names' type
  return Object.fromEntries(entries.map(([name, value]) => [name, map(value, name)])) as Record<Name, To>;
}
