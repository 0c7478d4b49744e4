import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { benjaminiHochberg } from "../../shared/statistics/false-discovery.ts";
import { median, quantiles } from "../../shared/statistics/quantile.ts";

const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });

describe("Benjamini and Hochberg", () => {
  test("the published example", () => {
    const adjusted = benjaminiHochberg([0.01, 0.02, 0.03, 0.04, 0.05, 0.5]);
    for (const value of adjusted.slice(0, 5)) expect(value).toBeCloseTo(0.06, 14);
    expect(adjusted[5]).toBe(0.5);
  });

  test("is the least of m p_(j) / j over the greater ones", () => {
    fc.assert(
      fc.property(shares, (p) => {
        const adjusted = benjaminiHochberg(p);
        const sorted = [...p].sort((a, b) => a - b);
        for (const [at, value] of p.entries()) {
          const candidates = sorted
            .map((each, rank) => (each >= value ? (p.length * each) / (rank + 1) : 1))
            .concat(1);
          expect(adjusted[at]).toBeCloseTo(Math.min(...candidates), 12);
        }
      }),
    );
  });

  test("never under p, never out of the order of p, and blind to what is missing", () => {
    fc.assert(
      fc.property(shares, (p) => {
        const adjusted = benjaminiHochberg([Number.NaN, ...p]);
        expect(adjusted[0]).toBeNaN();
        expect(adjusted.slice(1)).toEqual(benjaminiHochberg(p));
        for (const [i, one] of p.entries()) {
          expect(adjusted[i + 1]).toBeGreaterThanOrEqual(one);
          for (const [j, other] of p.entries()) {
            if (one < other) expect(adjusted[i + 1]).toBeLessThanOrEqual(adjusted[j + 1] ?? 0);
          }
        }
      }),
    );
  });

  test("refuses what is no probability", () => {
    expect(() => benjaminiHochberg([0.1, 1.2])).toThrow(/p value 1 is 1.2/);
    expect(() => benjaminiHochberg([-0.1])).toThrow(RangeError);
  });
});

describe("quantiles", () => {
  test("of R's type 7", () => {
    // quantile(c(3, 1, 4, 1, 5, 9, 2), c(0, .1, .25, .5, .9, 1))
    const made = quantiles([3, 1, Number.NaN, 4, 1, 5, 9, 2], [0, 0.1, 0.25, 0.5, 0.9, 1]);
    for (const [at, wanted] of [1, 1, 1.5, 3, 6.6, 9].entries()) expect(made[at]).toBeCloseTo(wanted, 12);
    expect(median([1, 4])).toBe(2.5);
    expect(median([])).toBeNaN();
    expect(() => quantiles([1], [1.5])).toThrow(RangeError);
  });
});
