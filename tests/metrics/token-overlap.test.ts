import { describe, expect, test } from "vitest";
import { corpusScore, sentenceScore } from "../../shared/metrics/corpus.ts";
import { exactMatch, tokenF1 } from "../../shared/metrics/token-overlap.ts";

describe("as SQuAD's script has it", () => {
  test.each([
    ["The Cat sat!", "cat  sat", 1, 1],
    ["the cat sat on a mat", "cat on the mat", 0, 6 / 7],
    ["cat cat cat", "cat dog", 0, 0.4],
    ["dog", "cat", 0, 0],
    ["a the", "an", 1, 1],
    ["the", "cat", 0, 0],
    ["don't", "dont", 1, 1],
    ["x–a–y", "x– –y", 1, 1],
    ["a_b another thesis", "ab another thesis", 1, 1],
  ])("%j against %j: match %d, F1 %d", (answer, reference, match, f1) => {
    expect(sentenceScore(exactMatch({ tokenizer: "squad" }), answer, [reference])).toBe(match);
    expect(sentenceScore(tokenF1({ tokenizer: "squad" }), answer, [reference])).toBeCloseTo(f1, 14);
  });
});

test("the best of several references counts", () => {
  const references = ["a dog", "black cats", "one black cat"];
  expect(sentenceScore(exactMatch(), "The black cats", references)).toBe(1);
  expect(sentenceScore(tokenF1(), "black cat", references)).toBeCloseTo(0.8, 14);
  expect(sentenceScore(tokenF1({ measure: "recall" }), "black cat", references)).toBeCloseTo(2 / 3, 14);
});

test("Chinese is compared by characters, without punctuation", () => {
  expect(sentenceScore(exactMatch(), "华盛顿。", ["华盛顿"])).toBe(1);
  expect(sentenceScore(tokenF1(), "是华盛顿", ["华盛顿"])).toBeCloseTo(6 / 7, 14);
});

test("a corpus has the mean of its answers", () => {
  const pairs = [
    { answer: "cat", references: ["the cat"] },
    { answer: "dog", references: ["the cat"] },
  ];
  expect(corpusScore(exactMatch(), pairs)).toBe(0.5);
  expect(corpusScore(tokenF1(), pairs)).toBe(0.5);
});
