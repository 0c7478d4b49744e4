import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decomposeCholesky,
  invertCholesky,
  isDependent,
  quadraticForm,
  solveCholesky,
} from "../../shared/statistics/cholesky.ts";
import { type Dense, denseOf, product, transpose, zeros } from "../../shared/statistics/dense.ts";
import { symmetricEigen } from "../../shared/statistics/eigen.ts";
import {
  applyQTransposed,
  coefficientsOf,
  decomposeQr,
  orthogonalOf,
  upperOf,
} from "../../shared/statistics/qr.ts";
import { thinSvd } from "../../shared/statistics/svd.ts";

const sides = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }));
const matrices: fc.Arbitrary<Dense> = sides.chain(([rows, columns]) =>
  fc
    .array(fc.integer({ min: -4, max: 4 }), { minLength: rows * columns, maxLength: rows * columns })
    .map((values) => ({ rows, columns, values: Float64Array.from(values) })),
);

const columnsOf = (matrix: Dense, order: ArrayLike<number>): Dense => {
  const made = zeros(matrix.rows, order.length);
  for (let row = 0; row < matrix.rows; row++) {
    for (let at = 0; at < order.length; at++) {
      made.values[row * order.length + at] = matrix.values[row * matrix.columns + (order[at] ?? 0)] ?? 0;
    }
  }
  return made;
};
const diagonal = (values: ArrayLike<number>): Dense => {
  const made = zeros(values.length, values.length);
  for (let at = 0; at < values.length; at++) made.values[at * (values.length + 1)] = values[at] ?? 0;
  return made;
};
const identity = (n: number) => diagonal(new Float64Array(n).fill(1));

function expectNear(made: Dense, wanted: Dense, within = 1e-10) {
  expect([made.rows, made.columns]).toEqual([wanted.rows, wanted.columns]);
  const far = made.values.map((value, at) => Math.abs(value - (wanted.values[at] ?? Number.NaN)));
  expect(Math.max(0, ...far)).toBeLessThan(within);
}

describe("QR", () => {
  test("Q R is the matrix, its columns in the order of the pivot, and Q is orthogonal", () => {
    fc.assert(
      fc.property(matrices, fc.constantFrom(0, 1e-7), (matrix, tolerance) => {
        const qr = decomposeQr(matrix, tolerance);
        const q = orthogonalOf(qr);
        expectNear(product(q, upperOf(qr)), columnsOf(matrix, qr.pivot));
        expectNear(product(transpose(q), q), identity(q.columns));
      }),
    );
  });

  test("Q^T y by reflections is Q^T y by the matrix", () => {
    fc.assert(
      fc.property(matrices, (matrix) => {
        const qr = decomposeQr(matrix);
        const y = Float64Array.from({ length: matrix.rows }, (_, at) => Math.sin(at + 1));
        const q = orthogonalOf(qr);
        const wanted = product(transpose(q), { rows: y.length, columns: 1, values: y.slice() });
        applyQTransposed(qr, y);
        expectNear(
          { rows: qr.rank, columns: 1, values: y.slice(0, qr.rank) },
          { rows: qr.rank, columns: 1, values: wanted.values.slice(0, qr.rank) },
        );
      }),
    );
  });

  test("the rank is the number of singular values, and the first of dependent columns stays", () => {
    fc.assert(
      fc.property(matrices, (matrix) => {
        const { values } = thinSvd(matrix);
        const rank = values.filter((value) => value > 1e-9 * (values[0] ?? 0)).length;
        expect(decomposeQr(matrix).rank).toBe(rank);
      }),
    );
    const dependent = denseOf([
      [1, 1, 0, 1],
      [1, 1, 0, 2],
      [1, 0, 1, 3],
      [1, 0, 1, 5],
    ]);
    const { rank, pivot } = decomposeQr(dependent);
    expect(rank).toBe(3);
    expect([...pivot]).toEqual([0, 1, 3, 2]);
  });
});

test("least squares: the residuals are orthogonal to every independent column", () => {
  fc.assert(
    fc.property(matrices, (matrix) => {
      const y = Float64Array.from({ length: matrix.rows }, (_, at) => Math.cos(3 * at));
      const qr = decomposeQr(matrix);
      const effects = y.slice();
      applyQTransposed(qr, effects);
      const coefficients = coefficientsOf(qr, effects);
      expect(coefficients.filter(Number.isNaN)).toHaveLength(matrix.columns - qr.rank);
      const known = coefficients.map((value) => (Number.isNaN(value) ? 0 : value));
      const fitted = product(matrix, { rows: matrix.columns, columns: 1, values: known });
      const residuals = {
        rows: y.length,
        columns: 1,
        values: y.map((value, at) => value - (fitted.values[at] ?? 0)),
      };
      expectNear(product(transpose(matrix), residuals), zeros(matrix.columns, 1), 1e-8);
    }),
  );
});

