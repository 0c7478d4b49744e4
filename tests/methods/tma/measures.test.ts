import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { coverageOf } from "../../../shared/methods/tma/coverage.ts";
import { measuresTo, weightedDistance } from "../../../shared/methods/tma/measures.ts";
import { createProducts } from "../../../shared/methods/tma/products.ts";
import { fractions, itemsIn } from "../../../shared/methods/tma/statistics.ts";
import { toUnit } from "../../../shared/methods/tma/vectors.ts";
import { dot } from "./brute-force.ts";

const { signal } = new AbortController();

const unit = (rows: readonly number[][]) =>
  toUnit({ values: Float32Array.from(rows.flat()), count: rows.length, dimensions: rows[0]?.length ?? 1 });

async function measured(items: readonly number[][], tests: readonly number[][], chosen: readonly number[]) {
  const [unitItems, unitTests] = [unit(items), unit(tests)];
  const products = await createProducts(unitItems, unitTests, { threads: 1, signal });
  try {
    return await measuresTo(products, unitItems, unitTests, Int32Array.from(chosen));
  } finally {
    await products.release();
  }
}

const length = (a: readonly number[]) => Math.sqrt(dot(a, a));
const cosineOf = (a: readonly number[], b: readonly number[]) => {
  const both = length(a) * length(b);
  return both === 0 ? 0 : dot(a, b) / both;
};
const distanceOf = (a: readonly number[], b: readonly number[]) =>
  length(a.map((value, i) => value - (b[i] ?? 0)));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("measures", () => {
  test("by hand: a right angle and a 3-4-5 triangle", async () => {
    const { cosine, euclidean } = await measured(
      [[3, 0]],
      [
        [0, 4],
        [3, 0],
        [100, 100],
      ],
      [0, 1],
    );
    expect([cosine.average[0], cosine.minimum[0], cosine.maximum[0]]).toEqual([0.5, 0, 1]);
    expect(cosine.centroid[0]).toBeCloseTo(1.5 / 2.5, 6);
    expect([euclidean.average[0], euclidean.minimum[0], euclidean.maximum[0]]).toEqual([2.5, 0, 5]);
    expect(euclidean.centroid[0]).toBeCloseTo(Math.hypot(1.5, 2), 6);
  });

  test("are those of plain loops over all pairs", async () => {
    const rows = (most: number) =>
      fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 }), {
        minLength: 1,
        maxLength: most,
      });
    await fc.assert(
      fc.asyncProperty(rows(12), rows(6), async (items, tests) => {
        const { cosine, euclidean } = await measured(items, tests, [...tests.keys()]);
        const centroid = [0, 1, 2].map((i) => mean(tests.map((row) => row[i] ?? 0)));
        for (const [at, item] of items.entries()) {
          const cosines = tests.map((row) => cosineOf(item, row));
          const distances = tests.map((row) => distanceOf(item, row));
          expect(cosine.average[at]).toBeCloseTo(mean(cosines), 5);
          expect(cosine.minimum[at]).toBeCloseTo(Math.min(...cosines), 5);
          expect(cosine.maximum[at]).toBeCloseTo(Math.max(...cosines), 5);
          expect(cosine.centroid[at]).toBeCloseTo(cosineOf(item, centroid), 5);
          // A distance near 0 is the root of a difference of squares of up to 243, in single precision.
          expect(euclidean.average[at]).toBeCloseTo(mean(distances), 1);
          expect(euclidean.minimum[at]).toBeCloseTo(Math.min(...distances), 1);
          expect(euclidean.maximum[at]).toBeCloseTo(Math.max(...distances), 1);
          expect(euclidean.centroid[at]).toBeCloseTo(distanceOf(item, centroid), 1);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("weighted similarity distance: averages .5 and 1 and minima 0 and 1, so that w is 2/3", () => {
    const none = new Float32Array(2);
    const cosine = {
      average: Float32Array.of(0.5, 0),
      maximum: Float32Array.of(1, 0),
      minimum: none,
      centroid: none,
    };
    const [first, second] = weightedDistance({ cosine });
    expect(first).toBeCloseTo((2 / 3) * 0.5, 6);
    expect(second).toBeCloseTo((2 / 3) * 1 + 1, 6);
  });
});

test("coverage is the mean, over the test items, of the nearest item's cosine in the beginning of an order", async () => {
  const items = Array.from({ length: 40 }, (_, i) => [Math.cos(i), Math.sin(i)]);
  const tests = [
    [1, 0],
    [0, 1],
    [-1, -1],
  ];
  const orders = [
    Int32Array.from(items.keys()),
    Int32Array.from(items.keys()).reverse(),
    Int32Array.of(7, 3, 21), // leaves the others out
  ];
  const products = await createProducts(unit(items), unit(tests), { threads: 1, signal });
  const covered = await coverageOf(products, orders, { items: 40, chosen: Int32Array.of(0, 2) });
  await products.release();
  for (const order of orders) {
    for (const [at, fraction] of fractions.entries()) {
      const first = [...order.subarray(0, itemsIn(order, fraction))];
      const nearest = [0, 2].map((row) =>
        Math.max(...first.map((item) => cosineOf(items[item] ?? [], tests[row] ?? []))),
      );
      expect(covered.get(order)?.[at]).toBeCloseTo(mean(nearest), 5);
    }
  }
});
