import { afterAll, describe, expect, test } from "vitest";
import { configure } from "../../../../shared/lm/config.ts";
import { createResponseScorer } from "../../../../shared/lm/fine-tuning/response-scorer.ts";
import type { LanguageModel } from "../../../../shared/lm/stored-model.ts";
import { byteTokenizer } from "../../../../shared/lm/tokenizers/byte.ts";
import { initialWeights } from "../../../../shared/lm/transformer/parameters.ts";
import { weightsOf } from "../../../../shared/lm/transformer/transformer.ts";
import { answersOf, scoresOf } from "../../../../shared/methods/tma/study/answers.ts";
import { createJudge } from "../../../../shared/methods/tma/study/evaluate.ts";

const config = configure({
  ...{ vocabularySize: 256, contextLength: 64, dModel: 16, layers: 1, heads: 2 },
  position: { type: "rope", theta: 10_000 },
});
const example = (prompt: string, answer: string) => ({
  prompt: byteTokenizer.encode(prompt),
  response: byteTokenizer.encode(answer),
});
const sets = [
  [example("one\n", "a"), example("two\n", "a long answer"), example("three\n", "bc")],
  [],
  [example("a much longer question than the others are\n", "yes")],
];
const zeros = new Map(
  weightsOf(config).map(({ name, shape }) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1))]),
);
const judge = createJudge({ config }, 1);
afterAll(() => judge.release());

describe("the loss of a set", () => {
  test("is log of the vocabulary's size for a model that knows nothing; none for an empty set", async () => {
    const losses = await judge.losses(zeros, sets);
    expect(losses[1]).toBeNull();
    for (const at of [0, 2]) expect(losses[at]).toBeCloseTo(Math.log(256), 5);
  });

  test("is the mean over its rows of each row's mean over tokens, of the weights that are given", async () => {
    for (const seed of [1, 2]) {
      const weights = initialWeights(weightsOf(config), seed);
      const scorer = createResponseScorer({ config, weights }, { threads: 1 });
      const means: number[] = [];
      for (const row of sets[0] ?? []) {
        const [tokens] = await scorer.score([row]);
        if (tokens === undefined) throw new Error("no scores");
        means.push(-tokens.reduce((sum, value) => sum + value, 0) / tokens.length);
      }
      await scorer.release();
      const [loss] = await judge.losses(weights, sets);
      expect(loss).toBeCloseTo(means.reduce((sum, value) => sum + value, 0) / means.length, 5);
    }
  });
});

describe("greedy answers", () => {
  const model = (eos: number[]): LanguageModel => ({
    ...{ config, tokenizer: byteTokenizer, weights: zeros },
    specialTokens: { eos, startsWithBos: false },
  });
  const rows = sets.flat();

  test("of a model without an opinion are the first token, as many as the longest right answer", async () => {
    const answers = await answersOf(model([]), rows, 1);
    expect(answers).toEqual(rows.map(() => "\0".repeat("a long answer".length)));
  });

  test("end where the model ends them", async () => {
    expect(await answersOf(model([0]), rows, 1)).toEqual(rows.map(() => ""));
    expect(await answersOf(model([0]), [], 1)).toEqual([]);
  });

  test("are scored by exact match and the longest common subsequence of words", () => {
    const { exactMatch, rougeL } = scoresOf(
      ["Paris", "it is cold today", "no"],
      ["Paris", "it was cold", "yes"],
    );
    expect(exactMatch).toBeCloseTo(1 / 3, 9);
    const [precision, recall] = [2 / 4, 2 / 3];
    expect(rougeL).toBeCloseTo((1 + (2 * precision * recall) / (precision + recall)) / 3, 9);
  });
});
