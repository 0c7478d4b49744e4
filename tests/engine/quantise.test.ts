import fc from "fast-check";
import { expect, test } from "vitest";
import { createGraph, input } from "../../shared/engine/graph.ts";
import { linear } from "../../shared/engine/ops.ts";
import { dequantise, quantise, quantiseProducts } from "../../shared/engine/quantise.ts";
import { openSession, sized } from "../../shared/engine/session.ts";

const value = fc.float({ min: -100, max: 100, noNaN: true }).map((x) => (Math.abs(x) < 1e-30 ? 0 : x)); // no denormal scales

test("a rounded weight is off by at most half a step of its block, and zeros and the largest are exact", () => {
  const matrix = fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 70 }))
    .chain(([rows, columns]) =>
      fc.record({
        columns: fc.constant(columns),
        values: fc.array(value, { minLength: rows * columns, maxLength: rows * columns }),
      }),
    );
  fc.assert(
    fc.property(matrix, ({ columns, values }) => {
      const given = Float32Array.from(values);
      const back = dequantise(quantise(given, columns), columns);
      expect(back.length).toBe(given.length);
      for (const [at, original] of given.entries()) {
        const start = at - ((at % columns) % 32);
        const end = Math.min(start + 32, start - (start % columns) + columns);
        const largest = Math.max(...given.subarray(start, end).map(Math.abs));
        expect(Math.abs((back[at] ?? 0) - original)).toBeLessThanOrEqual(largest / 254 + 1e-6 * largest);
        if (original === 0) expect(back[at]).toBeCloseTo(0, 12);
      }
    }),
  );
});

test("a product with a rounded matrix is the product with what its bytes stand for, x rounded too", async () => {
  const [rows, columns, count] = [24, 70, 3];
  const graph = createGraph();
  const x = input(graph, "x", "float32", [count, columns]);
  const y = linear(x, input(graph, "w", "float32", [rows, columns]));
  const w = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i * i) * (1 + (i % 7)));
  const weights = quantiseProducts(graph, new Map([["w", w]]));
  expect([...weights.keys()]).toEqual(["w.bytes", "w.scales"]);
  const session = await openSession(graph, { y }, { threads: 1, weights, freeAxes: {} });
  const given = Float32Array.from({ length: count * columns }, (_, i) => Math.cos(3 * i));
  const { y: result = new Float32Array() } = await session.run({ x: sized(given, [count, columns]) });
  expect(result.length).toBe(count * rows);
  await session.release();

  const rounded = dequantise(quantise(w, columns), columns);
  for (let i = 0; i < count; i++) {
    for (let row = 0; row < rows; row++) {
      let [exact, size] = [0, 0];
      for (let j = 0; j < columns; j++) {
        const term = (given[i * columns + j] ?? 0) * (rounded[row * columns + j] ?? 0);
        exact += term;
        size += Math.abs(term);
      }
      // x is rounded in blocks as well: each term is off by at most 1/254 of the largest x, which is 1.
      expect(Math.abs((result[i * rows + row] ?? 0) - exact)).toBeLessThan(size / 50);
    }
  }
});
