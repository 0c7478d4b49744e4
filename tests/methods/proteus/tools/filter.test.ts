import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  dropFlagged,
  dropSparse,
  type MeasuredRule,
} from "../../../../shared/methods/proteus/tools/filter.ts";
import { matrixOfRows, randomMatrix, seeds, studyOf } from "../matrices.ts";

describe("what a search engine marks", () => {
  const matrix = {
    ...matrixOfRows([[1], [2], [3], [4], [5], [6], [7]]),
    rows: ["a", "b", "CON__c;d", "REV__e", "f", "g", "h"],
  };
  const annotations = {
    "Potential.contaminant": ["+", "", "+", "", "", "", ""],
    Reverse: ["", "+", "", "+", "", "", ""],
    "Only identified by site": ["+", "", "", "", "+", "", ""],
  };

  test("is taken out, by its column or its id, each for its first reason", () => {
    const { study, removed, note } = dropFlagged(studyOf(matrix, undefined, [], annotations));
    expect(study.matrix.rows).toEqual(["g", "h"]);
    expect(study.annotations.get("Reverse")).toEqual(["", ""]);
    expect(removed).toEqual(["a", "b", "CON__c;d", "REV__e", "f"]);
    expect(note).toEqual({
      text: "5 of 7 proteins taken out: 2 contaminants, 2 reversed sequences, 1 identified by a modified site only.",
      figures: { proteinsBefore: 7, proteinsAfter: 2, removed: 5 },
    });
  });

  test("is known by ids alone, and where nothing is marked that is said", () => {
    const byId = dropFlagged(studyOf(matrix));
    expect(byId.removed).toEqual(["CON__c;d", "REV__e"]);
    expect(dropFlagged(byId.study).note.text).toMatch(/marks no contaminants/);
  });
});

describe("proteins that were measured too seldom", () => {
  const matrix = matrixOfRows([
    [1, 2, null, null],
    [1, null, 3, null],
    [null, null, null, null],
    [1, 2, 3, 4],
    [null, null, null, 4],
  ]);
  const study = studyOf(matrix, ["a", "a", "b", "b"]);
  test.each<[MeasuredRule, string[]]>([
    [{ least: { count: 2 }, where: "any group" }, ["P0", "P3"]],
    [{ least: { count: 1 }, where: "every group" }, ["P1", "P3"]],
    [{ least: { share: 1 }, where: "all samples" }, ["P3"]],
    [{ least: { share: 0.5 }, where: "all samples" }, ["P0", "P1", "P3"]],
    [{ least: { share: 0.25 }, where: "all samples" }, ["P0", "P1", "P3", "P4"]],
    [{ least: { count: 9 }, where: "any group" }, ["P0", "P3"]],
  ])("%j", (rule, kept) => {
    expect(dropSparse(study, rule).study.matrix.rows).toEqual(kept);
  });

  test("are told with the rule; no value at all is no rule", () => {
    expect(dropSparse(study, { least: { share: 1 }, where: "all samples" }).note.text).toBe(
      "4 of 5 proteins taken out: fewer than 100% of the values in all samples together.",
    );
    expect(dropSparse(study, { least: { count: 1 }, where: "every group" }).note.text).toBe(
      "3 of 5 proteins taken out: fewer than 1 value in every group.",
    );
    expect(() => dropSparse(study, { least: { count: 0 }, where: "any group" })).toThrow(RangeError);
  });
});

test("filtering twice is filtering once", () => {
  const rules = fc.record({
    least: fc.constantFrom({ share: 0.3 }, { share: 0.5 }, { count: 1 }, { count: 2 }, { count: 3 }),
    where: fc.constantFrom<MeasuredRule["where"]>("any group", "every group", "all samples"),
  });
  fc.assert(
    fc.property(seeds, rules, fc.double({ min: 0, max: 0.95, noNaN: true }), (seed, rule, missing) => {
      const study = studyOf(randomMatrix(seed, 20, 6, missing), ["a", "a", "b", "b", "b", "c"]);
      const once = dropSparse(study, rule);
      const twice = dropSparse(once.study, rule);
      expect(twice.study).toEqual(once.study);
      expect(twice.removed).toEqual([]);
      expect(new Set([...once.study.matrix.rows, ...once.removed])).toEqual(new Set(study.matrix.rows));
    }),
  );
});