describe("Cholesky", () => {
  test("solves, inverts and measures as the matrix does", () => {
    fc.assert(
      fc.property(matrices, (matrix) => {
        const symmetric = product(transpose(matrix), matrix);
        for (let at = 0; at < symmetric.rows; at++) {
          const place = at * (symmetric.rows + 1);
          symmetric.values[place] = 1 + (symmetric.values[place] ?? 0);
        }
        const cholesky = decomposeCholesky(symmetric);
        const b = Float64Array.from({ length: symmetric.rows }, (_, at) => at - 1.5);
        const x = solveCholesky(cholesky, b);
        const column = (values: Float64Array) => ({ rows: values.length, columns: 1, values });
        expectNear(product(symmetric, column(x)), column(b), 1e-8);
        expectNear(product(invertCholesky(cholesky), symmetric), identity(symmetric.rows), 1e-8);
        expect(quadraticForm(cholesky, b)).toBeCloseTo(
          x.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0),
          8,
        );
        expect(cholesky.rank).toBe(symmetric.rows);
      }),
    );
  });

  test("leaves dependent rows at 0, and takes for dependent what is nothing beside the scale", () => {
    const dependent = denseOf([
      [4, 2, 0],
      [2, 1, 0],
      [0, 0, 1e-15],
    ]);
    const cholesky = decomposeCholesky(dependent, 1e-12, 1);
    expect([0, 1, 2].map((row) => isDependent(cholesky, row))).toEqual([false, true, true]);
    expect([...solveCholesky(cholesky, [8, 4, 1])]).toEqual([2, 0, 0]);
    expect(decomposeCholesky(denseOf([[1e-15]])).rank).toBe(1);
  });
});

describe("eigenvalues", () => {
  test("of the correlations of USArrests", () => {
    // Lower triangle of cor(USArrests) in R 4.2.2: Murder, Assault, UrbanPop, Rape.
    const [a, b, c, d, e, f] = [
      0.8018733117249404, 0.06957262173599343, 0.5635788329577193, 0.25887170195299936, 0.6652412297004081,
      0.4113412356240993,
    ];
    const { values } = symmetricEigen(
      denseOf([
        [1, a, b, c],
        [a, 1, d, e],
        [b, d, 1, f],
        [c, e, f, 1],
      ]),
    );
    const wanted = [2.4802415791, 0.9897651525, 0.3565631806, 0.1734300877];
    for (const [at, value] of wanted.entries()) expect(values[at]).toBeCloseTo(value, 9);
  });

  test("V L V^T is the matrix, V orthogonal, values fall, signs are fixed", () => {
    fc.assert(
      fc.property(matrices, (matrix) => {
        const symmetric = product(transpose(matrix), matrix);
        const { values, vectors } = symmetricEigen(symmetric);
        expectNear(product(product(vectors, diagonal(values)), transpose(vectors)), symmetric, 1e-9);
        expectNear(product(transpose(vectors), vectors), identity(matrix.columns));
        expect([...values]).toEqual([...values].sort((x, y) => y - x));
      }),
    );
  });

  test("not of a matrix that is not square, or not finite", () => {
    expect(() => symmetricEigen(zeros(2, 3))).toThrow(/not square/);
    expect(() =>
      symmetricEigen(
        denseOf([
          [1, Number.NaN],
          [0, 1],
        ]),
      ),
    ).toThrow(/NaN in row 0, column 1/);
  });
});

test("U S V^T is the matrix, with orthonormal sides and values that fall, long or wide", () => {
  fc.assert(
    fc.property(matrices, (matrix) => {
      const { u, values, v } = thinSvd(matrix);
      expect(values.length).toBe(Math.min(matrix.rows, matrix.columns));
      expectNear(product(product(u, diagonal(values)), transpose(v)), matrix);
      const rank = values.filter((value) => value > 1e-9 * (values[0] ?? 0)).length;
      const order = Array.from({ length: rank }, (_, at) => at);
      for (const side of [columnsOf(u, order), columnsOf(v, order)]) {
        expectNear(product(transpose(side), side), identity(rank));
      }
      expect([...values]).toEqual([...values].sort((x, y) => y - x));
    }),
  );
});
