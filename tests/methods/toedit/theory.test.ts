import { Matrix, solve } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../../shared/lm/random.ts";
import toedit from "../../../shared/methods/toedit/method.ts";
import { errorUnit, simulate } from "../../../shared/methods/toedit/regression.ts";
import { recursionsOf } from "../../../shared/methods/toedit/theory.ts";
import { runToEnd } from "../../fixtures/run-to-end.ts";

const options = { d: 20, T: 60, sigma: 1, fits: 10, trials: 400, seed: 3 };
const last = (values: readonly number[]) => values.at(-1) ?? Number.NaN;

/**
 * The literal recursion exactly in the noise: the covariance C of the targets' errors goes to A C A^T + M with
 * A = M H + 1 - M, and the error of a fit is tr(X^+ C X^+T). Only X is drawn.
 */
function literalByCovariance(taken: (fit: number, place: number) => boolean, trials: number): number[] {
  const { d, T, fits } = options;
  const sums = new Array<number>(fits).fill(0);
  for (let trial = 0; trial < trials; trial++) {
    const random = createRandom(11, trial);
    const X = Matrix.zeros(T, d);
    for (let i = 0; i < T; i++) for (let j = 0; j < d; j++) X.set(i, j, random.normal());
    const inverse = solve(X, Matrix.eye(T));
    const hat = X.mmul(inverse);
    let C = Matrix.eye(T);
    for (let fit = 1; fit <= fits; fit++) {
      sums[fit - 1] =
        (sums[fit - 1] ?? 0) + inverse.mmul(C).mmul(inverse.transpose()).trace() / errorUnit(options);
      const A = Matrix.eye(T);
      for (let i = 0; i < T; i++) if (taken(fit, i)) A.setRow(i, hat.getRow(i));
      C = A.mmul(C).mmul(A.transpose());
      for (let i = 0; i < T; i++) if (taken(fit, i)) C.set(i, i, C.get(i, i) + 1);
    }
  }
  return sums.map((sum) => sum / trials);
}

describe("linear regression through generations", () => {
  test("the error of the first fit is sigma^2 d / (T - d - 1), whatever the noise", () => {
    const { mean, standardError } = simulate(
      "replacement",
      { type: "all" },
      { ...options, fits: 2, sigma: 3, trials: 600 },
    );
    expect(errorUnit({ d: 20, T: 60, sigma: 3 })).toBeCloseTo((9 * 20) / 39, 12);
    expect(Math.abs((mean[0] ?? 0) - 1)).toBeLessThan(4 * (standardError[0] ?? 0));
    expect(standardError[0]).toBeLessThan(0.05);
  });

  test("replacement adds one unit a fit, additive edits of disjoint parts add one unit in all", () => {
    const replacement = simulate("replacement", { type: "all" }, options);
    for (const [i, error] of replacement.mean.entries()) {
      expect(Math.abs(error - (i + 1))).toBeLessThan(4 * (replacement.standardError[i] ?? 0));
    }
    const additive = simulate("additive", { type: "disjoint" }, options);
    expect(Math.abs(last(additive.mean) - 2)).toBeLessThan(4 * last(additive.standardError));
    expect(last(additive.standardError)).toBeLessThan(0.05);
  });

  test("the literal recursion agrees with its covariance, and exceeds the bound", () => {
    const falling = simulate("literal", { type: "falling", eta: 0.5 }, options);
    const { T } = options;
    const expected = literalByCovariance(
      (fit, place) => place >= T * (1 - 0.5 ** (fit - 1)) && place < T * (1 - 0.5 ** fit),
      60,
    );
    for (const [i, error] of falling.mean.entries()) {
      expect(Math.abs(error - (expected[i] ?? 0))).toBeLessThan(4 * (falling.standardError[i] ?? 0) + 0.1);
    }
    expect(last(falling.mean)).toBeGreaterThan(2.4);
    expect(last(falling.mean)).toBeLessThan(2.8);
    const constant = simulate("literal", { type: "constant", share: 0.125 }, options);
    expect(last(constant.mean)).toBeGreaterThan(2.45);
    expect(last(constant.mean)).toBeLessThan(2.9);
    // It is still growing.
    expect(last(constant.mean) - (constant.mean[7] ?? 0)).toBeGreaterThan(0.2);
  });

  test("says which recursion the bound covers", () => {
    const settings = { dimensions: 20, samples: 60, sigma: 1, fits: 10, trials: 150, eta: 0.5, share: 0.125 };
    const recursions = recursionsOf(settings, 0);
    expect(recursions.filter(({ boundCovers }) => boundCovers).map(({ recursion }) => recursion)).toEqual([
      "additive",
    ]);
    const additive = recursions.find(({ boundCovers }) => boundCovers);
    expect(additive?.withinBound).toBe(true);
    expect(additive?.closedForm?.[0]).toBe(1);
    expect(last(additive?.closedForm ?? [])).toBe(2);
    expect(
      recursions.filter(({ recursion }) => recursion === "literal").map(({ closedForm }) => closedForm),
    ).toEqual([null, null, null]);
  });

  test("the run gives the same figures for the same seed, and its report", async () => {
    const given = { task: "theory", trials: 20, fits: 3, dimensions: 4, samples: 12 };
    const [one, same, other] = [
      await runToEnd(toedit, given),
      await runToEnd(toedit, given),
      await runToEnd(toedit, given, { seed: 1 }),
    ];
    expect(same.output).toEqual(one.output);
    expect(other.output).not.toEqual(one.output);
    expect([...one.last.artifacts.keys()]).toEqual(["report.html", "theory.svg", "theory.csv"]);
    expect(
      toedit.input.safeParse({ task: "theory", dimensions: 20, samples: 21 }).error?.issues[0]?.path,
    ).toEqual(["samples"]);
  });
});
