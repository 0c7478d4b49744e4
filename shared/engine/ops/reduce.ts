import { apply, dimension, integers, positiveAxis, sizeOf, type Value } from "../graph.ts";
import { reducedShape } from "./broadcast.ts";
import { cast, equal, mul } from "./elementwise.ts";
import { expand, reshape } from "./shape.ts";

function reduce(
  type: string,
  x: Value,
  axes: readonly number[],
  keep: boolean,
  back: (dy: Value, y: Value) => Value,
): Value {
  const along = axes.map((axis) => positiveAxis(x.shape, axis));
  const shape = reducedShape(x.shape, along);
  const y: Value = apply(
    type,
    [x, integers(x.graph, along)],
    { dtype: x.dtype, shape },
    {
      attributes: { keepdims: 1 },
      gradient: (dy) => [dy && back(dy, y)],
    },
  );
  return keep
    ? y
    : reshape(
        y,
        x.shape.filter((_, axis) => !along.includes(axis)),
      );
}

const allAxes = (x: Value): readonly number[] => x.shape.map((_, axis) => axis);

/** Sum over `axes` (all when left out), which stay as size 1 if `keep`. */
export function sum(x: Value, axes = allAxes(x), keep = false): Value {
  return reduce("ReduceSum", x, axes, keep, (dy) => expand(dy, x.shape));
}

export function mean(x: Value, axes = allAxes(x), keep = false): Value {
  const count = sizeOf(axes.map((axis) => dimension(x.shape, axis)));
  return reduce("ReduceMean", x, axes, keep, (dy) => expand(mul(dy, 1 / count), x.shape));
}

/** Largest over `axes`; where several are equal each gets the whole gradient. */
export function max(x: Value, axes = allAxes(x), keep = false): Value {
  return reduce("ReduceMax", x, axes, keep, (dy, y) => mul(cast(equal(x, y), "float32"), dy));
}

/** Index of the largest along `axis`, as int64, the first one of equals; no gradient. */
export function argmax(x: Value, axis: number): Value {
  const along = positiveAxis(x.shape, axis);
  const shape = x.shape.filter((_, position) => position !== along);
  return apply("ArgMax", [x], { dtype: "int64", shape }, { attributes: { axis: along, keepdims: 0 } });
}

/** Running sum along `axis`, optionally from its end. */
export function cumsum(x: Value, axis: number, fromEnd = false): Value {
  const along = positiveAxis(x.shape, axis);
  return apply("CumSum", [x, integers(x.graph, along)], x, {
    attributes: { reverse: Number(fromEnd) },
    gradient: (dy) => [dy && cumsum(dy, along, !fromEnd)],
  });
}
