import { describe, expect, test } from "vitest";
import type { Value } from "../../shared/engine/graph.ts";
import * as ops from "../../shared/engine/ops.ts";
import { type Differentiable, relativeError, slopes } from "./finite-differences.ts";

const away = (x: number) => x + Math.sign(x) * 0.3; // from a kink at 0
const positive = (x: number) => 0.5 + Math.abs(x);
const one = (shape: readonly number[], build: (x: Value) => Value, sample?: (x: number) => number) => [
  { inputs: [{ shape }], build, ...(sample && { sample }) },
];
const two = (
  a: readonly number[],
  b: readonly number[],
  build: (a: Value, b: Value) => Value,
  sample?: (x: number) => number,
) => ({
  inputs: [{ shape: a }, { shape: b }],
  build,
  ...(sample && { sample }),
});
const broadcasts = (build: (a: Value, b: Value) => Value, sample?: (x: number) => number) => [
  two([2, 3], [2, 3], build, sample),
  two([2, 3], [3], build, sample),
  two([2, 1], [1, 3], build, sample),
  two([], [2, 2], build, sample),
];

function last(values: readonly Value[]): Value {
  const value = values.at(-1);
  if (value === undefined) throw new RangeError("no values");
  return value;
}

/** Far enough apart that no step of the differences makes another one the largest. */
const distinct = { shape: [2, 4], values: [0.9, -1, 0.3, 2, -0.4, 1.2, 0.1, -2] };

const cases: Record<
  Exclude<keyof typeof ops, (typeof withoutGradient)[number]>,
  readonly Differentiable[]
