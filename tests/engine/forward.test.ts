import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gradients } from "../../shared/engine/gradient.ts";
import { createGraph, differentiateAs, input, stopGradient, type Value } from "../../shared/engine/graph.ts";
import * as ops from "../../shared/engine/ops.ts";
import { compile, type Feeds } from "../../shared/engine/program.ts";

/** Runs `build` on float32 tensors given as values with their shapes. */
async function evaluate(
  tensors: readonly { readonly shape: readonly number[]; readonly values: readonly number[] }[],
  build: (...tensors: Value[]) => Value,
): Promise<number[]> {
  const graph = createGraph();
  const inputs = tensors.map(({ shape }, i) => input(graph, `x${i}`, "float32", shape));
  const program = await compile(graph, { y: build(...inputs) }, { threads: 1 });
  const feeds: Feeds = Object.fromEntries(
    tensors.map(({ values }, i) => [`x${i}`, Float32Array.from(values)]),
  );
  const { y } = await program.run(feeds);
  const result = Array.from(y, Number);
  await program.release();
  return result;
}

const close = (actual: readonly number[], expected: readonly number[], tolerance = 1e-5) => {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of actual.entries())
    expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThan(tolerance);
};

const row = [-2, -0.5, 0, 0.7, 3];
const onRow = (build: (x: Value) => Value) =>
  evaluate([{ shape: [row.length], values: row }], build as never);

describe("fused operations compute what their names say", () => {
  test("silu is x / (1 + e^-x)", async () => {
    close(
      await onRow(ops.silu),
      row.map((x) => x / (1 + Math.exp(-x))),
    );
  });

  test("gelu is x Phi(x), at published values of Phi", async () => {
    const phi = [0.02275013, 0.30853754, 0.5, 0.75803635, 0.9986501];
    close(
      await onRow(ops.gelu),
      row.map((x, i) => x * (phi[i] ?? 0)),
      1e-5,
    );
  });

  test("geluTanh is x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2", async () => {
    close(
      await onRow(ops.geluTanh),
      row.map((x) => (x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))) / 2),
    );
  });

  test("layerNorm takes off the mean and divides by the deviation", async () => {
    const mean = row.reduce((sum, x) => sum + x, 0) / row.length;
    const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / row.length;
    const y = await evaluate(
      [
        { shape: [1, 5], values: row },
        { shape: [5], values: [1, 2, 3, 4, 5] },
        { shape: [5], values: [5, 0, -1, 2, 1] },
      ],
      ((x: Value, w: Value, b: Value) => ops.layerNorm(x, w, b, 0.01)) as never,
    );
    const shift = [5, 0, -1, 2, 1];
    close(
      y,
      row.map((x, i) => ((x - mean) / Math.sqrt(variance + 0.01)) * (i + 1) + (shift[i] ?? 0)),
    );
  });

  test("rmsNorm divides by the root of the mean square", async () => {
    const rms = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0) / row.length + 1e-5);
    const y = await evaluate(
      [
        { shape: [1, 5], values: row },
        { shape: [5], values: [1, 2, 3, 4, 5] },
      ],
      ((x: Value, w: Value) => ops.rmsNorm(x, w, 1e-5)) as never,
    );
    close(
      y,
      row.map((x, i) => ((i + 1) * x) / rms),
    );
  });

  test("crossEntropy is minus the log of the softmax at the target", async () => {
    const graph = createGraph();
    const logits = input(graph, "logits", "float32", [1, 5]);
    const target = input(graph, "target", "int64", [1]);
    const program = await compile(graph, { loss: ops.crossEntropy(logits, target) }, { threads: 1 });
    const total = row.reduce((sum, x) => sum + Math.exp(x), 0);
    for (const [i, x] of row.entries()) {
      const { loss } = await program.run({
        logits: Float32Array.from(row),
        target: BigInt64Array.of(BigInt(i)),
      });
      close([Number(loss[0])], [Math.log(total) - x]);
    }
    await program.release();
  });

  test("matmul agrees with the sum of products, transposed or not, at any size", async () => {
    const sizes = fc.integer({ min: 1, max: 7 });
    await fc.assert(
      fc.asyncProperty(sizes, sizes, sizes, fc.boolean(), fc.boolean(), async (m, k, n, transA, transB) => {
        const a = Array.from({ length: m * k }, (_, i) => Math.sin(i));
        const b = Array.from({ length: k * n }, (_, i) => Math.cos(3 * i));
        const at = (i: number, l: number) => a[transA ? l * m + i : i * k + l] ?? Number.NaN;
        const bt = (l: number, j: number) => b[transB ? j * k + l : l * n + j] ?? Number.NaN;
        const expected = Array.from({ length: m * n }, (_, index) => {
          const [i, j] = [Math.floor(index / n), index % n];
          return Array.from({ length: k }, (_, l) => at(i, l) * bt(l, j)).reduce((sum, x) => sum + x, 0);
        });
        const shapes = [transA ? [k, m] : [m, k], transB ? [n, k] : [k, n]] as const;
        const y = await evaluate(
          [
            { shape: shapes[0], values: a },
            { shape: shapes[1], values: b },
          ],
          ((x: Value, w: Value) => ops.matmul(x, w, { transA, transB })) as never,
        );
        close(y, expected);
      }),
      { numRuns: 20 },
    );
  });

  test("conv2d agrees with its definition", async () => {
    const image = Array.from({ length: 25 }, (_, i) => Math.sin(i));
    const kernel = Array.from({ length: 9 }, (_, i) => Math.cos(i));
    const expected: number[] = [];
    for (let y = 0; y < 5; y += 2) {
      for (let x = 0; x < 5; x += 2) {
        let total = 0;
        for (let i = 0; i < 9; i++) {
          const [u, v] = [y + Math.floor(i / 3) - 1, x + (i % 3) - 1];
          if (u >= 0 && u < 5 && v >= 0 && v < 5) total += (image[u * 5 + v] ?? 0) * (kernel[i] ?? 0);
        }
        expected.push(total);
      }
    }
    const y = await evaluate(
      [
        { shape: [1, 1, 5, 5], values: image },
        { shape: [1, 1, 3, 3], values: kernel },
      ],
      ((x: Value, k: Value) => ops.conv2d(x, k, { stride: 2, padding: 1 })) as never,
    );
    close(y, expected);
  });
});

