import { describe, expect, test } from "vitest";
import { createRandom } from "../../../../shared/lm/random.ts";
import { pearson } from "../../../../shared/methods/proteus/association.ts";
import { type Matrix, rowOf } from "../../../../shared/methods/proteus/matrix.ts";
import { minimise } from "../../../../shared/methods/proteus/minimise.ts";
import { meanRanks } from "../../../../shared/methods/proteus/ranks.ts";
import { deviation, meanOf } from "../../../../shared/methods/proteus/spread.ts";
import {
  negativeLogLikelihood,
  stabiliseVariance,
} from "../../../../shared/methods/proteus/tools/stabilise.ts";
import { randomMatrix } from "../matrices.ts";

/** Intensities of the model: offset + gain x (signal x lognormal noise) + normal noise. */
function intensities(
  rows: number,
  { offsets, gains }: { offsets: number[]; gains: number[] },
  changed = 0,
): Matrix {
  const random = createRandom(3, "intensities");
  const values = new Float64Array(rows * gains.length);
  for (let row = 0; row < rows; row++) {
    const signal = 2 ** (4 + 10 * random.uniform());
    for (const [j, gain] of gains.entries()) {
      const up = row < changed && j % 2 === 1 ? 8 : 1;
      const measured = signal * up * Math.exp(0.1 * random.normal()) + 20 * random.normal();
      values[row * gains.length + j] = (offsets[j] ?? 0) + gain * measured;
    }
  }
  return { ...randomMatrix(0, rows, gains.length), values };
}

describe("variance stabilisation", () => {
  const design = { offsets: [50, 80, 20, 0], gains: [1, 2, 0.5, 1.3] };

  test("finds gains and offsets again, also where one protein in seven changes", () => {
    for (const changed of [0, 150]) {
      const { offsets, logScales } = stabiliseVariance(intensities(1000, design, changed));
      for (const [j, gain] of design.gains.entries()) {
        expect(Math.exp((logScales[0] ?? 0) - (logScales[j] ?? 0))).toBeCloseTo(
          gain,
          changed === 0 ? 1 : 0.7,
        );
        // The zero of arcsinh is where the signal is 0, at the offset of each sample.
        const zero = -(offsets[j] ?? 0) / Math.exp(logScales[j] ?? 0);
        const zeroOfFirst = -(offsets[0] ?? 0) / Math.exp(logScales[0] ?? 0);
        expect((zero - (design.offsets[j] ?? 0)) / gain).toBeCloseTo(zeroOfFirst - 50, -1);
      }
    }
  });

  test("makes the variance independent of the mean, which logarithms do not", () => {
    const raw = intensities(1000, design);
    const dependence = (matrix: Matrix) => {
      const [means, sds] = [meanOf, deviation].map((of) =>
        Float64Array.from(matrix.rows, (_, row) => of(rowOf(matrix, row))),
      );
      return pearson(meanRanks(means ?? new Float64Array()), meanRanks(sds ?? new Float64Array())).r;
    };
    const logs = { ...raw, values: raw.values.map((value) => (value > 0 ? Math.log2(value) : Number.NaN)) };
    expect(Math.abs(dependence(stabiliseVariance(raw).matrix))).toBeLessThan(0.1);
    expect(Math.abs(dependence(logs))).toBeGreaterThan(0.2);
  });

  test("large values are like logarithms to base 2, missing ones stay missing", () => {
    const raw = intensities(500, { offsets: [0, 0, 0], gains: [1, 1, 1] });
    raw.values[4] = Number.NaN;
    const { matrix } = stabiliseVariance(raw);
    expect(matrix.values[4]).toBeNaN();
    const large = [...raw.values.keys()].filter((at) => (raw.values[at] ?? 0) > 5000);
    expect(large.length).toBeGreaterThan(20);
    for (const at of large)
      expect(Math.abs((matrix.values[at] ?? 0) - Math.log2(raw.values[at] ?? 0))).toBeLessThan(0.15);
  });

  test("the gradient of its likelihood is that of finite differences", () => {
    const matrix = intensities(30, design);
    matrix.values[7] = Number.NaN;
    const objective = negativeLogLikelihood({ ...matrix, values: matrix.values.map((value) => value / 500) });
    const random = createRandom(1, "place");
    const x = Float64Array.from({ length: 8 }, () => 0.5 * random.normal());
    const gradient = new Float64Array(8);
    objective(x, gradient);
    for (let k = 0; k < 8; k++) {
      const at = (by: number) =>
        objective(
          x.map((one, i) => (i === k ? one + by : one)),
          new Float64Array(8),
        );
      expect((at(1e-5) - at(-1e-5)) / 2e-5).toBeCloseTo(gradient[k] ?? 0, 5);
    }
  });

  test("a sample that does not vary is refused by its name", () => {
    const matrix = intensities(10, { offsets: [0, 5], gains: [1, 0] });
    expect(() => stabiliseVariance(matrix)).toThrow("S1 has no two different values");
  });
});

test("minimising finds the minimum of Rosenbrock's valley in ten dimensions", () => {
  const valley = (x: Float64Array, gradient: Float64Array) => {
    gradient.fill(0);
    let value = 0;
    for (let i = 0; i + 1 < x.length; i++) {
      const [a, b] = [x[i] ?? 0, x[i + 1] ?? 0];
      value += 100 * (b - a * a) ** 2 + (1 - a) ** 2;
      gradient[i] = (gradient[i] ?? 0) - 400 * a * (b - a * a) - 2 * (1 - a);
      gradient[i + 1] = (gradient[i + 1] ?? 0) + 200 * (b - a * a);
    }
    return value;
  };
  const found = minimise(valley, new Float64Array(10).fill(-1), { steps: 1000, tolerance: 1e-10 });
  expect(found.converged).toBe(true);
  for (const one of found.x) expect(one).toBeCloseTo(1, 6);
});
