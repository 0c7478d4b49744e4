import { apply, constant, differentiateAs, dimension, operation, sizeOf, type Value } from "../graph.ts";
import { mul, neg, sub } from "./elementwise.ts";
import { gatherElements, oneHot } from "./gather.ts";
import { matmul } from "./matmul.ts";
import { sum } from "./reduce.ts";
import { reshape } from "./shape.ts";

/** e^x / sum e^x along the last axis. */
export function softmax(x: Value): Value {
  const y: Value = apply("Softmax", [x], x, {
    attributes: { axis: -1 },
    gradient: (dy) => {
      if (dy === undefined) return [];
      const weighted = mul(dy, y);
      return [sub(weighted, mul(y, sum(weighted, [-1], true)))];
    },
  });
  return y;
}

export function logSoftmax(x: Value): Value {
  return apply("LogSoftmax", [x], x, {
    attributes: { axis: -1 },
    gradient: (dy) => [dy && sub(dy, mul(softmax(x), sum(dy, [-1], true)))],
  });
}

/**
 * x / sqrt(mean(x^2) + epsilon) * weight along the last axis; weight [d]. arXiv 1910.07467.
 * One fused operation forward, which also leaves 1/rms for the gradient.
 */
export function rmsNorm(x: Value, weight: Value, epsilon: number): Value {
  const [y, inverse] = operation(
    x.graph,
    "SimplifiedLayerNormalization",
    [x, weight],
    [x, { dtype: "float32", shape: [...x.shape.slice(0, -1), 1] }],
    { attributes: { axis: -1, epsilon: { float: epsilon }, stash_type: 1 } },
  );
  if (y === undefined || inverse === undefined) throw new Error("two outputs expected");
  return differentiateAs([x, weight], [y], (dy) => (dy ? rmsNormGradient(x, weight, inverse, dy) : []))[0];
}

/**
 * dx = r dy w - r^3 x mean(dy x w) and dw = sum r dy x over the rows, with r = 1/rms. Both sums are products
 * with dy x, so that memory is passed over five times and not eight.
 */
function rmsNormGradient(x: Value, weight: Value, inverse: Value, dy: Value): readonly [Value, Value] {
  const width = dimension(x.shape, -1);
  const rows = sizeOf(x.shape) / width;
  const [xs, dys] = [reshape(x, [rows, width]), reshape(dy, [rows, width])];
  const r = reshape(inverse, [rows, 1]);
  const product = mul(dys, xs);
  const average = matmul(product, reshape(weight, [width, 1]), { alpha: 1 / width });
  const dx = sub(mul(mul(dys, weight), r), mul(xs, mul(average, mul(r, mul(r, r)))));
  const dWeight = matmul(r, product, { transA: true });
  return [reshape(dx, x.shape), reshape(dWeight, weight.shape)];
}

/**
 * (x - mean) / sqrt(variance + epsilon) * weight + bias along the last axis; weight and bias [d].
 * arXiv 1607.06450. One fused operation forward, which also leaves the mean and 1/deviation for the gradient.
 */
export function layerNorm(x: Value, weight: Value, bias: Value, epsilon: number): Value {
  const row = { dtype: "float32", shape: [...x.shape.slice(0, -1), 1] } as const;
  const [y, average, inverse] = operation(x.graph, "LayerNormalization", [x, weight, bias], [x, row, row], {
    attributes: { axis: -1, epsilon: { float: epsilon }, stash_type: 1 },
  });
  if (y === undefined || average === undefined || inverse === undefined) {
    throw new Error("three outputs expected");
  }
  return differentiateAs([x, weight, bias], [y], (dy) =>
    dy ? layerNormGradient(x, weight, { average, inverse }, dy) : [],
  )[0];
}

/**
 * dx = r (g - mean(g) - n mean(g n)) with n = (x - mean) r and g = dy w; dw = sum dy n and db = sum dy over
 * the rows. The sums and means are products with vectors.
 */
function layerNormGradient(
  x: Value,
  weight: Value,
  { average, inverse }: { readonly average: Value; readonly inverse: Value },
  dy: Value,
): readonly Value[] {
  const width = dimension(x.shape, -1);
  const rows = sizeOf(x.shape) / width;
  const column = (values: Value) => reshape(values, [rows, 1]);
  const dys = reshape(dy, [rows, width]);
  const r = column(inverse);
  const normal = mul(sub(reshape(x, [rows, width]), column(average)), r);
  const product = mul(dys, normal);
  const gain = reshape(weight, [width, 1]);
  const alpha = 1 / width;
  const centred = sub(mul(dys, weight), matmul(dys, gain, { alpha }));
  const dx = mul(sub(centred, mul(normal, matmul(product, gain, { alpha }))), r);
  const overRows = (values: Value) =>
    reshape(matmul(constant(x.graph, new Float32Array(rows).fill(1), [1, rows]), values), weight.shape);
  return [reshape(dx, x.shape), overRows(product), overRows(dys)];
}

/**
 * -log softmax(logits)[target] for each row: logits [n, classes], targets int64 [n] -> [n].
 * Its gradient, softmax - onehot, is computed as such.
 */
export function crossEntropy(logits: Value, targets: Value): Value {
  const [rows, classes] = [dimension(logits.shape, 0), dimension(logits.shape, 1)];
  const chosen = gatherElements(logSoftmax(logits), reshape(targets, [rows, 1]));
  return differentiateAs([logits], [neg(reshape(chosen, [rows]))], (dy) => [
    dy && mul(sub(softmax(logits), oneHot(targets, classes)), reshape(dy, [rows, 1])),
  ])[0];
}
