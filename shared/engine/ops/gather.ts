import { apply, constant, dimension, integers, sizeOf, type Value } from "../graph.ts";
import { matmul } from "./matmul.ts";
import { reshape } from "./shape.ts";

/** Below this many rows the gradient of a table is a product with one-hot vectors, which is faster there. */
const oneHotRows = 1024;

/** Rows of `table` [rows, ...] by int64 `indices` of any shape: a lookup whose gradient is scatter-add. */
export function gather(table: Value, indices: Value): Value {
  const row = table.shape.slice(1);
  return apply(
    "Gather",
    [table, indices],
    { dtype: table.dtype, shape: [...indices.shape, ...row] },
    {
      attributes: { axis: 0 },
      gradient: (dy) => {
        if (dy === undefined) return [];
        const count = sizeOf(indices.shape);
        const flat = reshape(indices, [count]);
        const rows = reshape(dy, [count, sizeOf(row)]);
        return [reshape(scatterAdd(flat, rows, dimension(table.shape, 0)), table.shape)];
      },
    },
  );
}

/** [rows, width] table of zeros to which row i of `updates` [n, width] was added at `indices[i]`. */
export function scatterAdd(indices: Value, updates: Value, rows: number): Value {
  const width = dimension(updates.shape, 1);
  if (rows <= oneHotRows) return matmul(oneHot(indices, rows), updates, { transA: true });
  const zeros = apply("ConstantOfShape", [integers(updates.graph, [rows, width])], {
    dtype: "float32",
    shape: [rows, width],
  });
  const at = reshape(indices, [dimension(indices.shape, 0), 1]);
  return apply(
    "ScatterND",
    [zeros, at, updates],
    { dtype: "float32", shape: [rows, width] },
    {
      attributes: { reduction: "add" },
      gradient: (dy) => [undefined, undefined, dy && gather(dy, indices)],
    },
  );
}

/** 1 at the index and 0 elsewhere along a new last axis; no gradient. */
export function oneHot(indices: Value, depth: number): Value {
  const { graph } = indices;
  const output = { dtype: "float32", shape: [...indices.shape, depth] } as const;
  if (depth > oneHotRows) {
    const values = constant(graph, Float32Array.of(0, 1), [2]);
    return apply("OneHot", [indices, integers(graph, depth), values], output);
  }
  // Copying rows of an identity is ten times as fast as onnxruntime's OneHot, which takes one thread.
  const identity = new Float32Array(depth * depth);
  for (let i = 0; i < depth; i++) identity[i * depth + i] = 1;
  return apply("Gather", [constant(graph, identity, [depth, depth]), indices], output, {
    attributes: { axis: 0 },
  });
}

/** x[..., indices[..., j]] along the last axis; `indices` has x's leading shape. */
export function gatherElements(x: Value, indices: Value): Value {
  return apply(
    "GatherElements",
    [x, indices],
    { dtype: x.dtype, shape: indices.shape },
    {
      attributes: { axis: -1 },
      gradient: (dy) => {
        if (dy === undefined) return [];
        const zeros = apply("ConstantOfShape", [integers(x.graph, x.shape)], {
          dtype: "float32",
          shape: x.shape,
        });
        return [
          apply(
            "ScatterElements",
            [zeros, indices, dy],
            { dtype: "float32", shape: x.shape },
            {
              attributes: { axis: -1, reduction: "add" },
            },
          ),
        ];
      },
    },
  );
}
