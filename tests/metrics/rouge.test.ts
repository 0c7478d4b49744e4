import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { corpusScore, sentenceScore } from "../../shared/metrics/corpus.ts";
import type { Measure } from "../../shared/metrics/metric.ts";
import { type RougeKind, rouge } from "../../shared/metrics/rouge.ts";
import { cases, readReference, shortText } from "./cases.ts";

const measures = ["precision", "recall", "f"] as const satisfies Measure[];
const kinds = ["1", "2", "L", "Lsum"] as const satisfies RougeKind[];

function allMeasures(kind: RougeKind, reference: string, answer: string): number[] {
  return measures.map((measure) => sentenceScore(rouge({ kind, measure }), answer, [reference]));
}

describe("rouge-score's own tests", () => {
  test("short texts", () => {
    expect(allMeasures("1", "testing one two", "testing")).toEqual([1, 1 / 3, 1 / 2]);
    expect(allMeasures("2", "testing one two", "testing one")).toEqual([1, 1 / 2, 2 / 3]);
    expect(allMeasures("L", "testing one two", "testing one")).toEqual([1, 2 / 3, 4 / 5]);
    expect(allMeasures("L", "testing one two", "testing two")).toEqual([1, 2 / 3, 4 / 5]);
  });

  test("the union over lines", () => {
    const [precision, recall, f] = allMeasures("Lsum", "w1 w2 w3 w4 w5", "w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5");
    expect([precision, recall]).toEqual([0.4, 0.8]);
    expect(f).toBeCloseTo(0.5333, 4);
  });

  test.each([
    ["testing one two", ""],
    ["", "w1"],
    ["w1 w2 w3 w4 w5", "/"],
  ])("nothing in common: %j and %j", (reference, answer) => {
    for (const kind of kinds) expect(allMeasures(kind, reference, answer)).toEqual([0, 0, 0]);
  });
});

describe("rouge-score's scores of all cases", () => {
  const { scores } = readReference(
    "rouge-score.json",
    z.object({ scores: z.record(z.string(), z.record(z.string(), z.array(z.array(z.number())))) }),
  );
  for (const kind of ["1", "2", "4", "L", "Lsum"] as const satisfies RougeKind[]) {
    test.each([
      ["plain", false],
      ["stemmed", true],
    ])(`ROUGE-${kind}, %s`, (name, stem) => {
      const ours = rouge({ kind, stem, tokenizer: "rouge" });
      const found = cases.map(({ answer, references }) => [
        ...ours.statistics(answer, references).subarray(0, 3),
      ]);
      expect(found).toEqual(scores[name]?.[kind]);
    });
  }
});

test("Chinese has no tokens of rouge-score's, and characters by itself", () => {
  const [answer, reference] = ["水的沸点是100度", "水在100度沸腾"];
  expect(sentenceScore(rouge({ kind: "1", tokenizer: "rouge" }), "水的沸点", ["水的沸点"])).toBe(0);
  const recall = sentenceScore(rouge({ kind: "1", measure: "recall" }), answer, [reference]);
  expect(recall).toBe(4 / 6);
  expect(sentenceScore(rouge({ kind: "L", measure: "precision" }), answer, [reference])).toBe(3 / 7);
});

test("a tokenizer of the caller's", () => {
  const letters = rouge({ kind: "2", measure: "recall", tokenizer: (text) => [...text] });
  expect(sentenceScore(letters, "abcx", ["abcd"])).toBe(2 / 3);
});

test("a corpus has the mean of its answers", () => {
  const pairs = cases.filter(({ references }) => references.length > 1);
  const metric = rouge({ kind: "L" });
  const scores = pairs.map(({ answer, references }) => sentenceScore(metric, answer, references));
  expect(corpusScore(metric, pairs)).toBeCloseTo(
    scores.reduce((sum, score) => sum + score) / scores.length,
    12,
  );
  expect(corpusScore(metric, [])).toBe(0);
});

describe("for all texts", () => {
  test.each(kinds)("ROUGE-%s lies in [0, 1], F between precision and recall", (kind) => {
    fc.assert(
      fc.property(shortText, shortText, (answer, reference) => {
        const [precision = -1, recall = -1, f = -1] = allMeasures(kind, reference, answer);
        for (const value of [precision, recall, f]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
        if (precision * recall === 0) expect(f).toBe(0);
        else expect(f).toBeGreaterThanOrEqual(Math.min(precision, recall) * (1 - 1e-15));
        expect(f).toBeLessThanOrEqual(Math.max(precision, recall) * (1 + 1e-15));
      }),
    );
  });

  test.each(["1", "2", "L"] as const)("swapped, ROUGE-%s's precision is its recall and F stays", (kind) => {
    const fixed = (measure: Measure) => rouge({ kind, measure, tokenizer: "unicode" });
    fc.assert(
      fc.property(shortText, shortText, (one, other) => {
        expect(sentenceScore(fixed("precision"), one, [other])).toBe(
          sentenceScore(fixed("recall"), other, [one]),
        );
        expect(sentenceScore(fixed("f"), one, [other])).toBeCloseTo(
          sentenceScore(fixed("f"), other, [one]),
          14,
        );
      }),
    );
  });

  test.each(kinds)("a text with enough tokens has ROUGE-%s of 1 to itself", (kind) => {
    fc.assert(
      fc.property(shortText, (text) => {
        const whole = `${text} two words`;
        expect(allMeasures(kind, whole, whole)).toEqual([1, 1, 1]);
      }),
    );
  });
});

test("without a reference there is no score", () => {
  expect(() => rouge({ kind: "1" }).statistics("an answer", [])).toThrow(RangeError);
});
