import { describe, expect, test } from "vitest";
import { columnOf, transposed } from "../../../../shared/methods/proteus/matrix.ts";
import { factorOf } from "../../../../shared/methods/proteus/sample-sheet.ts";
import { removeEffects } from "../../../../shared/methods/proteus/tools/remove-effects.ts";
import { matrixOfRows } from "../matrices.ts";

const matrix = transposed(
  matrixOfRows([
    [1, 2, 4, 3],
    [5, 9, 2, 8],
    [7, null, 1, 6],
    [2, 3, 3, 9],
    [4, 8, 5, 1],
    [6, 1, 7, 2],
    [9, 9, 2, 3],
    [8, 4, 4, 5],
  ]),
);
const batch = factorOf("batch", ["p", "q", "r", "p", "q", "r", "p", "q"]);
const age = { kind: "measurement", name: "age", values: Float64Array.of(1, 4, 2, 8, 5, 7, 3, 9) } as const;
const groups = factorOf("group", ["a", "a", "b", "b", "a", "a", "b", "b"]);

describe("taking out effects", () => {
  test("is limma's removeBatchEffect, with and without groups, also where a value is missing", () => {
    const both = removeEffects(matrix, { groups, covariates: [batch, age] });
    const first = [2.465277777777778, 0.627670940170942, 5.589368386243386, 3.17104828042328];
    const third = [5.46527777777778, Number.NaN, 1.83143187830688, 6.76231812169312];
    const close = (values: number[]) =>
      values.map((value) => (Number.isNaN(value) ? value : expect.closeTo(value, 12)));
    expect([...columnOf(both.matrix, 0)]).toEqual(close(first));
    expect([...columnOf(both.matrix, 2)]).toEqual(close(third));
    expect(both.note.text).toMatch(
      /^The effects of batch, age were taken out: the median spread within groups went from/,
    );
    const alone = removeEffects(matrix, { covariates: [batch] });
    expect([...columnOf(alone.matrix, 7)]).toEqual(
      close([7.72222222222222, 1.22222222222222, 3.88888888888889, 4.88888888888889]),
    );
  });

  test("keeps a protein whose effects are not determined, and says so", () => {
    const sparse = { ...matrix, values: matrix.values.slice() };
    for (const sample of [0, 3, 6]) sparse.values[sample] = Number.NaN;
    const { matrix: after, note } = removeEffects(sparse, { covariates: [batch] });
    expect([...after.values.slice(0, 8)]).toEqual([...sparse.values.slice(0, 8)]);
    expect(note.text).toMatch(/1 protein with too few values is as before\.$/);
  });

  test("refuses what is unknown, and what cannot be told from the groups", () => {
    const holes = factorOf("batch", ["p", "q", "", "p", "q", "", "p", "q"]);
    expect(() => removeEffects(matrix, { covariates: [holes] })).toThrow("batch is not known for P2, P5");
    const same = factorOf(
      "batch",
      groups.values.map((group) => (group === "a" ? "x" : "y")),
    );
    expect(() => removeEffects(matrix, { groups, covariates: [same] })).toThrow(RangeError);
  });
});
