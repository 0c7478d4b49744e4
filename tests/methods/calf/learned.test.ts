import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../../shared/lm/random.ts";
import { crossFit } from "../../../shared/methods/calf/learned/cross-fitting.ts";
import {
  fitPreferences,
  probabilities,
  utilityOf,
} from "../../../shared/methods/calf/learned/preference-model.ts";
import { solvePositive } from "../../../shared/methods/calf/learned/solve-positive.ts";

const breathe = async () => {};

/** Judgements drawn from a model: features, and labels by its probabilities. */
function drawn(count: number, weights: readonly number[], cut: number) {
  const random = createRandom(3, "preferences", cut);
  const values = Float64Array.from({ length: count * weights.length }, () => random.normal());
  const features = { values, count: weights.length };
  const labels = Uint8Array.from({ length: count }, (_, row) => {
    const utility = weights.reduce((sum, w, at) => sum + w * (values[row * weights.length + at] ?? 0), 0);
    const [first, second] = probabilities(utility, cut);
    const u = random.uniform();
    return u < first ? 0 : u < first + second ? 1 : 2;
  });
  return { features, labels, rows: Array.from(labels, (_, row) => row) };
}

/** The penalised log-likelihood, written out. */
function likelihood(
  { features, labels, rows }: ReturnType<typeof drawn>,
  { weights, scales }: { weights: ArrayLike<number>; scales: ArrayLike<number> },
  cut: number,
): number {
  const { values, count } = features;
  let sum = 0;
  for (const row of rows) {
    let x = 0;
    for (let at = 0; at < count; at++)
      x += ((weights[at] ?? 0) * (values[row * count + at] ?? 0)) / (scales[at] ?? 1);
    const [first, second] = [1 / (1 + Math.exp(cut - x)), 1 / (1 + Math.exp(cut + x))];
    sum += Math.log([first, second, 1 - first - second][labels[row] ?? 0] ?? 0);
  }
  return sum - Array.from(weights).reduce((penalty, w) => penalty + w ** 2, 0) / 2;
}

describe("the preference model", () => {
  test("probabilities are those of Rao and Kupper, and change sides with the responses", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -8, max: 8, noNaN: true }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        (x, cut) => {
          const [first, second, same] = probabilities(x, cut);
          expect(first + second + same).toBeCloseTo(1, 12);
          // pi_1 / (pi_1 + theta pi_2), theta = exp(tau).
          expect(first).toBeCloseTo(Math.exp(x) / (Math.exp(x) + Math.exp(cut)), 10);
          const turned = probabilities(-x, cut);
          expect(turned[0]).toBeCloseTo(second, 12);
          expect(turned[1]).toBeCloseTo(first, 12);
          expect(turned[2]).toBeCloseTo(same, 12);
        },
      ),
    );
  });

  test.each([0, 0.8])("the fit is a maximum in every direction, with a cut of %f", (cut) => {
    const data = drawn(300, [1.5, -0.7, 0], cut);
    const model = fitPreferences(data.features, data.labels, data.rows);
    expect(model.cut > 0).toBe(cut > 0);
    const there = likelihood(data, model, model.cut);
    for (let at = 0; at < 4; at++) {
      if (at === 3 && cut === 0) continue;
      for (const step of [-1e-3, 1e-3]) {
        const weights = model.weights.map((w, own) => w + (own === at ? step : 0));
        const beside = likelihood(data, { ...model, weights }, model.cut + (at === 3 ? step : 0));
        expect(beside).toBeLessThan(there);
      }
    }
  });

  test("finds the model that the judgements were drawn from", () => {
    const { features, labels, rows } = drawn(6000, [1.5, -0.7, 0], 0.8);
    const { weights, scales, cut } = fitPreferences(features, labels, rows);
    const found = Array.from(weights, (w, at) => w / (scales[at] ?? 1));
    for (const [at, wanted] of [1.5, -0.7, 0].entries())
      expect(Math.abs((found[at] ?? 9) - wanted)).toBeLessThan(0.12);
    expect(Math.abs(cut - 0.8)).toBeLessThan(0.1);
  });

  test("turning all responses round turns no weight", () => {
    const { features, labels, rows } = drawn(200, [1, -1], 0.5);
    const turned = { ...features, values: features.values.map((value) => -value) };
    const swapped = labels.map((label) => (label === 2 ? 2 : 1 - label));
    const [one, other] = [fitPreferences(features, labels, rows), fitPreferences(turned, swapped, rows)];
    for (const [at, weight] of one.weights.entries()) expect(other.weights[at]).toBeCloseTo(weight, 8);
    expect(utilityOf(one, features, 0)).toBeCloseTo(-utilityOf(one, turned, 0), 12);
  });

  test("a linear system of a positive matrix is solved", () => {
    // A = L L' of L = [[2, 0, 0], [1, 3, 0], [-1, 2, 1]], of which the lower half is given.
    const lower = Float64Array.of(4, 0, 0, 2, 10, 0, -2, 5, 6);
    const x = [1, -2, 3];
    const full = [
      [4, 2, -2],
      [2, 10, 5],
      [-2, 5, 6],
    ];
    const b = Float64Array.from(full, (row) => row.reduce((sum, value, at) => sum + value * (x[at] ?? 0), 0));
    for (const [at, value] of solvePositive(lower, b).entries()) expect(value).toBeCloseTo(x[at] ?? 0, 12);
  });
});

describe("cross-fitting", () => {
  test("no judgement is by a model that was trained on its question", async () => {
    const { features, labels, rows } = drawn(120, [1, 0.5], 0.4);
    const questions = Int32Array.from(rows, (row) => Math.floor(row / 3));
    const data = { labels, questions, questionCount: 40, rows };
    const options = { folds: 4, seed: 2, breathe };
    const fitted = await crossFit(features, data, options);
    expect(fitted.models).toHaveLength(4);
    // Labels of a question that are turned round move the verdicts of other folds alone.
    const changed = labels.map((label, row) => (questions[row] === 7 ? (label + 1) % 3 : label));
    const other = await crossFit(features, { ...data, labels: changed }, options);
    for (const row of rows.filter((one) => questions[one] === 7)) {
      expect(other.utilities[row]).toBe(fitted.utilities[row]);
    }
    expect(other.utilities).not.toEqual(fitted.utilities);
  });
});
