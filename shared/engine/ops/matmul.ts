import { apply, dimension, type Value } from "../graph.ts";
import { broadcastShape, sumTo } from "./broadcast.ts";

export interface MatmulOptions {
  /** Reads `a` with its last two axes swapped. */
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** Factor on the product. */
  readonly alpha?: number;
}

/**
 * alpha op(a) op(b) over the last two axes, the leading ones broadcast; both tensors have at least two.
 * One onnxruntime kernel, FusedMatMul, so that no gradient needs a transposed copy.
 */
export function matmul(a: Value, b: Value, options: MatmulOptions = {}): Value {
  const { transA = false, transB = false, alpha = 1 } = options;
  const [m, k] = transA ? [-1, -2] : [-2, -1];
  const [l, n] = transB ? [-1, -2] : [-2, -1];
  if (dimension(a.shape, k) !== dimension(b.shape, l)) {
    throw new RangeError(`matmul of [${a.shape}]${transA ? "^T" : ""} and [${b.shape}]${transB ? "^T" : ""}`);
  }
  const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...batch, dimension(a.shape, m), dimension(b.shape, n)];
  return apply(
    "FusedMatMul",
    [a, b],
    { dtype: "float32", shape },
    {
      domain: "com.microsoft",
      attributes: { transA: Number(transA), transB: Number(transB), alpha: { float: alpha } },
      gradient: (dy) => {
        if (dy === undefined) return [];
        const da = transA
          ? matmul(b, dy, { transA: transB, transB: true, alpha })
          : matmul(dy, b, { transB: !transB, alpha });
        const db = transB
          ? matmul(dy, a, { transA: true, transB: transA, alpha })
          : matmul(a, dy, { transA: !transA, alpha });
        return [sumTo(da, a.shape), sumTo(db, b.shape)];
      },
    },
  );
}

/** y = x W^T with a weight stored [out, in]; x may have any leading axes. */
export function linear(x: Value, weight: Value): Value {
  return matmul(x, weight, { transB: true });
}
