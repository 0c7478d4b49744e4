import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { columnOf, type Matrix, rowOf } from "../../../../shared/methods/proteus/matrix.ts";
import { deviation, meanOf } from "../../../../shared/methods/proteus/spread.ts";
import {
  imputeDownshifted,
  imputeFromNeighbours,
  imputeMinimal,
} from "../../../../shared/methods/proteus/tools/impute.ts";
import { median, quantiles } from "../../../../shared/statistics/quantile.ts";
import { matrixOfRows, randomMatrix, rowsOf, seeds } from "../matrices.ts";

const methods = {
  imputeDownshifted,
  imputeMinimal,
  imputeFromNeighbours: (matrix: Matrix) => imputeFromNeighbours(matrix, 3),
};

describe.each(Object.entries(methods))("%s", (_, impute) => {
  test("fills every missing number and touches no other", () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0.01, max: 0.4, noNaN: true }), (seed, missing) => {
        const before = randomMatrix(seed, 25, 6, missing);
        const { matrix, mask, note } = impute(before);
        for (const [at, value] of before.values.entries()) {
          expect(mask[at]).toBe(Number.isNaN(value) ? 1 : 0);
          if (Number.isNaN(value)) expect(matrix.values[at]).toSatisfy(Number.isFinite);
          else expect(matrix.values[at]).toBe(value);
        }
        expect(note.figures.imputed).toBe(mask.reduce((sum, one) => sum + one, 0));
      }),
      { numRuns: 30 },
    );
  });

  test("leaves a complete matrix as it is, and says so", () => {
    const complete = randomMatrix(1, 10, 4);
    expect(impute(complete)).toMatchObject({
      matrix: complete,
      note: { text: expect.stringMatching(/^No value is missing/) },
    });
  });
});

describe("draws from below", () => {
  const before = randomMatrix(2, 20_000, 2, 0.4);
  const put = (matrix: Matrix, mask: Uint8Array, column: number) =>
    columnOf(matrix, column).filter((_, row) => mask[row * 2 + column] === 1);

  test("have the mean and spread that each sample's values ask for", () => {
    const { matrix, mask } = imputeDownshifted(before, { seed: 4 });
    for (const column of [0, 1]) {
      const [values, drawn] = [columnOf(before, column), put(matrix, mask, column)];
      const sd = deviation(values);
      expect(drawn.length).toBeGreaterThan(7000);
      // Five standard errors.
      expect(Math.abs(meanOf(drawn) - (median(values) - 1.8 * sd))).toBeLessThan(
        (5 * 0.3 * sd) / Math.sqrt(drawn.length),
      );
      expect(deviation(drawn)).toBeCloseTo(0.3 * sd, 1);
    }
  });

  test("or stand around each sample's smallest values", () => {
    const wide = randomMatrix(3, 4000, 6, 0.3);
    const { matrix, mask, note } = imputeMinimal(wide, { seed: 4, quantile: 0.02 });
    const sds = wide.rows.flatMap((_, row) => {
      const values = rowOf(wide, row).filter((value) => !Number.isNaN(value));
      return values.length > 3 ? [deviation(values)] : [];
    });
    expect(note.figures.sd).toBeCloseTo(median(sds), 12);
    const drawn = columnOf(matrix, 1).filter((_, row) => mask[row * 6 + 1] === 1);
    const low = quantiles(columnOf(wide, 1), [0.02])[0] ?? 0;
    expect(Math.abs(meanOf(drawn) - low)).toBeLessThan((5 * median(sds)) / Math.sqrt(drawn.length));
  });

  test("are the same with the same seed, and a sample's own whatever else is there", () => {
    const two = imputeDownshifted(before, { seed: 4 });
    expect(imputeDownshifted(before, { seed: 4 }).matrix.values).toEqual(two.matrix.values);
    expect(imputeDownshifted(before, { seed: 5 }).matrix.values).not.toEqual(two.matrix.values);
    const alone: Matrix = { rows: before.rows, columns: ["S1"], values: columnOf(before, 1) };
    expect(imputeDownshifted(alone, { seed: 4 }).matrix.values).toEqual(columnOf(two.matrix, 1));
  });

  test("need values to go by", () => {
    expect(() =>
      imputeDownshifted(
        matrixOfRows([
          [1, null],
          [2, 7],
        ]),
      ),
    ).toThrow("S1 has too few values");
    expect(() =>
      imputeMinimal(
        matrixOfRows([
          [1, null],
          [null, 7],
        ]),
      ),
    ).toThrow(/more than half/);
  });
});

describe("neighbours", () => {
  test("are those that are nearest over common samples, where they have a value there", () => {
    const matrix = matrixOfRows([
      [1, 2, null, 4],
      [1, 2, 3, 4],
      [1.1, 2, 5, 4],
      [9, 9, 100, 9],
      [1, 2, null, 4],
    ]);
    // The two nearest are rows 1 and 4, of which row 4 misses the value too.
    expect(rowsOf(imputeFromNeighbours(matrix, 2).matrix)[0]).toEqual([1, 2, 3, 4]);
    expect(rowsOf(imputeFromNeighbours(matrix, 3).matrix)[0]).toEqual([1, 2, 4, 4]);
    // The nearest, row 0, misses it: the sample's mean.
    expect(rowsOf(imputeFromNeighbours(matrix, 1).matrix)[4]).toEqual([1, 2, 36, 4]);
  });

  test("are found as by looking at all of them", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 6 }), (seed, k) => {
        const matrix = randomMatrix(seed, 18, 5, 0.15);
        const imputed = imputeFromNeighbours(matrix, k).matrix;
        for (let row = 0; row < 18; row++) {
          const own = [...rowOf(matrix, row)];
          if (own.filter(Number.isNaN).length > 2.5) continue;
          for (let column = 0; column < 5; column++) {
            if (!Number.isNaN(own[column] ?? 0)) continue;
            const others = matrix.rows.flatMap((_, other) => {
              const values = [...rowOf(matrix, other)];
              const squares = own
                .map((value, i) => (value - (values[i] ?? 0)) ** 2)
                .filter((one) => !Number.isNaN(one));
              const value = values[column] ?? Number.NaN;
              if (other === row || squares.length === 0) return [];
              return [{ value, distance: squares.reduce((sum, one) => sum + one, 0) / squares.length }];
            });
            const near = others.sort((a, b) => a.distance - b.distance).slice(0, k);
            const there = near.map(({ value }) => value).filter((value) => !Number.isNaN(value));
            if (there.length === 0) continue;
            const mean = there.reduce((sum, value) => sum + value, 0) / there.length;
            expect(imputed.values[row * 5 + column]).toBeCloseTo(mean, 10);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test("a protein that is missing too often gets the sample's mean, and that is said", () => {
    const { matrix, note } = imputeFromNeighbours(
      matrixOfRows([
        [1, null, null],
        [3, 4, 6],
        [5, 8, 9],
      ]),
      1,
    );
    expect(rowsOf(matrix)[0]).toEqual([1, 6, 7.5]);
    expect(note.text).toMatch(/2 values of proteins that are missing too often as the sample's mean/);
  });
});
