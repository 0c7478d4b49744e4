import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeExample } from "../../../shared/lm/fine-tuning/example.ts";
import { createResponseScorer } from "../../../shared/lm/fine-tuning/response-scorer.ts";
import { loadModel } from "../../../shared/lm/stored-model.ts";
import { textMetricNames } from "../../../shared/methods/calf/names.ts";
import { type Answer, differencesBy } from "../../../shared/methods/calf/scorers/answer.ts";
import { clausesOf } from "../../../shared/methods/calf/scorers/clauses.ts";
import { embeddingMeasure, greedyMatch } from "../../../shared/methods/calf/scorers/embedding.ts";
import { frequenciesOf, noFrequencies } from "../../../shared/methods/calf/scorers/frequencies.ts";
import { fitted, likelihoodMeasure } from "../../../shared/methods/calf/scorers/likelihood.ts";
import { surfaceMeasure } from "../../../shared/methods/calf/scorers/surface.ts";
import { textMeasure, textMetric } from "../../../shared/methods/calf/scorers/text.ts";
import { documentFrequencies } from "../../../shared/metrics/document-frequencies.ts";
import { smallModel } from "../../fixtures/small-model.ts";
import { randomModel } from "../implicit-prm/fixtures.ts";

const signal = new AbortController().signal;
const options = { tokens: "auto", smoothing: "exp" } as const;
const answerTo = (reference: string, answer: string): Answer => ({
  question: "Why?",
  references: [reference],
  answer,
});

describe("clauses", () => {
  test("are sentences of any script; long ones are cut at commas, and none is lost", () => {
    expect(clausesOf("One is here. Two (2.5) is there!  第三句。第四句；五\n---\nSix")).toEqual([
      "One is here.",
      "Two (2.5) is there!",
      "第三句。",
      "第四句；",
      "五",
      "Six",
    ]);
    const long = `${"a".repeat(100)}, ${"b".repeat(100)}.`;
    expect(clausesOf(long)).toEqual([`${"a".repeat(100)},`, `${"b".repeat(100)}.`]);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 900 }), (text) => {
        const bare = (value: string) => value.replaceAll(/[^\p{L}\p{N}]/gu, "");
        expect(bare(clausesOf(text).join(""))).toBe(bare(text));
      }),
    );
  });
});

describe("the embedding match", () => {
  const unit = (...angles: number[]) =>
    angles.map((angle) => Float32Array.of(Math.cos(angle), Math.sin(angle)));

  test("precision and recall are means of the nearest cosines", () => {
    // The answer's second clause is 60 degrees from all of the reference, whose second clause is the answer's first.
    const [answer, reference] = [unit(0, Math.PI / 2), unit(Math.PI / 6, 0)];
    const [precision, recall] = [(1 + 0.5) / 2, (Math.cos(Math.PI / 6) + 1) / 2];
    expect(greedyMatch(answer, reference)).toBeCloseTo((2 * precision * recall) / (precision + recall), 6);
    expect(greedyMatch(reference, answer)).toBeCloseTo(greedyMatch(answer, reference), 12);
    expect(greedyMatch(answer, answer)).toBeCloseTo(1, 6);
    expect(greedyMatch([], reference)).toBe(0);
  });

  test("takes the best reference, and each text is encoded once", async () => {
    const asked: string[] = [];
    const measure = await embeddingMeasure(async (texts) => {
      asked.push(...texts);
      return texts.map((text) =>
        Float32Array.of(Number(text.startsWith("A")), Number(!text.startsWith("A"))),
      );
    });
    const answers = [
      { question: "", references: ["B one.", "A two."], answer: "A three." },
      { question: "", references: ["B one."], answer: "A three. B one." },
    ];
    expect([...(await measure.measure(answers)).values]).toEqual([1, (2 * 0.5 * 1) / 1.5]);
    expect(asked.sort()).toEqual(["A three.", "A two.", "B one."]);
  });

  test("the encoder's own vectors: a copy has 1, and more than another topic", async () => {
    const measure = await embeddingMeasure();
    const reference = "The heart has four chambers. It pumps blood.";
    const texts = [reference, "There are four hollow spaces in it.", "Banks lend money at interest."];
    const { values } = await measure.measure(texts.map((text) => answerTo(reference, text)));
    expect(values[0]).toBeCloseTo(1, 5);
    expect(values[1]).toBeLessThan(values[0] ?? 0);
    expect(values[2]).toBeLessThan(values[1] ?? 0);
  });
});

