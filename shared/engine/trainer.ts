import { type AdamWOptions, type AdamWState, createAdamW, type Span } from "./adamw.ts";
import { type Flops, flopsOf } from "./flops.ts";
import { gradients } from "./gradient.ts";
import { type Graph, type Shape, sizeOf, type Value } from "./graph.ts";
import { type Memory, memoryOf } from "./memory.ts";
import { type CompileOptions, compile, type Feeds } from "./program.ts";

/** A trainable input of a graph. */
export interface Parameter {
  readonly name: string;
  readonly shape: Shape;
  /** Whether weight decay applies: matrices yes, gains and biases no. */
  readonly decay: boolean;
}

/** All that a training step changes. Copy it to keep it: the trainer goes on writing into the arrays. */
export interface TrainingState extends AdamWState {
  readonly step: number;
}

/** What one step computes and holds. */
export interface StepCost {
  readonly flops: Flops;
  /** Bytes of the run, whose outputs are the gradients, and of the two moments beside it. */
  readonly memory: Memory & { readonly optimiser: number };
}

/** A loss with its parameters, ready to be trained. */
export interface Trainer {
  readonly cost: StepCost;
  readonly state: TrainingState;
  /** Each parameter's values: views of `state.parameters`. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  /** Loss and gradient on one batch; the gradient is added to those since the last update. Answers the loss. */
  accumulate(feeds: Feeds): Promise<number>;
  /** AdamW on the mean of the accumulated gradients. Answers their global norm before clipping. */
  update(learningRate: number): number;
  release(): Promise<void>;
}

export interface TrainerOptions extends CompileOptions {
  readonly adamW: AdamWOptions;
}

/** Fresh moments around initial parameters, given by name. */
export function initialState(
  parameters: readonly Parameter[],
  values: ReadonlyMap<string, Float32Array>,
): TrainingState {
  const size = parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const state = {
    parameters: new Float32Array(size),
    first: new Float32Array(size),
    second: new Float32Array(size),
  };
  for (const [name, view] of viewsOf(parameters, state.parameters)) {
    const value = values.get(name);
    if (value?.length !== view.length)
      throw new RangeError(`parameter "${name}" has no ${view.length} values`);
    view.set(value);
  }
  return { ...state, step: 0 };
}

/** Where each parameter lies in the flat arrays, by name. */
export function viewsOf(
  parameters: readonly Parameter[],
  flat: Float32Array,
): ReadonlyMap<string, Float32Array> {
  let offset = 0;
  return new Map(
    parameters.map(({ name, shape }) => {
      const start = offset;
      offset += sizeOf(shape);
      return [name, flat.subarray(start, offset)];
    }),
  );
}

/**
 * Compiles the loss and its gradient by each parameter, which must be inputs of the graph by their names.
 * Forward and backward are one run of onnxruntime; AdamW follows in one pass over flat arrays, whose
 * parts the session reads and writes in place.
 */
export async function createTrainer(
  graph: Graph,
  loss: Value,
  parameters: readonly Parameter[],
  initial: TrainingState,
  options: TrainerOptions,
): Promise<Trainer> {
  const adamW = createAdamW(initial.parameters.length);
  adamW.parameters.set(initial.parameters);
  adamW.first.set(initial.first);
  adamW.second.set(initial.second);
  const { parameters: flat, first, second, gradient } = adamW;
  const state = { parameters: flat, first, second, step: initial.step };
  let total: Float32Array | undefined; // of the passes before the last
  const values = viewsOf(parameters, flat);
  const outputs = gradientOutputs(graph, loss, parameters);
  const program = await compile(graph, outputs, {
    ...options,
    into: Object.fromEntries([...viewsOf(parameters, gradient)].map(([name, view]) => [`d ${name}`, view])),
  });
  const spans = spansOf(parameters);
  let accumulated = 0;
  return {
    cost: costOf(graph, outputs, gradient.byteLength),
    get state() {
      return state;
    },
    parameters: values,
    async accumulate(feeds) {
      if (accumulated > 0) total = copyInto(total, gradient);
      const { loss } = await program.run({ ...feeds, ...Object.fromEntries(values) });
      if (accumulated > 0 && total !== undefined) addTo(gradient, total);
      accumulated++;
      return Number(loss?.[0]);
    },
    update(learningRate) {
      if (accumulated === 0) throw new Error("an update without a gradient");
      state.step++;
      const scale = 1 / accumulated;
      accumulated = 0;
      return adamW.update(spans, { ...options.adamW, step: state.step, learningRate, scale });
    },
    release: program.release,
  };
}

/** What one forward and backward pass of a loss computes and holds, without compiling it. */
export function stepCost(graph: Graph, loss: Value, parameters: readonly Parameter[]): StepCost {
  const size = parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return costOf(graph, gradientOutputs(graph, loss, parameters), size * Float32Array.BYTES_PER_ELEMENT);
}

function costOf(graph: Graph, named: Readonly<Record<string, Value>>, bytes: number): StepCost {
  const outputs = Object.values(named);
  return { flops: flopsOf(graph, outputs), memory: { ...memoryOf(graph, outputs), optimiser: 2 * bytes } };
}

function copyInto(target: Float32Array | undefined, source: Float32Array): Float32Array {
  if (target === undefined) return source.slice();
  target.set(source);
  return target;
}

function addTo(target: Float32Array, source: Float32Array): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + (source[i] as number); // of one length
}

function gradientOutputs(graph: Graph, loss: Value, parameters: readonly Parameter[]): Record<string, Value> {
  const inputs = parameters.map(({ name }) => {
    const found = graph.inputs.find((input) => input.name === name);
    if (found === undefined) throw new Error(`parameter "${name}" is not an input of the graph`);
    return found.value;
  });
  const slopes = gradients(loss, inputs);
  const named = parameters.map(({ name }, position): [string, Value] => [
    `d ${name}`,
    slopes[position] ?? loss,
  ]);
  return { loss, ...Object.fromEntries(named) };
}

function spansOf(parameters: readonly Parameter[]): readonly Span[] {
  let end = 0;
  return parameters.map(({ shape, decay }) => {
    const start = end;
    end += sizeOf(shape);
    return { start, end, decay };
  });
}
