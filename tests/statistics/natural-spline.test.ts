import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { naturalSpline, splineKnots } from "../../shared/statistics/natural-spline.ts";
import { applyQTransposed, coefficientsOf, decomposeQr } from "../../shared/statistics/qr.ts";

/** The spline along the knots through the given values at them. */
function through(knots: readonly number[], values: readonly number[]) {
  const qr = decomposeQr(naturalSpline(knots, knots));
  const effects = Float64Array.from(values);
  applyQTransposed(qr, effects);
  const coefficients = coefficientsOf(qr, effects);
  return (x: number) =>
    naturalSpline([x], knots).values.reduce((sum, value, at) => sum + value * (coefficients[at] ?? 0), 0);
}

describe("natural cubic splines", () => {
  test("have as many functions as knots, linear beyond the ends and smooth at every knot", () => {
    const knots = [1, 2, 4, 7];
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 4, maxLength: 4 }), (values) => {
        const f = through(knots, values);
        for (const [at, knot] of knots.entries()) expect(f(knot)).toBeCloseTo(values[at] ?? Number.NaN, 9);
        const second = (x: number, h: number) => (f(x - h) - 2 * f(x) + f(x + h)) / h ** 2;
        for (const beyond of [-3, 0.4, 7.6, 11]) expect(second(beyond, 0.5)).toBeCloseTo(0, 7);
        for (const knot of knots)
          expect(second(knot - 1e-3, 1e-3) - second(knot + 1e-3, 1e-3)).toBeCloseTo(0, 1);
      }),
    );
  });

  test("have their knots at the ends and at even quantiles, once each", () => {
    expect(splineKnots([4, 1, 3, 2, 10, 5, 6], 4)).toEqual([1, 3, 5, 10]);
    expect(splineKnots([1, 1, 1, 1, 2], 4)).toEqual([1, 2]);
  });
});
