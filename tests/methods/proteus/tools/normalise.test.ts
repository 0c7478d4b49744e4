import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { columnOf, indexes, type Matrix, present } from "../../../../shared/methods/proteus/matrix.ts";
import { columnMedians, withinGroupSd } from "../../../../shared/methods/proteus/spread.ts";
import {
  centreMedians,
  normalisationNote,
  normaliseQuantiles,
} from "../../../../shared/methods/proteus/tools/normalise.ts";
import { hyperbolicArcsines, logarithms } from "../../../../shared/methods/proteus/tools/transform.ts";
import { matrixOfRows, randomMatrix, rowsOf, seeds, studyOf } from "../matrices.ts";

/** A matrix of its columns. */
function ofColumns(columns: readonly (readonly (number | null)[])[]): Matrix {
  return matrixOfRows(
    indexes(columns[0]?.length ?? 0).map((row) => columns.map((column) => column[row] ?? null)),
  );
}
const columnsOf = (matrix: Matrix) => matrix.columns.map((_, column) => [...columnOf(matrix, column)]);

describe("transformations", () => {
  test("logarithms, a zero has none", () => {
    const { matrix, note } = logarithms(
      matrixOfRows([
        [1, 0, null],
        [8, 0.5, 1024],
      ]),
    );
    expect(rowsOf(matrix)).toEqual([
      [0, null, null],
      [3, -1, 10],
    ]);
    expect(note.text).toBe("Intensities became logarithms to base 2. 1 zero became missing values.");
  });

  test("a number below 0 is refused, with its place", () => {
    expect(() =>
      logarithms(
        matrixOfRows([
          [1, 2],
          [3, -4],
        ]),
      ),
    ).toThrow("P1 in S1 is -4: no intensity is negative");
  });

  test("arcsinh, whose inverse is sinh", () => {
    const matrix = matrixOfRows([[0, -3, 5, 12_000, null]]);
    const [row = []] = rowsOf(hyperbolicArcsines(matrix).matrix);
    expect(row.map((value) => (value === null ? null : 5 * Math.sinh(value)))).toEqual(
      [0, -3, 5, 12_000, null].map((value) => (value === null ? null : expect.closeTo(value, 8))),
    );
    expect(() => hyperbolicArcsines(matrix, 0)).toThrow(RangeError);
  });
});

describe("quantile normalisation", () => {
  test("is Bolstad's example, ties at their mean rank", () => {
    const normalised = normaliseQuantiles(
      ofColumns([
        [5, 2, 3, 4],
        [4, 1, 4, 2],
        [3, 4, 6, 8],
      ]),
    );
    const third = 17 / 3;
    expect(columnsOf(normalised)).toEqual(
      [
        [third, 2, 3, 14 / 3],
        [(14 / 3 + third) / 2, 2, (14 / 3 + third) / 2, 3],
        [2, 3, 14 / 3, third],
      ].map((column) => column.map((value) => expect.closeTo(value, 12))),
    );
  });

  test("with missing values is what limma 3.54 gives", () => {
    const normalised = normaliseQuantiles(
      ofColumns([
        [5, 2, 3, null, 4, 7],
        [4, 1, 4, 2, null, null],
        [3, 4, 6, 8, 8, 1],
      ]),
    );
    const expected = [
      [5.51666666666667, 1.33333333333333, 2.68333333333333, Number.NaN, 4, 6.33333333333333],
      [5.88888888888889, 1.33333333333333, 5.88888888888889, 3.04444444444444, Number.NaN, Number.NaN],
      [
        2.46666666666667, 3.33333333333333, 4.66666666666667, 6.06666666666667, 6.06666666666667,
        1.33333333333333,
      ],
    ];
    expect(columnsOf(normalised)).toEqual(
      expected.map((column) =>
        column.map((value) => (Number.isNaN(value) ? value : expect.closeTo(value, 12))),
      ),
    );
  });

  test("gives complete samples one distribution, and keeps each one's order", () => {
    fc.assert(
      fc.property(
        seeds,
        fc.integer({ min: 2, max: 30 }),
        fc.integer({ min: 2, max: 6 }),
        (seed, rows, columns) => {
          const before = randomMatrix(seed, rows, columns);
          const after = columnsOf(normaliseQuantiles(before));
          const [first = []] = after.map((column) => column.toSorted((a, b) => a - b));
          for (const [at, column] of after.entries()) {
            for (const [rank, value] of column.toSorted((a, b) => a - b).entries())
              expect(value).toBeCloseTo(first[rank] ?? 0, 12);
            const order = (values: readonly number[]) =>
              indexes(rows).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
            expect(order(column)).toEqual(order([...columnOf(before, at)]));
          }
        },
      ),
    );
  });

  test("leaves missing values missing, and a sample without any value alone", () => {
    const normalised = normaliseQuantiles(
      ofColumns([
        [1, null, 3],
        [null, null, null],
        [2, 4, 9],
      ]),
    );
    expect(columnsOf(normalised)[1]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(rowsOf(normalised)[1]?.[0]).toBeNull();
    expect(rowsOf(normalised)[0]?.[0]).toBeCloseTo(1.5, 12);
  });
});

describe("centring medians", () => {
  test("gives all samples one median, moves each as a whole, and keeps the level", () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0, max: 0.5, noNaN: true }), (seed, missing) => {
        const before = randomMatrix(seed, 15, 4, missing);
        const [medians, moved] = [columnMedians(before), columnMedians(centreMedians(before))];
        fc.pre(!medians.some(Number.isNaN));
        const level = medians.reduce((sum, one) => sum + one / medians.length, 0);
        for (const median of moved) expect(median).toBeCloseTo(level, 10);
        const by = columnsOf(centreMedians(before)).map((column, at) =>
          present(Float64Array.from(column, (value, row) => value - (columnOf(before, at)[row] ?? 0))),
        );
        for (const shifts of by) for (const shift of shifts) expect(shift).toBeCloseTo(shifts[0] ?? 0, 10);
      }),
    );
  });

  test("says what it changed: the samples' medians, and the spread within groups", () => {
    const before = randomMatrix(5, 200, 6);
    const shifted = { ...before, values: before.values.map((value, at) => value + (at % 6)) };
    const groups = studyOf(before, ["a", "a", "a", "b", "b", "b"]).sheet.groups;
    const note = normalisationNote("Median", shifted, centreMedians(shifted), groups);
    expect(note.figures).toMatchObject({
      mediansAfter: expect.closeTo(0, 10),
      withinBefore: withinGroupSd(shifted, groups),
    });
    expect(note.figures.mediansBefore).toBeGreaterThan(1.5);
    expect(note.text).toMatch(/went from 1\.\d+ to .*spread within groups went from/);
    expect(normalisationNote("Median", before, before, groups).text).toMatch(/stayed as it was/);
  });
});
