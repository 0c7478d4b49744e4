import fc from "fast-check";
import { expect, test } from "vitest";
import { planDense } from "../../shared/engine/kernels/dense.ts";

const sizes = fc.record({ rows: fc.integer({ min: 1, max: 19 }), columns: fc.integer({ min: 1, max: 19 }) });
const element = fc.float({ min: -8, max: 8, noNaN: true });
const matrices = sizes.chain(({ rows, columns }) =>
  fc.record({
    rows: fc.constant(rows),
    columns: fc.constant(columns),
    used: fc.integer({ min: 1, max: rows }),
    values: fc.array(element, { minLength: rows * columns, maxLength: rows * columns }),
    x: fc.array(element, { minLength: columns, maxLength: columns }),
    weights: fc.array(element, { minLength: rows, maxLength: rows }),
  }),
);

test("products and mixtures of rows are those of plain loops, whatever the sizes, and touch nothing else", () => {
  fc.assert(
    fc.property(matrices, ({ rows, columns, used, values, x, weights }) => {
      const plan = planDense();
      const [w, given, y, beyond] = [
        plan.matrix(rows, columns),
        plan.vector(columns),
        plan.vector(rows),
        plan.vector(3),
      ];
      const [shares, mixed] = [plan.vector(rows), plan.vector(columns)];
      const dense = plan.open();
      dense.put(w, Float32Array.from(values));
      dense.view(given).set(x);
      dense.view(shares).set(weights);
      dense.view(beyond).fill(7);

      dense.multiply(w, given, y);
      for (let row = 0; row < rows; row++) {
        const expected = x.reduce((sum, value, i) => sum + value * (values[row * columns + i] ?? 0), 0);
        expect(dense.view(y)[row]).toBeCloseTo(expected, 2);
      }
      dense.mix(w, shares, mixed, used);
      for (let column = 0; column < columns; column++) {
        let expected = 0;
        for (let row = 0; row < used; row++) {
          expected += (weights[row] ?? 0) * (values[row * columns + column] ?? 0);
        }
        expect(dense.view(mixed)[column]).toBeCloseTo(expected, 2);
      }
      expect([...dense.view(beyond)]).toEqual([7, 7, 7, 7]);
    }),
  );
});

test("softmax and SiLU are those of Math.exp to float32's rounding, also far from 0", () => {
  const value = fc.float({ min: -200, max: 200, noNaN: true });
  const vectors = fc.array(value, { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(vectors, fc.float({ min: Math.fround(0.01), max: 2, noNaN: true }), (values, scale) => {
      const plan = planDense();
      const [scores, hidden, beyond] = [
        plan.vector(values.length),
        plan.vector(values.length),
        plan.vector(1),
      ];
      const dense = plan.open();
      dense.view(beyond).fill(7);
      dense.view(scores).set(values);
      dense.view(hidden).set(values);
      dense.softmax(scores, values.length, scale);
      dense.silu(hidden);
      const largest = Math.max(...values);
      const shares = values.map((each) => Math.exp(scale * (each - largest)));
      const total = shares.reduce((sum, share) => sum + share, 0);
      for (const [i, share] of shares.entries()) {
        const given = dense.view(scores)[i] ?? Number.NaN;
        expect(Math.abs(given - share / total)).toBeLessThan(3e-5 * (share / total) + 1e-30);
        const silu = (values[i] ?? 0) / (1 + Math.exp(-(values[i] ?? 0)));
        expect(Math.abs((dense.view(hidden)[i] ?? Number.NaN) - silu)).toBeLessThan(
          1e-6 * Math.abs(silu) + 1e-30,
        );
      }
      expect([...dense.view(beyond)]).toEqual([7, 7, 7, 7]);
    }),
  );
});

test("a matrix of another size is refused", () => {
  const plan = planDense();
  const w = plan.matrix(2, 3);
  expect(() => plan.open().put(w, new Float32Array(5))).toThrow("5 values for [2, 3]");
});
