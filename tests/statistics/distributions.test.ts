import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chiSquaredUpper } from "../../shared/statistics/distributions/chi-squared.ts";
import { fUpper } from "../../shared/statistics/distributions/f.ts";
import {
  hypergeometricDensity,
  hypergeometricUpper,
} from "../../shared/statistics/distributions/hypergeometric.ts";
import { normalQuantile, normalTwoSided, normalUpper } from "../../shared/statistics/distributions/normal.ts";
import { tDensity, tQuantile, tTwoSided, tUpper } from "../../shared/statistics/distributions/student-t.ts";
import {
  digamma,
  stirlingError,
  tetragamma,
  trigamma,
  trigammaInverse,
} from "../../shared/statistics/gamma.ts";
import { incompleteBeta } from "../../shared/statistics/incomplete-beta.ts";
import { incompleteGamma } from "../../shared/statistics/incomplete-gamma.ts";
import reference from "./reference.json" with { type: "json" };

type Rows = readonly (readonly number[])[];

/** The last of each row is R's value of the function at what stands before it. */
function expectAs(rows: Rows, f: (...given: number[]) => number, within = 1e-12) {
  expect(rows.length).toBeGreaterThan(3);
  for (const row of rows) {
    const wanted = row.at(-1) ?? Number.NaN;
    const made = f(...row.slice(0, -1));
    expect(Math.abs(made - wanted), `at ${row.slice(0, -1)}: ${made}, not ${wanted}`).toBeLessThanOrEqual(
      within * Math.max(Math.abs(wanted), 1e-307),
    );
  }
}

describe(`as in ${reference.source}`, () => {
  test("the gamma function's logarithm by Stirling's formula, and its derivatives", () => {
    // ln Gamma is large where what Stirling leaves of it is small: absolute, to the digits that remain.
    for (const [x = 0, wanted = 0] of reference.lnGamma) {
      const stirling = (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2;
      expect(Math.abs(stirling + stirlingError(x) - wanted)).toBeLessThan(
        1e-14 * Math.max(1, Math.abs(stirling)),
      );
    }
    // psi is 0 near 1.46: absolute there.
    expectAs(
      reference.digamma.filter(([x = 0]) => Math.abs(x - 1.46) > 0.1),
      digamma,
    );
    expect(digamma(1.4616321449683622)).toBeCloseTo(0, 14);
    expectAs(reference.trigamma, trigamma);
    expectAs(reference.tetragamma, tetragamma);
  });

  test("the normal distribution", () => {
    expectAs(reference.normalUpper, normalUpper);
    expectAs(reference.normalQuantile, normalQuantile);
  });

  test("Student's t", () => {
    expectAs(reference.tTwoSided, tTwoSided);
    expectAs(reference.tQuantile, tQuantile);
    expectAs(reference.tDensity, tDensity);
  });

  test("chi-squared, F and the hypergeometric distribution", () => {
    expectAs(reference.chiSquaredUpper, chiSquaredUpper);
    expectAs(reference.fUpper, fUpper);
    expectAs(reference.hypergeometricUpper, (k, population, marked, drawn) =>
      hypergeometricUpper(k ?? 0, { population: population ?? 0, marked: marked ?? 0, drawn: drawn ?? 0 }),
    );
  });
});

test("trigamma's inverse: five published values, and the inverse wherever it is asked", () => {
  for (const [x, wanted] of [
    [0.01, 100.4991666819],
    [0.5, 2.4599529484],
    [1, 1.4262551202],
    [10, 0.3350810444],
    [100, 0.1007237588],
  ] as const) {
    expect(trigammaInverse(x)).toBeCloseTo(wanted, 10);
  }
  fc.assert(
    fc.property(fc.double({ min: -5, max: 6, noNaN: true }), (exponent) => {
      const x = 10 ** exponent;
      expect(trigamma(trigammaInverse(x)) / x).toBeCloseTo(1, 9);
    }),
  );
  expect(trigammaInverse(0)).toBe(Number.POSITIVE_INFINITY);
});

describe("tails", () => {
  const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });

  test("both sides of the incomplete functions add up to 1, and mirror", () => {
    fc.assert(
      fc.property(number(0.1, 80), number(0.1, 80), number(0, 1), (a, b, x) => {
        const beta = incompleteBeta(x, 1 - x, a, b);
        expect(beta.lower + beta.upper).toBeCloseTo(1, 12);
        expect(incompleteBeta(1 - x, x, b, a).upper).toBeCloseTo(beta.lower, 12);
        const gamma = incompleteGamma(a, b);
        expect(gamma.lower + gamma.upper).toBeCloseTo(1, 12);
        expect(Math.min(...Object.values(beta), ...Object.values(gamma))).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test("fall, mirror about 0, and are met by their quantiles", () => {
    fc.assert(
      fc.property(number(-12, 12), number(0, 3), number(0.5, 300), (t, step, df) => {
        expect(tUpper(t + step, df)).toBeLessThanOrEqual(tUpper(t, df));
        expect(tUpper(-t, df)).toBeCloseTo(1 - tUpper(t, df), 12);
        expect(normalUpper(-t) + normalUpper(t)).toBeCloseTo(1, 14);
        expect(normalTwoSided(t)).toBeCloseTo(2 * normalUpper(Math.abs(t)), 14);
        const p = tUpper(Math.abs(t), df);
        if (p > 1e-200 && Math.abs(t) > 1e-3) expect(-tQuantile(p, df) / Math.abs(t)).toBeCloseTo(1, 9);
      }),
    );
  });

  test("without end degrees of freedom t is normal and F is chi-squared", () => {
    expect(tTwoSided(2.5, Number.POSITIVE_INFINITY)).toBeCloseTo(tTwoSided(2.5, 1e9), 9);
    expect(tQuantile(0.9, Number.POSITIVE_INFINITY)).toBeCloseTo(tQuantile(0.9, 1e9), 8);
    expect(tDensity(1, Number.POSITIVE_INFINITY)).toBeCloseTo(tDensity(1, 1e9), 9);
    expect(fUpper(2.5, 3, Number.POSITIVE_INFINITY)).toBeCloseTo(fUpper(2.5, 3, 1e9), 8);
    expect(fUpper(2.3 ** 2, 1, 7)).toBeCloseTo(tTwoSided(2.3, 7), 14);
  });

  test("of an urn are sums over its balls", () => {
    const count = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(count, count, count, count, (k, marked, unmarked, wanted) => {
        const population = marked + unmarked;
        const drawn = Math.min(wanted, population);
        const urn = { population, marked, drawn };
        const choose = (n: number, m: number): number =>
          m < 0 || m > n ? 0 : m === 0 ? 1 : (choose(n - 1, m - 1) * n) / m;
        let sum = 0;
        for (let at = k; at <= drawn; at++) {
          const density = (choose(marked, at) * choose(unmarked, drawn - at)) / choose(population, drawn);
          sum += density;
          expect(hypergeometricDensity(at, urn)).toBeCloseTo(density, 12);
        }
        expect(hypergeometricUpper(k, urn)).toBeCloseTo(sum, 12);
      }),
    );
    expect(() => hypergeometricUpper(1, { population: 3, marked: 4, drawn: 1 })).toThrow(RangeError);
  });
});
