/**
 * Element types of tensors. `bool` appears only between nodes, as the result of a comparison; `int32` and `uint8` are
 * what some operations of onnxruntime want for lengths and for quantised weights.
 */
export type DType = "float32" | "int64" | "int32" | "uint8" | "bool";
export type Shape = readonly number[];

/** A tensor in a graph: the result of a node, an input or a constant. Its shape is static. */
export interface Value {
  readonly id: number;
  readonly graph: Graph;
  readonly dtype: DType;
  readonly shape: Shape;
}

/** A named tensor that is fed at each run: a parameter, a batch of tokens, a table. */
export interface Input {
  readonly name: string;
  readonly value: Value;
}

export type ConstantData = Float32Array | BigInt64Array;

export interface Constant {
  readonly value: Value;
  readonly data: ConstantData;
}

export type Attribute = number | string | readonly number[] | { readonly float: number };

/** From the gradients of a node's outputs (undefined where none flows) to those of its inputs, in order. */
export type Gradient = (...outputs: (Value | undefined)[]) => readonly (Value | undefined)[];

/** One ONNX operation. `gradient` is absent where nothing flows back: integers, comparisons, constants. */
export interface Operation {
  readonly type: string;
  readonly domain: "" | "com.microsoft";
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly gradient: Gradient | undefined;
}

/** A stretch of operations that differentiates as one: see `differentiateAs`. Computes nothing itself. */
export interface Region {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly aliased: readonly Value[];
  readonly gradient: Gradient;
}

/** A computation in the order in which it was written, which is a topological order. */
export interface Graph {
  nextId: number;
  readonly inputs: Input[];
  readonly constants: Constant[];
  readonly nodes: (Operation | Region)[];
}

export function isRegion(node: Operation | Region): node is Region {
  return "aliased" in node;
}

export function createGraph(): Graph {
  return { nextId: 0, inputs: [], constants: [], nodes: [] };
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);
}

/** The dimension along `axis`, which may be negative: -1 is the last. Throws RangeError when there is none. */
export function dimension(shape: Shape, axis: number): number {
  const size = shape.at(axis);
  if (size === undefined) throw new RangeError(`axis ${axis} of a tensor of shape [${shape.join(", ")}]`);
  return size;
}

/** The dimensions of a tensor with four axes. Throws RangeError when it has another rank. */
export function fourDimensions({ shape }: Value): readonly [number, number, number, number] {
  const [a, b, c, d, ...more] = shape;
  if (a === undefined || b === undefined || c === undefined || d === undefined || more.length > 0) {
    throw new RangeError(`four axes expected, not [${shape.join(", ")}]`);
  }
  return [a, b, c, d];
}

/** `axis` counted from the front. Throws RangeError when it is out of range. */
export function positiveAxis(shape: Shape, axis: number): number {
  dimension(shape, axis);
  return axis < 0 ? axis + shape.length : axis;
}

export function newValue(graph: Graph, dtype: DType, shape: Shape): Value {
  return { id: graph.nextId++, graph, dtype, shape };
}

/** Declares a tensor that is fed at each run. Throws when the name is taken. */
export function input(graph: Graph, name: string, dtype: DType, shape: Shape): Value {
  if (graph.inputs.some((given) => given.name === name)) throw new Error(`input "${name}" is declared twice`);
  const value = newValue(graph, dtype, shape);
  graph.inputs.push({ name, value });
  return value;
}

/** A float32 constant; a bare number is a scalar. */
export function constant(graph: Graph, data: Float32Array | number, shape: Shape = []): Value {
  const values = typeof data === "number" ? Float32Array.of(data) : data;
  if (values.length !== sizeOf(shape)) throw new RangeError(`${values.length} values for shape [${shape}]`);
  const value = newValue(graph, "float32", shape);
  graph.constants.push({ value, data: values });
  return value;
}

/** An int64 constant; a bare number is a scalar, a list a vector unless a shape is given. */
export function integers(graph: Graph, data: readonly number[] | number, shape?: Shape): Value {
  const list = typeof data === "number" ? [data] : data;
  const value = newValue(graph, "int64", shape ?? (typeof data === "number" ? [] : [list.length]));
  if (list.length !== sizeOf(value.shape)) throw new RangeError(`${list.length} values for shape [${shape}]`);
  graph.constants.push({ value, data: BigInt64Array.from(list, BigInt) });
  return value;
}

export interface OperationOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly domain?: "" | "com.microsoft";
  readonly gradient?: Gradient;
}

/** Appends an operation with any number of outputs. */
export function operation(
  graph: Graph,
  type: string,
  inputs: readonly (Value | undefined)[],
  outputs: readonly { readonly dtype: DType; readonly shape: Shape }[],
  options: OperationOptions = {},
): readonly Value[] {
  for (const given of inputs) {
    if (given !== undefined && given.graph !== graph) throw new Error(`${type}: tensors of two graphs`);
  }
  const results = outputs.map(({ dtype, shape }) => newValue(graph, dtype, shape));
  const { attributes = {}, domain = "", gradient } = options;
  graph.nodes.push({ type, domain, inputs, outputs: results, attributes, gradient });
  return results;
}

/** Appends an operation with one output. */
export function apply(
  type: string,
  inputs: readonly [Value, ...(Value | undefined)[]],
  output: { readonly dtype: DType; readonly shape: Shape },
  options: OperationOptions = {},
): Value {
  const [result] = operation(inputs[0].graph, type, inputs, [output], options);
  if (result === undefined) throw new Error(`${type} has no output`);
  return result;
}

/**
 * Makes what was computed from `inputs` to `outputs` differentiate as one step by `gradient`, in place of
 * the chain rule through its operations: for a function whose derivative is shorter than its parts'.
 */
export function differentiateAs<const Outputs extends readonly Value[]>(
  inputs: readonly Value[],
  outputs: Outputs,
  gradient: Gradient,
): { readonly [K in keyof Outputs]: Value } {
  const graph = outputs[0]?.graph;
  if (graph === undefined) throw new Error("a region without outputs");
  const results = outputs.map(({ dtype, shape }) => newValue(graph, dtype, shape));
  graph.nodes.push({ inputs, outputs: results, aliased: outputs, gradient });
  return results as { readonly [K in keyof Outputs]: Value }; // map keeps the tuple's length, which its type does not say
}

/** The same tensor, through which no gradient flows. */
export function stopGradient(x: Value): Value {
  return differentiateAs([], [x], () => [])[0];
}
