import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ChrfOptions, chrf } from "../../shared/metrics/chrf.ts";
import { corpusScore, sentenceScore } from "../../shared/metrics/corpus.ts";
import { expectSacrebleus, shortText } from "./cases.ts";

/** Answers one by one against references of the same place. */
function score(options: ChrfOptions, answers: string[], references: string[]): number {
  const pairs = answers.map((answer, at) => ({ answer, references: [references[at] ?? ""] }));
  return corpusScore(chrf(options), pairs);
}

describe("sacrebleu's own tests", () => {
  test.each([
    [["abcdefg"], ["hijklmnop"], 0],
    [[""], ["reference"], 0],
    [["aa"], ["ab"], 8.3333],
    [["a", "b"], ["a", "c"], 8.3333],
    [["a"], ["a"], 16.6667],
    [["a b c"], ["abc"], 50],
    [
      [
        " risk assessment must be made of those who are qualified and expertise in the sector - these are the scientists .",
      ],
      [
        "risk assessment has to be undertaken by those who are qualified and expert in that area - that is the scientists .",
      ],
      63.36173,
    ],
    [
      [" Die    Beziehung zwischen  Obama und Netanjahu ist nicht gerade  freundlich. "],
      ["Das Verhältnis zwischen Obama und Netanyahu ist nicht gerade freundschaftlich."],
      64.1302698,
    ],
    [
      ["Niemand hat die Absicht, eine Mauer zu errichten"],
      ["Niemand hat die Absicht, eine Mauer zu errichten"],
      100,
    ],
  ])("epsilon smoothing, beta 3: %j against %j", (answers, references, expected) => {
    expect(score({ beta: 3, epsilonSmoothing: true }, answers, references)).toBeCloseTo(expected, 4);
  });

  test.each([
    [["a"], ["a"], 100],
    [["a b c"], ["abc"], 100],
    [[""], ["c"], 0],
    [["a", "b"], ["a", "c"], 50],
    [["aa"], ["ab"], 25],
  ])("effective order, beta 3: %j against %j", (answers, references, expected) => {
    expect(score({ beta: 3 }, answers, references)).toBeCloseTo(expected, 12);
  });

  test("with whitespace", () => {
    const answer = "Die Beziehung zwischen Obama und Netanjahu ist nicht gerade freundlich.";
    const reference = "Das Verhältnis zwischen Obama und Netanyahu ist nicht gerade freundschaftlich.";
    expect(score({ beta: 3, whitespace: true }, [answer], [reference])).toBeCloseTo(67.3481606, 6);
  });

  test("of a sentence", () => {
    const answer = "Co nás nejvíc trápí, protože lékaři si vybírají, kdo bude žít a kdo zemře.";
    const reference = "Nejvíce smutní jsme z toho, že musíme rozhodovat o tom, kdo bude žít a kdo zemře.";
    expect(sentenceScore(chrf({ epsilonSmoothing: true }), answer, [reference])).toBeCloseTo(39.14078509, 7);
  });
});

test("chrF++ of a sentence", () => {
  const found = sentenceScore(chrf({ wordOrder: 2 }), "the cat sat on the mat", ["the cat is on the mat"]);
  expect(found).toBe(66.36067072084818);
});

describe("sacrebleu's scores of all cases", () => {
  test.each([
    ["chrf", {}],
    ["chrf++", { wordOrder: 2 }],
    ["chrf epsilon", { beta: 3, epsilonSmoothing: true }],
    ["chrf whitespace", { wordOrder: 1, lowercase: true, whitespace: true }],
  ] satisfies [string, ChrfOptions][])("%s", (name, options) => expectSacrebleus(name, chrf(options)));
});

describe("for all texts", () => {
  test("0 to 100, and 100 for a reference itself", () => {
    fc.assert(
      fc.property(shortText, shortText, (answer, reference) => {
        const metric = chrf({ wordOrder: 2 });
        const found = sentenceScore(metric, answer, [reference]);
        expect(found).toBeGreaterThanOrEqual(0);
        expect(found).toBeLessThanOrEqual(100 * (1 + 1e-15));
        expect(sentenceScore(metric, `${answer}a`, [reference, `${answer}a`])).toBeCloseTo(100, 10);
      }),
    );
  });

  test("with a beta of 1 it is symmetric", () => {
    fc.assert(
      fc.property(shortText, shortText, (one, other) => {
        const metric = chrf({ beta: 1 });
        expect(sentenceScore(metric, one, [other])).toBeCloseTo(sentenceScore(metric, other, [one]), 10);
      }),
    );
  });
});
