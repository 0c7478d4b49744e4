import fc from "fast-check";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../../shared/lm/random.ts";
import { directionsOf, errorOf, factorsOf, rootOf, type Weight } from "../../../shared/methods/lpa/factor.ts";

const cases = fc.record({
  outputs: fc.integer({ min: 1, max: 9 }),
  inputs: fc.integer({ min: 1, max: 9 }),
  rank: fc.integer({ min: 1, max: 9 }),
  rows: fc.integer({ min: 1, max: 20 }),
  seed: fc.integer(),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** A weight, inputs with very different variances, and their second moments. */
function drawn({ outputs, inputs, rows, seed }: Case) {
  const random = createRandom(seed);
  const normal = () => random.normal();
  const values = Float32Array.from({ length: outputs * inputs }, normal);
  const scales = Array.from({ length: inputs }, () => 4 ** normal());
  const x = new Matrix(
    Array.from({ length: rows }, () => {
      const shared = normal();
      return scales.map((scale) => scale * (normal() + shared));
    }),
  );
  const moments = Float64Array.from(x.transpose().mmul(x).div(rows).to1DArray());
  const weight: Weight = { values, sides: [outputs, inputs] };
  return {
    weight,
    x,
    root: rootOf(moments, inputs),
    matrix: Matrix.from1DArray(outputs, inputs, [...values]),
  };
}

const squares = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0);
const close = (a: number, b: number, scale: number) =>
  expect(Math.abs(a - b)).toBeLessThan(1e-5 * scale + 1e-12);

/** Squared error of the outputs, summed over the rows of X: |X (W - W')^T|^2 / rows. */
function outputError(x: Matrix, missed: Matrix): number {
  return squares(x.mmul(missed.transpose()).to1DArray()) / x.rows;
}

describe("a truncated SVD", () => {
  test("errs by exactly the singular values that it discards: Eckart and Young", () => {
    fc.assert(
      fc.property(cases, (given) => {
        const { weight, root, matrix } = drawn(given);
        const error = errorOf(weight, factorsOf(weight, directionsOf(weight), given.rank), root);
        const values = new SingularValueDecomposition(matrix, { autoTranspose: true }).diagonal;
        const total = squares(values);
        close(error.weight, squares(values.slice(given.rank)), total);
        close(error.weightNorm, total, total);
      }),
    );
  });

  test("behind inputs errs by the discarded singular values of W A", () => {
    fc.assert(
      fc.property(cases, (given) => {
        const { weight, root, matrix, x } = drawn(given);
        const factors = factorsOf(weight, directionsOf(weight, root), given.rank);
        const error = errorOf(weight, factors, root);
        const values = new SingularValueDecomposition(x.mmul(matrix.transpose()), { autoTranspose: true })
          .diagonal;
        const total = squares(values) / x.rows;
        close(error.output, squares(values.slice(given.rank)) / x.rows, total);
        close(error.outputNorm, total, total);
      }),
    );
  });

  test("each kind errs least in its own measure, also against any other factors", () => {
    fc.assert(
      fc.property(cases, (given) => {
        const { weight, root, matrix, x } = drawn(given);
        const plain = errorOf(weight, factorsOf(weight, directionsOf(weight), given.rank), root);
        const aware = errorOf(weight, factorsOf(weight, directionsOf(weight, root), given.rank), root);
        expect(aware.output).toBeLessThanOrEqual(plain.output + 1e-5 * plain.outputNorm);
        expect(plain.weight).toBeLessThanOrEqual(aware.weight + 1e-5 * plain.weightNorm);
        const random = createRandom(given.seed, "other factors");
        const [outputs, inputs] = weight.sides;
        const other = new Matrix(
          Array.from({ length: outputs }, () => Array.from({ length: given.rank }, () => random.normal())),
        ).mmul(
          new Matrix(
            Array.from({ length: given.rank }, () => Array.from({ length: inputs }, () => random.normal())),
          ),
        );
        expect(aware.output).toBeLessThanOrEqual(
          outputError(x, Matrix.sub(matrix, other)) + 1e-5 * aware.outputNorm,
        );
      }),
    );
  });

  test("at full rank loses nothing, also in directions that the inputs never take", () => {
    fc.assert(
      fc.property(cases, (given) => {
        const { weight, root } = drawn(given);
        for (const directions of [directionsOf(weight), directionsOf(weight, root)]) {
          const error = errorOf(weight, factorsOf(weight, directions, 9), root);
          expect(error.output).toBeLessThan(1e-9 * error.outputNorm + 1e-12);
          expect(error.weight).toBeLessThan(1e-9 * error.weightNorm + 1e-12);
        }
      }),
    );
  });

  test("is plainly worse behind inputs of unequal variance, where the measure differs", () => {
    const given = { outputs: 8, inputs: 8, rank: 3, rows: 20, seed: 5 };
    const { weight, root } = drawn(given);
    const error = (directions: Matrix) => errorOf(weight, factorsOf(weight, directions, 3), root).output;
    expect(error(directionsOf(weight, root))).toBeLessThan(0.8 * error(directionsOf(weight)));
  });

  test("shares each direction's length evenly between the two maps", () => {
    const { weight } = drawn({ outputs: 6, inputs: 5, rank: 3, rows: 9, seed: 2 });
    const { down, up } = factorsOf(weight, directionsOf(weight), 3);
    for (let direction = 0; direction < 3; direction++) {
      const row = down.subarray(direction * 5, (direction + 1) * 5);
      const column = up.filter((_, at) => at % 3 === direction);
      expect(squares([...column])).toBeCloseTo(squares([...row]), 4);
    }
  });
});
