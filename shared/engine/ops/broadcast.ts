import { apply, dimension, integers, type Shape, sameShape, sizeOf, type Value } from "../graph.ts";

/** Shape of an elementwise result (NumPy's rules). Throws RangeError when the shapes do not fit. */
export function broadcastShape(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const [m, n] = [a.at(axis - rank) ?? 1, b.at(axis - rank) ?? 1];
    if (m !== n && m !== 1 && n !== 1) throw new RangeError(`shapes [${a}] and [${b}] do not broadcast`);
    return m === 1 ? n : m;
  });
}

/** Sums `x` down to `shape`, from which it was broadcast: the gradient of broadcasting. */
export function sumTo(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const axes = x.shape.flatMap((size, axis) =>
    axis < lead || (shape[axis - lead] === 1 && size !== 1) ? [axis] : [],
  );
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const summed =
    axes.length === 0
      ? x
      : apply(
          "ReduceSum",
          [x, integers(x.graph, axes)],
          { dtype: x.dtype, shape: kept },
          {
            attributes: { keepdims: 1 },
          },
        );
  return reshapeTo(summed, shape);
}

/** Without gradient: for use in gradients, where none is needed. */
export function reshapeTo(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  if (sizeOf(x.shape) !== sizeOf(shape)) throw new RangeError(`[${x.shape}] cannot become [${shape}]`);
  return apply("Reshape", [x, integers(x.graph, shape)], { dtype: x.dtype, shape });
}

/** Shape with the given axes, counted from the front, set to 1. */
export function reducedShape(shape: Shape, axes: readonly number[]): Shape {
  for (const axis of axes) dimension(shape, axis);
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
}
