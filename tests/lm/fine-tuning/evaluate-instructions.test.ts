import { describe, expect, test } from "vitest";
import { answersTo } from "../../../shared/lm/fine-tuning/answers.ts";
import { evaluateInstructions } from "../../../shared/lm/fine-tuning/evaluate-instructions.ts";
import { encodeExample } from "../../../shared/lm/fine-tuning/example.ts";
import type { LanguageModel } from "../../../shared/lm/stored-model.ts";
import { byteTokenizer } from "../../../shared/lm/tokenizers/byte.ts";
import { small, weightsFor } from "../decoding/models.ts";
import { referenceLogits } from "../reference-transformer.ts";

const config = { ...small({ layers: 1 }), vocabularySize: 256 };
const model: LanguageModel = { config, weights: weightsFor(config), tokenizer: byteTokenizer };
const instructions = [
  { prompt: "one", reference: "two!" },
  { prompt: "a longer prompt, ", reference: "b" },
  { prompt: "x", reference: "yz" },
];
const threads = 1;

const rowsOf = (ids: ArrayLike<number>, { config, weights } = model) =>
  referenceLogits(config, weights, Array.from(ids));

/** Mean cross-entropy over the tokens of the reference, in float64. */
function bruteLoss(prompt: readonly number[], response: readonly number[]): number {
  const rows = rowsOf([...prompt, ...response]);
  const each = response.map((token, i) => {
    const row = Array.from(rows[prompt.length + i - 1] ?? []);
    return Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)) - (row[token] ?? Number.NaN);
  });
  return each.reduce((sum, value) => sum + value, 0) / each.length;
}

/** The most probable token again and again. */
function bruteAnswer(prompt: readonly number[], maxTokens: number, of = model): number[] {
  const all = [...prompt];
  while (all.length < prompt.length + maxTokens) {
    const last = Array.from(rowsOf(all, of).at(-1) ?? []);
    all.push(last.indexOf(Math.max(...last)));
  }
  return all.slice(prompt.length);
}
const bytes = (text: string) => Array.from(byteTokenizer.encode(text));

describe("evaluation on instructions", () => {
  test("every instruction counts the same, however long its reference", async () => {
    const { losses, loss, answers, scores } = await evaluateInstructions(model, instructions, { threads });
    const expected = instructions.map(({ prompt, reference }) => bruteLoss(bytes(prompt), bytes(reference)));
    for (const [at, value] of expected.entries()) expect(losses[at]).toBeCloseTo(value, 4);
    expect(loss).toBeCloseTo(expected.reduce((sum, value) => sum + value, 0) / 3, 4);
    expect([answers, scores]).toEqual([[], {}]);
    await expect(evaluateInstructions(model, [], { threads })).rejects.toThrow("no instruction");
  });

  test("answers are greedy, in batches, and measured by what is given", async () => {
    const metrics = {
      length: (answer: string) => answer.length,
      firstOfReference: (_: string, reference: string) => reference.charCodeAt(0),
    };
    const answers = { maxTokens: 5, rows: 2, metrics };
    const evaluated = await evaluateInstructions(model, instructions, { threads, answers });
    const expected = instructions.map(({ prompt }) => byteTokenizer.decode(bruteAnswer(bytes(prompt), 5)));
    expect(evaluated.answers).toEqual(expected);
    expect(evaluated.scores.length).toEqual(expected.map((answer) => answer.length));
    expect(evaluated.means.firstOfReference).toBeCloseTo((116 + 98 + 121) / 3, 10);
  });

  test("an answer ends before the model's eos, before a stop sequence, or where positions end", async () => {
    const written = bruteAnswer(bytes("one"), 8);
    const [, , third = 0, fourth = 0] = written;
    const before = (token: number) => byteTokenizer.decode(written.slice(0, written.indexOf(token)));
    const specialTokens = { eos: [third], startsWithBos: false };
    expect(await answersTo({ ...model, specialTokens }, [bytes("one")], { threads, maxTokens: 8 })).toEqual([
      before(third),
    ]);
    const stop = [[third, fourth]];
    expect(await answersTo(model, [bytes("one")], { threads, maxTokens: 8, stop })).toEqual([
      byteTokenizer.decode(written.slice(0, 2)),
    ]);
    const learned = { ...config, position: { type: "learned", length: 6 } } as const;
    const short = { ...model, config: learned, weights: weightsFor(learned) };
    expect(await answersTo(short, [bytes("one")], { threads, maxTokens: 50 })).toEqual([
      byteTokenizer.decode(bruteAnswer(bytes("one"), 4, short)), // six places, and a last token that is not read
    ]);
    await expect(answersTo(short, [bytes("too long")], { threads, maxTokens: 5 })).rejects.toThrow(
      "a prompt of 8 tokens, and learned positions for 6",
    );
    expect(await answersTo(model, [], { threads, maxTokens: 5 })).toEqual([]);
  });

  test("with `ends` the loss is also on the token that ends a text", async () => {
    const ending = { ...model, specialTokens: { eos: [7, 9], startsWithBos: false } };
    expect(Array.from(encodeExample(ending, "a", "bc", { ends: true }).response)).toEqual([98, 99, 7]);
    expect(Array.from(encodeExample(model, "a", "bc", { ends: true }).response)).toEqual([98, 99]);
    const { losses } = await evaluateInstructions(ending, instructions, { threads, ends: true });
    for (const [at, { prompt, reference }] of instructions.entries())
      expect(losses[at]).toBeCloseTo(bruteLoss(bytes(prompt), [...bytes(reference), 7]), 4);
  });
});
