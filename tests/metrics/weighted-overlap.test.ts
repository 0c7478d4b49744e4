import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sentenceScore } from "../../shared/metrics/corpus.ts";
import { documentFrequencies, mergeFrequencies } from "../../shared/metrics/document-frequencies.ts";
import { idfRecall, tfidfCosine } from "../../shared/metrics/weighted-overlap.ts";
import { cases, shortText } from "./cases.ts";

const corpus = ["the cat sat", "the dog sat", "the cat ran home"];
/** ln((N + 1) / (df + 1/2)) with N = 3. */
const idf = (df: number) => Math.log(4 / (df + 0.5));

describe("by hand", () => {
  const frequencies = documentFrequencies(corpus);

  test("recall of words: each occurrence in the reference counts, each in the answer does not", () => {
    const found = sentenceScore(idfRecall(frequencies, { order: 1 }), "cat", ["the cat the cat bird"]);
    expect(found).toBeCloseTo((2 * idf(2)) / (2 * idf(3) + 2 * idf(2) + idf(0)), 14);
  });

  test("recall of bigrams", () => {
    const found = sentenceScore(idfRecall(frequencies), "a cat sat", ["the cat sat", "the bird sat"]);
    expect(found).toBeCloseTo(idf(1) / (idf(2) + idf(1)), 14);
  });

  test("cosine of words", () => {
    const found = sentenceScore(tfidfCosine(frequencies, { orders: [1] }), "the cat", ["cat cat home"]);
    const [the, cat, home] = [idf(3), idf(2), idf(1)];
    expect(found).toBeCloseTo((2 * cat ** 2) / Math.hypot(the, cat) / Math.hypot(2 * cat, home), 14);
  });

  test("an order that the corpus was not read with is refused", () => {
    expect(() => sentenceScore(idfRecall(frequencies, { order: 3 }), "a", ["b"])).toThrow(/order 3.*1, 2/);
  });
});

test("shards merge to the frequencies of all", () => {
  const texts = cases.flatMap(({ references }) => references);
  const whole = documentFrequencies(texts);
  const merged = documentFrequencies(texts.slice(0, 40));
  mergeFrequencies(merged, documentFrequencies(texts.slice(40)));
  expect(merged.documents).toBe(whole.documents);
  expect(new Map([...merged.counts].sort())).toEqual(new Map([...whole.counts].sort()));
});

describe("for all texts", () => {
  const frequencies = documentFrequencies(cases.map(({ answer }) => answer));
  const metrics = [idfRecall(frequencies), idfRecall(frequencies, { order: 1 }), tfidfCosine(frequencies)];

  test("0 to 1, and 1 for a reference itself", () => {
    fc.assert(
      fc.property(shortText, shortText, (text, other) => {
        for (const metric of metrics) {
          const found = sentenceScore(metric, text, [other]);
          expect(found).toBeGreaterThanOrEqual(0);
          expect(found).toBeLessThanOrEqual(1);
          expect(sentenceScore(metric, `${text} two words`, [other, `${text} two words`])).toBe(1);
        }
      }),
    );
  });

  test("the cosine is symmetric, and deaf to the order of words", () => {
    const words = tfidfCosine(frequencies, { orders: [1] });
    fc.assert(
      fc.property(shortText, shortText, (one, other) => {
        expect(sentenceScore(words, one, [other])).toBe(sentenceScore(words, other, [one]));
        const turned = one.split(" ").reverse().join(" ");
        expect(sentenceScore(words, turned, [other])).toBe(sentenceScore(words, one, [other]));
      }),
    );
  });
});