> = {
  add: broadcasts((a, b) => ops.add(a, b)),
  sub: [...broadcasts((a, b) => ops.sub(a, b)), ...one([3], (x) => ops.sub(2, x))],
  mul: [...broadcasts((a, b) => ops.mul(a, b)), ...one([3], (x) => ops.mul(x, -1.5))],
  div: [...broadcasts((a, b) => ops.div(a, b), positive), ...one([3], (x) => ops.div(2, x), positive)],
  maximum: [
    two([2, 4], [2, 4], (a, b) => ops.maximum(ops.mul(a, 3), b)),
    ...one([4], (x) => ops.maximum(x, 0), away),
  ],
  minimum: [
    two([2, 4], [2, 4], (a, b) => ops.minimum(ops.mul(a, 3), b)),
    ...one([4], (x) => ops.minimum(x, 0), away),
  ],
  pow: one([4], (x) => ops.pow(x, 2.5), positive),
  where: [two([2, 3], [3], (a, b) => ops.where(ops.greater(a, 0), ops.mul(a, 2), b), away)],
  neg: one([4], ops.neg),
  exp: one([4], ops.exp),
  log: one([4], ops.log, positive),
  sqrt: one([4], ops.sqrt, positive),
  reciprocal: one([4], ops.reciprocal, positive),
  abs: one([4], ops.abs, away),
  sign: one([4], ops.sign, away),
  sin: one([4], ops.sin),
  cos: one([4], ops.cos),
  tanh: one([4], ops.tanh),
  sigmoid: one([4], ops.sigmoid),
  relu: one([6], ops.relu, away),
  softplus: one([4], ops.softplus),
  erf: one([4], ops.erf),
  silu: one([6], ops.silu),
  gelu: one([6], ops.gelu),
  geluTanh: one([6], ops.geluTanh),
  swiglu: [two([2, 3], [2, 3], (a, b) => ops.swiglu(a, b))],
  matmul: [false, true].flatMap((transA) =>
    [false, true].flatMap((transB) => {
      const a = transA ? [3, 2] : [2, 3];
      const b = transB ? [4, 3] : [3, 4];
      const build = (x: Value, y: Value) => ops.matmul(x, y, { transA, transB, alpha: 0.7 });
      return [two(a, b, build), two([2, ...a], b, build), two([2, 1, ...a], [3, ...b], build)];
    }),
  ),
  linear: [two([2, 3], [4, 3], (x, w) => ops.linear(x, w))],
  reshape: one([2, 3], (x) => ops.reshape(x, [3, 2])),
  transpose: one([2, 3, 2], (x) => ops.transpose(x, [2, 0, 1])),
  expand: one([2, 1], (x) => ops.expand(x, [3, 2, 4])),
  concat: [two([2, 1], [2, 3], (a, b) => ops.concat([a, b], -1))],
  split: one([2, 5], (x) => last(ops.split(x, [2, 3], 1))),
  halves: one([2, 4], (x) => ops.mul(...ops.halves(x, 1))),
  slice: one([2, 5], (x) => ops.slice(x, 1, 1, 4)),
  pad: one([2, 2], (x) => ops.pad(x, 1, 1, 2)),
  sum: [
    ...one([2, 3], (x) => ops.sum(x)),
    ...one([2, 3], (x) => ops.sum(x, [1])),
    ...one([2, 3], (x) => ops.sum(x, [-2], true)),
  ],
  mean: [...one([2, 3], (x) => ops.mean(x)), ...one([2, 3], (x) => ops.mean(x, [0], true))],
  max: [{ inputs: [distinct], build: (x) => ops.max(x, [1]) }],
  cumsum: [...one([2, 3], (x) => ops.cumsum(x, 1)), ...one([2, 3], (x) => ops.cumsum(x, 0, true))],
  gather: [3, 1100].map((rows) => ({
    inputs: [
      { shape: [rows, 2], values: Array.from({ length: rows * 2 }, (_, i) => Math.sin(i)), fixed: rows > 10 },
      { shape: [2, 2] },
    ],
    indices: { shape: [2, 2], values: [0, 2, 2, 1] },
    build: (table, other, at) =>
      ops.mul(ops.gather(ops.add(table, ops.sum(other)), at), ops.reshape(other, [2, 2, 1])),
  })),
  scatterAdd: [3, 1100].map((rows) => ({
    inputs: [{ shape: [4, 2] }],
    indices: { shape: [4], values: [0, 2, 2, 1] },
    build: (updates, at) => ops.slice(ops.scatterAdd(at, updates, rows), 0, 0, 3),
  })),
  gatherElements: [
    {
      inputs: [{ shape: [2, 3] }],
      indices: { shape: [2, 2], values: [0, 0, 2, 1] },
      build: (x, at) => ops.gatherElements(x, at),
    },
  ],
  embeddingBag: [1, 2].map((parts) => ({
    inputs: [{ shape: [4, 3] }, { shape: [2, 4] }],
    indices: { shape: [2, 4], values: [0, 1, 2, 3, 1, 1, 3, 3] },
    build: (table, weights, at) =>
      parts === 2
        ? ops.embeddingBag(table, at, weights, { parts })
        : ops.embeddingBag(ops.mul(table, table), at, ops.mul(weights, 2)),
  })),
  signHash: (["paper", "released"] as const).flatMap((weighting) =>
    [1, 0.7].map((temperature) => ({
      inputs: [{ shape: [2, 5] }],
      sample: away,
      build: (x: Value) => ops.signHash(x, { bits: 2, weighting, temperature }).weights,
    })),
  ),
  topK: [{ inputs: [distinct], build: (x) => ops.topK(x, 3).values }],
  softmax: one([2, 4], ops.softmax),
  logSoftmax: one([2, 4], ops.logSoftmax),
  rmsNorm: [
    two([3, 4], [4], (x, w) => ops.rmsNorm(x, w, 1e-5), positive),
    two([2, 3, 4], [4], (x, w) => ops.rmsNorm(x, w, 0.1)),
  ],
  layerNorm: [
    {
      inputs: [{ shape: [3, 4] }, { shape: [4] }, { shape: [4] }],
      build: (x, w, b) => ops.layerNorm(x, w, b, 0.1),
    },
    {
      inputs: [{ shape: [2, 3, 4] }, { shape: [4] }, { shape: [4] }],
      build: (x, w, b) => ops.layerNorm(x, w, b, 1e-5),
    },
  ],
  crossEntropy: [
    {
      inputs: [{ shape: [3, 4] }],
      indices: { shape: [3], values: [3, 0, 1] },
      build: (logits, targets) => ops.crossEntropy(logits, targets),
    },
  ],
  conv2d: [
    two([2, 2, 4, 4], [3, 2, 3, 3], (x, k) => ops.conv2d(x, k, { padding: 1 })),
    two([1, 2, 6, 5], [2, 2, 3, 2], (x, k) => ops.conv2d(x, k, { stride: 2 })),
  ],
  averagePool2d: one([1, 2, 4, 4], (x) => ops.averagePool2d(x, 2)),
  maxPool2d: [
    { inputs: [{ shape: [1, 1, 2, 4], values: distinct.values }], build: (x) => ops.maxPool2d(x, 2) },
  ],
  upsample2d: one([1, 2, 2, 2], (x) => ops.upsample2d(x, 2)),
};

/** Integers and truth values, through which nothing flows. */
const withoutGradient = ["greater", "equal", "cast", "argmax", "oneHot", "stackedRows"] as const;

test("every operation has a case", () => {
  const covered = [...Object.keys(cases), ...withoutGradient].sort();
  expect(covered).toEqual(Object.keys(ops).sort());
});

describe.each(Object.entries(cases))("%s", (_, variants) => {
  test.each(variants.map((variant, i) => ({ variant, i })))(
    "variant $i agrees with finite differences",
    async ({ variant }) => {
      for (const slope of await slopes(variant)) expect(relativeError(slope)).toBeLessThan(2e-3);
    },
  );
});