describe("the graph", () => {
  test("shapes that do not fit are refused, with both shapes named", () => {
    const graph = createGraph();
    const a = input(graph, "a", "float32", [2, 3]);
    const b = input(graph, "b", "float32", [2, 4]);
    expect(() => ops.add(a, b)).toThrow("[2,3] and [2,4]");
    expect(() => ops.matmul(a, b)).toThrow("[2,3] and [2,4]");
    expect(() => ops.reshape(a, [4])).toThrow("[2,3] cannot become [4]");
    expect(() => ops.slice(a, 1, 2, 9)).toThrow(RangeError);
    expect(() => ops.sum(a, [5])).toThrow("axis 5");
    expect(() => input(graph, "a", "float32", [1])).toThrow('"a" is declared twice');
    expect(() => ops.add(a, input(createGraph(), "c", "float32", [3]))).toThrow("two graphs");
    expect(() => gradients(a, [b])).toThrow("scalar");
  });

  test("an output may not have the name of an input, and every input must be fed", async () => {
    const graph = createGraph();
    const x = input(graph, "x", "float32", [1]);
    await expect(compile(graph, { x: ops.neg(x) })).rejects.toThrow('"x" is an input');
    const program = await compile(graph, { y: ops.neg(x) });
    await expect(program.run({})).rejects.toThrow('"x" is not fed');
    await program.release();
  });

  test("one array may feed inputs of different shapes", async () => {
    const graph = createGraph();
    const [row, column] = [input(graph, "row", "float32", [1, 3]), input(graph, "column", "float32", [3, 1])];
    const program = await compile(graph, { y: ops.matmul(row, column) }, { threads: 1 });
    const values = Float32Array.of(1, 2, 3);
    const { y } = await program.run({ row: values, column: values });
    expect(Array.from(y, Number)).toEqual([14]);
    await program.release();
  });

  test("no gradient flows through stopGradient, and a region's own gradient is used", async () => {
    const graph = createGraph();
    const x = input(graph, "x", "float32", [1]);
    const stopped = ops.mul(x, stopGradient(x));
    const [own] = differentiateAs([x], [ops.exp(x)], (dy) => [dy && ops.mul(dy, 7)]);
    const [dStopped] = gradients(ops.sum(stopped), [x]);
    const [dOwn] = gradients(ops.sum(own), [x]);
    const unrelated = gradients(ops.sum(own), [input(graph, "z", "float32", [2])])[0];
    if (dStopped === undefined || dOwn === undefined || unrelated === undefined)
      throw new Error("gradients expected");
    const program = await compile(graph, { dStopped, dOwn, unrelated }, { threads: 1 });
    const outputs = await program.run({ x: Float32Array.of(3) });
    expect([...outputs.dStopped, ...outputs.dOwn, ...outputs.unrelated]).toEqual([3, 7, 0, 0]);
    await program.release();
  });
});
