import {
  apply,
  dimension,
  integers,
  operation,
  positiveAxis,
  type Shape,
  sameShape,
  sizeOf,
  type Value,
} from "../graph.ts";
import { sumTo } from "./broadcast.ts";

/** The same elements in another shape of the same size. */
export function reshape(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  if (sizeOf(x.shape) !== sizeOf(shape)) throw new RangeError(`[${x.shape}] cannot become [${shape}]`);
  return apply(
    "Reshape",
    [x, integers(x.graph, shape)],
    { dtype: x.dtype, shape },
    {
      gradient: (dy) => [dy && reshape(dy, x.shape)],
    },
  );
}

/** Axis i of the result is axis `permutation[i]` of x. */
export function transpose(x: Value, permutation: readonly number[]): Value {
  const shape = permutation.map((axis) => dimension(x.shape, axis));
  const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
  return apply(
    "Transpose",
    [x],
    { dtype: x.dtype, shape },
    {
      attributes: { perm: permutation },
      gradient: (dy) => [dy && transpose(dy, inverse)],
    },
  );
}

/** Repeats axes of size 1 (and new leading ones) up to `shape`. */
export function expand(x: Value, shape: Shape): Value {
  return apply(
    "Expand",
    [x, integers(x.graph, shape)],
    { dtype: x.dtype, shape },
    {
      gradient: (dy) => [dy && sumTo(dy, x.shape)],
    },
  );
}

export function concat(parts: readonly [Value, ...Value[]], axis: number): Value {
  const [first] = parts;
  const along = positiveAxis(first.shape, axis);
  const sizes = parts.map((part) => dimension(part.shape, along));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const shape = first.shape.map((size, position) => (position === along ? total : size));
  return apply(
    "Concat",
    parts,
    { dtype: first.dtype, shape },
    {
      attributes: { axis: along },
      gradient: (dy) => (dy === undefined ? [] : split(dy, sizes, along)),
    },
  );
}

/** Cuts `x` along `axis` into pieces of the given sizes. */
export function split(x: Value, sizes: readonly number[], axis: number): readonly Value[] {
  const along = positiveAxis(x.shape, axis);
  if (sizes.reduce((sum, size) => sum + size, 0) !== dimension(x.shape, along)) {
    throw new RangeError(`pieces of ${sizes} along axis ${along} of [${x.shape}]`);
  }
  const outputs = sizes.map((piece) => ({
    dtype: x.dtype,
    shape: x.shape.map((size, position) => (position === along ? piece : size)),
  }));
  const pieces: readonly Value[] = operation(x.graph, "Split", [x, integers(x.graph, sizes)], outputs, {
    attributes: { axis: along },
    gradient: (...gradients) => {
      const whole = pieces.map((piece, position) => gradients[position] ?? zerosLike(piece));
      const [first, ...rest] = whole;
      return first === undefined ? [] : [concat([first, ...rest], along)];
    },
  });
  return pieces;
}

/** Two halves along `axis`. */
export function halves(x: Value, axis: number): readonly [Value, Value] {
  const half = dimension(x.shape, axis) / 2;
  const [first, second] = split(x, [half, half], axis);
  if (first === undefined || second === undefined) throw new RangeError("two halves expected");
  return [first, second];
}

/** Elements [start, end) along `axis`. */
export function slice(x: Value, axis: number, start: number, end: number): Value {
  const along = positiveAxis(x.shape, axis);
  const size = dimension(x.shape, along);
  if (start < 0 || end > size || start >= end) throw new RangeError(`[${start}, ${end}) of ${size}`);
  const { graph } = x;
  const shape = x.shape.map((whole, position) => (position === along ? end - start : whole));
  const bounds = [integers(graph, [start]), integers(graph, [end]), integers(graph, [along])];
  return apply(
    "Slice",
    [x, ...bounds],
    { dtype: x.dtype, shape },
    {
      gradient: (dy) => [dy && pad(dy, along, start, size - end)],
    },
  );
}

/** Zeros before and after along `axis`. */
export function pad(x: Value, axis: number, before: number, after: number): Value {
  const along = positiveAxis(x.shape, axis);
  const size = dimension(x.shape, along);
  const amounts = [before, after].flatMap((amount) =>
    x.shape.map((_, position) => (position === along ? amount : 0)),
  );
  const shape = x.shape.map((whole, position) => (position === along ? whole + before + after : whole));
  return apply(
    "Pad",
    [x, integers(x.graph, amounts)],
    { dtype: x.dtype, shape },
    {
      gradient: (dy) => [dy && slice(dy, along, before, before + size)],
    },
  );
}

function zerosLike(x: Value): Value {
  const shape = integers(x.graph, x.shape);
  return apply("ConstantOfShape", [shape], { dtype: "float32", shape: x.shape });
}
