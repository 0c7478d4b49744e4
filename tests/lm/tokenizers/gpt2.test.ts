import { expect, test } from "vitest";
import { bpeTokenizer } from "../../../shared/lm/tokenizers/bpe.ts";
import { trainBpe } from "../../../shared/lm/tokenizers/bpe-train.ts";
import { loadTokenizer } from "../../../shared/lm/tokenizers/load.ts";

const text = "the cat's hat is on the mat, the cat is in the hat";
const model = trainBpe([text], { vocabularySize: 280 });
const encodeJson = (content: unknown) => new TextEncoder().encode(JSON.stringify(content));
const end = "<|endoftext|>";
const vocabulary = Object.fromEntries([...model.tokens, end].map((token, id) => [token, id]));
const merges = model.merges.map(([left, right]) => `${model.tokens[left]} ${model.tokens[right]}`);
const files = new Map([
  ["vocab.json", encodeJson(vocabulary)],
  ["merges.txt", new TextEncoder().encode(`#version: 0.2\n${merges.join("\r\n")}\n`)],
]);

test("GPT-2's vocab.json and merges.txt are the tokenizer that they were made of, with its end of text", () => {
  const [loaded, own] = [loadTokenizer(files), bpeTokenizer(model)];
  for (const given of [text, " # a\nline\t£", ""]) {
    expect(loaded.encode(given)).toEqual(own.encode(given));
    expect(loaded.decode(own.encode(given))).toBe(given);
  }
  expect([...loaded.encode(`the${end}`)]).toEqual([...own.encode("the"), model.tokens.length]);
  expect(loaded.vocabularySize).toBe(model.tokens.length + 1);
});

test("those of another tokenizer, or what is no vocabulary, are refused", () => {
  const other = new Map([
    ...files,
    ["tokenizer_config.json", encodeJson({ tokenizer_class: "Qwen2Tokenizer" })],
  ]);
  expect(() => loadTokenizer(other)).toThrow("vocab.json and merges.txt of a Qwen2Tokenizer");
  expect(() => loadTokenizer(new Map([...files, ["vocab.json", encodeJson({ a: "b" })]]))).toThrow(
    "vocab.json: ",
  );
  expect(() => loadTokenizer(new Map([...files, ["vocab.json", Uint8Array.of(1)]]))).toThrow("vocab.json: ");
});
