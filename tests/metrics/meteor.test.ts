import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { sentenceScore } from "../../shared/metrics/corpus.ts";
import { meteor } from "../../shared/metrics/meteor.ts";
import { porterStem } from "../../shared/metrics/porter.ts";
import { cases, readReference, shortText } from "./cases.ts";

const nltk = readReference(
  "nltk.json",
  z.object({ meteor: z.array(z.number()), stems: z.record(z.string(), z.string()) }),
);

test("NLTK's scores of all cases, without WordNet", () => {
  const metric = meteor({ tokenizer: "none" });
  expect(cases.map(({ answer, references }) => sentenceScore(metric, answer, references))).toEqual(
    nltk.meteor,
  );
});

test("NLTK's stems", () => {
  const words = Object.keys(nltk.stems);
  expect(Object.fromEntries(words.map((word) => [word, porterStem(word)]))).toEqual(nltk.stems);
});

/** NLTK's example, whose words need no synonym: .6944 there. */
test("the example of NLTK's documentation", () => {
  const answer =
    "It is a guide to action which ensures that the military always obeys the commands of the party";
  const references = [
    "It is a guide to action that ensures that the military will forever heed Party commands",
    "It is the guiding principle which guarantees the military forces always being under the command of the Party",
    "It is the practical guide for the army always to heed the directions of the party",
  ];
  expect(sentenceScore(meteor(), answer, references)).toBeCloseTo(0.6944, 4);
});

test("by hand: four of four words in two chunks", () => {
  expect(sentenceScore(meteor(), "on the mat sat", ["sat on the mat"])).toBeCloseTo(
    1 - 0.5 * (2 / 4) ** 3,
    14,
  );
  expect(sentenceScore(meteor({ gamma: 0 }), "a b", ["a c d"])).toBeCloseTo(
    ((1 / 2) * (1 / 3)) / (0.9 / 2 + 0.1 / 3),
    14,
  );
});

describe("for all texts", () => {
  test("0 to 1; a text of n words against itself is one chunk", () => {
    fc.assert(
      fc.property(shortText, shortText, (text, other) => {
        const score = sentenceScore(meteor(), text, [other]);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        const words = text.split(/\s+/).filter((word) => word !== "");
        const whole = words.map((word, at) => `${word}${at}`).join(" ");
        const expected = words.length === 0 ? 0 : 1 - 0.5 / words.length ** 3;
        expect(sentenceScore(meteor({ tokenizer: "none" }), whole, [whole])).toBeCloseTo(expected, 12);
      }),
    );
  });
});