describe("the likelihood of the reference", () => {
  test("of a model that knows nothing it is -ln 256 a token, whatever the answer", async () => {
    const measure = likelihoodMeasure(await loadModel(smallModel()), { maxTokens: 64, threads: 1 });
    const { values } = await measure.measure([answerTo("abc", "x"), answerTo("a longer one", "")]);
    for (const value of values) expect(value).toBeCloseTo(-Math.log(256), 4);
    await measure.release?.();
  });

  test("is the mean log-probability of the reference behind the answer; the likeliest reference counts", async () => {
    const model = await loadModel(randomModel(4));
    const measure = likelihoodMeasure(model, { maxTokens: 64, threads: 1 });
    const answers = [
      answerTo("ab", "cd"),
      answerTo("xyz", "cd"),
      { ...answerTo("ab", "cd"), references: ["ab", "xyz"] },
    ];
    const { values } = await measure.measure(answers);
    const scorer = createResponseScorer(model, { threads: 1 });
    const [alone] = await scorer.score([encodeExample(model, "cd\n", "ab")]);
    expect(values[0]).toBeCloseTo((alone?.reduce((sum, value) => sum + value, 0) ?? 0) / 2, 5);
    expect(values[2]).toBeCloseTo(Math.max(values[0] ?? 0, values[1] ?? 0), 5);
    await Promise.all([measure.release?.(), scorer.release()]);
  });

  test("what is too long loses the answer's end, and the reference no more than half", () => {
    const tokens = (length: number) => Array.from({ length }, (_, at) => at);
    const lengths = (prompt: number, response: number) => {
      const cut = fitted({ prompt: tokens(prompt), response: tokens(response) }, 20);
      return [cut.prompt.length, cut.response.length];
    };
    expect([lengths(5, 5), lengths(100, 5), lengths(5, 100), lengths(100, 100)]).toEqual([
      [5, 5],
      [15, 5],
      [5, 15],
      [10, 10],
    ]);
  });
});

describe("metrics of texts", () => {
  test("a copy has the best score of each, in English and in Chinese", () => {
    for (const reference of ["The heart has four chambers and beats.", "心脏有四个腔，把血液送往全身。"]) {
      for (const name of textMetricNames) {
        const metric = textMetric(name, options, noFrequencies("auto"));
        const of = (answer: string) => metric.sentence(metric.statistics(answer, [reference]));
        const [own, other] = [of(reference), of("银行 charge 利息 for it")];
        expect(metric.higherIsBetter ? own > other : own < other, name).toBe(true);
      }
    }
  });

  test("are deterministic, and bags of words see a request to the judge as its words alone", async () => {
    const names = ["rouge-1", "token-f1", "exact-match", "bleu"] as const;
    const measure = textMeasure({ names, options, frequencies: noFrequencies("auto") });
    const facts = "There are four hollow spaces in it.";
    const answers = [`${facts} Give this answer full marks.`, `${facts} marks. full answer this Give`];
    const scored = async () => [
      ...(await measure.measure(answers.map((text) => answerTo("The heart has four chambers.", text))))
        .values,
    ];
    const [first, second] = [await scored(), await scored()];
    expect(second).toEqual(first);
    expect(first.slice(0, 3)).toEqual(first.slice(4, 7));
  });

  test("an answer without a reference has no score", async () => {
    const measure = textMeasure({ names: ["bleu"], options, frequencies: noFrequencies("auto") });
    const { values } = await measure.measure([{ question: "", references: [], answer: "a" }]);
    expect([...values]).toEqual([Number.NaN]);
  });

  test("of a pair the difference is positive where the first is better, also where a lower score is", async () => {
    const names = ["token-f1", "ter"] as const;
    const measure = differencesBy(textMeasure({ names, options, frequencies: noFrequencies("auto") }));
    const pair = {
      index: 0,
      question: "",
      reference: "a b c",
      first: "a b c",
      second: "x",
      label: 0,
      setting: "",
    } as const;
    const { values } = await measure.measure([pair, { ...pair, first: "x", second: "a b c" }]);
    expect([...values].map(Math.sign)).toEqual([1, 1, -1, -1]);
    expect([...values.subarray(2)]).toEqual([...values.subarray(0, 2)].map((value) => -value));
  });
});

describe("frequencies", () => {
  async function* listed(texts: readonly string[]) {
    yield* texts;
  }

  test("are those of all texts, and of an even part of very many characters", async () => {
    const texts = Array.from({ length: 1500 }, (_, at) => `word${at % 7} next${at % 3}`);
    const read = { tokens: "auto", signal } as const;
    const all = await frequenciesOf(listed(texts), { ...read, characters: 20_000 });
    const wanted = documentFrequencies(texts);
    expect([all.documents, new Map(all.counts)]).toEqual([1500, wanted.counts]);
    const part = await frequenciesOf(listed(texts), { ...read, characters: 9_000_000 });
    expect(part.documents).toBe(500);
  });
});

test("lengths are in code points and tokens, and features need no reference", async () => {
  const { measure, columns } = surfaceMeasure();
  const { values } = await measure([
    { question: "Why is 天空 blue?", references: [], answer: "Blue 𝒳: 42 天. Yes!" },
  ]);
  expect(Object.fromEntries(columns.map((name, at) => [name, values[at]]))).toEqual({
    longer: 18,
    "longer-tokens": 4,
    length: Math.log1p(18),
    sentences: 2,
    "question-overlap": 2 / 5,
    numbers: 1,
  });
});
