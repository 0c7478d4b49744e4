import { describe, expect, test } from "vitest";
import { flopsOf } from "../../shared/engine/flops.ts";
import { createGraph, input } from "../../shared/engine/graph.ts";
import { memoryOf } from "../../shared/engine/memory.ts";
import { add, conv2d, exp, matmul, mul, neg, reshape } from "../../shared/engine/ops.ts";

describe("the cost of a graph", () => {
  test("a product of [m, k] and [k, n] takes 2 m k n operations, transposed or not, batched or not", () => {
    const graph = createGraph();
    const a = input(graph, "a", "float32", [3, 5]);
    const b = input(graph, "b", "float32", [5, 7]);
    const wide = input(graph, "wide", "float32", [2, 5, 3]);
    expect(flopsOf(graph, [matmul(a, b)])).toEqual({ products: 2 * 3 * 5 * 7, elementwise: 0 });
    expect(flopsOf(graph, [matmul(wide, b, { transA: true })]).products).toBe(2 * (2 * 3 * 5 * 7));
    expect(flopsOf(graph, [matmul(b, a, { transA: true, transB: true })]).products).toBe(2 * 7 * 5 * 3);
  });

  test("a convolution takes as many as its definition, and what only moves data takes none", () => {
    const graph = createGraph();
    const x = input(graph, "x", "float32", [2, 3, 6, 6]);
    const k = input(graph, "k", "float32", [4, 3, 3, 3]);
    expect(flopsOf(graph, [conv2d(x, k, { padding: 1 })]).products).toBe(2 * (2 * 4 * 6 * 6) * (3 * 3 * 3));
    expect(flopsOf(graph, [exp(reshape(x, [6, 36]))])).toEqual({ products: 0, elementwise: 216 });
  });

  test("only what the outputs need is counted", () => {
    const graph = createGraph();
    const x = input(graph, "x", "float32", [10]);
    exp(x);
    expect(flopsOf(graph, [neg(x)])).toEqual({ products: 0, elementwise: 10 });
  });

  test("the peak holds what waits for a reader, by hand: a chain two, a fork three", () => {
    const graph = createGraph();
    const x = input(graph, "x", "float32", [10]);
    const chain = neg(exp(neg(exp(x))));
    expect(memoryOf(graph, [chain])).toEqual({ inputs: 40, constants: 0, outputs: 40, peakIntermediate: 80 });
    const a = exp(x);
    const fork = mul(add(neg(a), exp(a)), x);
    // exp(x), its negative and its exponential; the sum comes when exp(x) is gone.
    expect(memoryOf(graph, [fork]).peakIntermediate).toBe(120);
  });
});
