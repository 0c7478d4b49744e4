import { apply, differentiateAs, dimension, operation, type Value } from "../graph.ts";
import { sumTo } from "./broadcast.ts";
import { add, div, mul, neg, sqrt, sub } from "./elementwise.ts";
import { gatherElements, oneHot } from "./gather.ts";
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
  return differentiateAs([x, weight], [y], (dy) => {
    if (dy === undefined) return [];
    const normalised = mul(x, inverse);
    const scaled = mul(dy, normalised);
    // dx = (dy w - normalised mean(dy w normalised)) / rms
    const along = mul(sum(mul(scaled, weight), [-1], true), 1 / dimension(x.shape, -1));
    const dx = mul(sub(mul(dy, weight), mul(normalised, along)), inverse);
    return [dx, sumTo(scaled, weight.shape)];
  })[0];
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
