import { apply, differentiateAs, dimension, operation, sizeOf, type Value } from "../graph.ts";
import { add, div, mul, neg, sqrt, sub } from "./elementwise.ts";
import { gatherElements, oneHot } from "./gather.ts";
import { matmul } from "./matmul.ts";
import { mean, sum } from "./reduce.ts";
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

/** (x - mean) / sqrt(variance + epsilon) * weight + bias along the last axis; weight and bias [d]. */
export function layerNorm(x: Value, weight: Value, bias: Value, epsilon: number): Value {
  const centred = sub(x, mean(x, [-1], true));
  const variance = mean(mul(centred, centred), [-1], true);
  return add(mul(div(centred, sqrt(add(variance, epsilon))), weight), bias);
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
