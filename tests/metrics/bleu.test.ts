import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BleuOptions, bleu } from "../../shared/metrics/bleu.ts";
import { corpusScore, sentenceScore } from "../../shared/metrics/corpus.ts";
import { cases, expectSacrebleus, shortText } from "./cases.ts";

/** The example of sacrebleu's README. */
const readme = [
  {
    answer: "The dog bit the man.",
    references: ["The dog bit the man.", "The dog had bit the man."],
  },
  { answer: "It wasn't surprising.", references: ["It was not unexpected.", "No one was surprised."] },
  {
    answer: "The man had just bitten him.",
    references: ["The man bit him first.", "The man had bitten the dog."],
  },
];

describe("sacrebleu's own tests", () => {
  test.each([
    [{}, 48.530827],
    [{ tokenizer: "none" }, 49.1919566],
    [{ tokenizer: "13a" }, 48.530827],
    [{ tokenizer: "intl" }, 43.91623493],
    [{ smoothing: "none" }, 48.530827],
  ] satisfies [BleuOptions, number][])("its README with %j: %d", (options, expected) => {
    expect(corpusScore(bleu(options), readme)).toBeCloseTo(expected, 6);
  });

  test.each([
    [1, "77.65"],
    [2, "60.50"],
    [3, "53.93"],
    [5, "46.14"],
    [6, "43.28"],
  ])("its README up to order %d: %s", (maxOrder, expected) => {
    expect(corpusScore(bleu({ maxOrder }), readme).toFixed(2)).toBe(expected);
  });

  const reference = "producţia de zahăr brut se exprimă în zahăr alb;";
  const answer = "Producția de zahăr primă va fi exprimată în ceea ce privește zahărul alb;";
  test.each([
    [{ smoothing: "exp" }, 8.493],
    [{ smoothing: "none" }, 0],
    [{ smoothing: "floor" }, 4.51688],
    [{ smoothing: "floor", smoothingValue: 0.5 }, 10.1],
    [{ smoothing: "add-k" }, 14.882],
    [{ smoothing: "add-k", smoothingValue: 2 }, 21.389],
    [{ tokenizer: "none" }, 7.347],
    [{ tokenizer: "intl" }, 8.493],
    [{ tokenizer: "char" }, 40.8759],
    [{ tokenizer: "char", lowercase: true }, 42.0267],
  ] satisfies [BleuOptions, number][])("a sentence with %j: %d", (options, expected) => {
    expect(Math.abs(sentenceScore(bleu(options), answer, [reference]) - expected)).toBeLessThan(0.001);
  });

  test.each([
    ["this is a fest", ["this is a test"], 22.3606797749979],
    ["test", ["a test"], 36.78794411714425],
    ["a test", ["a test"], 100],
    ["a little test", ["a test"], 3.218297948685433],
    ["am I am a character sequence", ["I am a symbol string sequence a a"], 15.55722182],
    ["this is a test", ["ref1"], 0],
  ])("%j against %j with a small floor", (given, references, expected) => {
    const smoothingValue = expected === 15.55722182 ? 0.1 : 0.01;
    const metric = bleu({ tokenizer: "none", smoothing: "floor", smoothingValue });
    expect(sentenceScore(metric, given, references)).toBeCloseTo(expected, 6);
  });
});

test("statistics: lengths, matches and n-grams", () => {
  const found = bleu().statistics("am I am a character sequence", ["I am a symbol string sequence a a"]);
  expect([...found]).toEqual([6, 8, 4, 2, 1, 0, 6, 5, 4, 3]);
});

test("of several references the closest length, the shorter of two as close", () => {
  const lengths = (references: string[]) => bleu().statistics("a b c d", references)[1];
  expect(lengths(["a b c d e f", "a b", "a b c d e"])).toBe(5);
  expect(lengths(["a b c d e", "a b c"])).toBe(3);
  expect(lengths(["a b c", "a b c d e"])).toBe(3);
});

test("a sentence with its own orders", () => {
  expect(sentenceScore(bleu(), "the cat sat on the mat", ["the cat is on the mat"])).toBe(37.99178428257963);
});

describe("sacrebleu's scores of all cases", () => {
  test.each([
    ["bleu 13a", { tokenizer: "13a" }],
    ["bleu intl", { tokenizer: "intl" }],
    ["bleu zh", { tokenizer: "zh" }],
    ["bleu char", { tokenizer: "char" }],
    ["bleu none", { tokenizer: "none", lowercase: true }],
    ["bleu 13a floor", { tokenizer: "13a", smoothing: "floor" }],
    ["bleu zh add-k", { tokenizer: "zh", smoothing: "add-k", smoothingValue: 0.5 }],
    ["bleu char none", { tokenizer: "char", smoothing: "none", maxOrder: 6 }],
  ] satisfies [string, BleuOptions][])("%s", (name, options) => {
    expectSacrebleus(name, bleu(options), 15);
  });
});

test("by the script of the references", () => {
  const score = (options: BleuOptions, answer: string, reference: string) =>
    sentenceScore(bleu(options), answer, [reference]);
  const chinese = ["水的沸点是100度。", "水在100度沸腾。"] as const;
  expect(score({}, ...chinese)).toBe(score({ tokenizer: "zh" }, ...chinese));
  const japanese = ["太陽は恒星です。", "太陽は近い恒星だ。"] as const;
  expect(score({}, ...japanese)).toBe(score({ tokenizer: "char" }, ...japanese));
  const english = ["It costs 3.5 (yuan).", "It costs 3.5 yuan, 元."] as const;
  expect(score({}, ...english)).toBe(score({ tokenizer: "13a" }, ...english));
});

test("without a match nothing is smoothed, unless asked for", () => {
  const pair = { answer: "one two three four five", references: ["six seven eight nine ten"] };
  expect(corpusScore(bleu({ smoothing: "floor" }), [pair])).toBe(0);
  const smoothed = bleu({ smoothing: "floor", smoothNoMatch: true });
  expect(corpusScore(smoothed, [pair])).toBeCloseTo(100 * (0.1 ** 4 / (5 * 4 * 3 * 2)) ** (1 / 4), 12);
  expect(sentenceScore(smoothed, "", ["six"])).toBe(0);
});

describe("for all texts", () => {
  test("0 to 100", () => {
    fc.assert(
      fc.property(shortText, shortText, shortText, (answer, one, other) => {
        const score = sentenceScore(bleu(), answer, [one, other]);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100 * (1 + 1e-14));
      }),
    );
  });

  test("100 for a reference itself, whatever the others are", () => {
    fc.assert(
      fc.property(shortText, shortText, (text, other) => {
        const whole = `${text} word`;
        expect(sentenceScore(bleu(), whole, [other, whole])).toBeCloseTo(100, 10);
      }),
    );
  });

  test("another reference takes no match away", () => {
    fc.assert(
      fc.property(fc.constantFrom(...cases), shortText, ({ answer, references }, other) => {
        const metric = bleu({ tokenizer: "char" });
        const [fewer, more] = [references, [...references, other]].map((all) =>
          metric.statistics(answer, all),
        );
        for (let n = 2; n < 6; n++) expect(more?.[n]).toBeGreaterThanOrEqual(fewer?.[n] ?? 0);
      }),
    );
  });
});
