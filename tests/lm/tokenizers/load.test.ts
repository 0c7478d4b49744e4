import { describe, expect, test } from "vitest";
import { bpeTokenizer } from "../../../shared/lm/tokenizers/bpe.ts";
import { trainBpe } from "../../../shared/lm/tokenizers/bpe-train.ts";
import { loadTokenizer, tokenizerFiles } from "../../../shared/lm/tokenizers/load.ts";
import { TokenizerError } from "../../../shared/lm/tokenizers/tokenizer.ts";

const files = (content: Record<string, unknown>) =>
  new Map(
    Object.entries(content).map(([name, value]) => [
      name,
      new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value)),
    ]),
  );
const text = "the cat's __proto__ is __proto__, the cat is the cat";
const trained = bpeTokenizer(trainBpe([text], { vocabularySize: 280 }));

test("what is saved is loaded: same ids, same file again", () => {
  const loaded = loadTokenizer(tokenizerFiles(trained));
  expect(loaded.vocabularySize).toBe(trained.vocabularySize);
  expect(loaded.encode(text)).toEqual(trained.encode(text));
  expect(tokenizerFiles(loaded)).toEqual(tokenizerFiles(trained));
});

test("merges spelled as pairs are read as well", () => {
  const json = JSON.parse(JSON.stringify(trained));
  json.model.merges = json.model.merges.map((pair: string) => pair.split(" "));
  expect(loadTokenizer(files({ "tokenizer.json": json })).encode(text)).toEqual(trained.encode(text));
});

describe("a tokenizer of another kind", () => {
  const wordLevel = {
    version: "1.0",
    added_tokens: [
      {
        id: 3,
        content: "<end>",
        special: true,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
      },
    ],
    normalizer: { type: "Lowercase" },
    pre_tokenizer: { type: "Metaspace", replacement: "\u2581", prepend_scheme: "always", split: true },
    post_processor: null,
    decoder: { type: "Metaspace", replacement: "\u2581", prepend_scheme: "always", split: true },
    model: {
      type: "BPE",
      unk_token: "<unk>",
      fuse_unk: true,
      byte_fallback: false,
      vocab: { "<unk>": 0, "\u2581": 1, a: 2, "\u2581a": 4 },
      merges: ["\u2581 a"],
    },
  };

  test("is run by @huggingface/tokenizers, without anything put before or after", () => {
    const tokenizer = loadTokenizer(files({ "tokenizer.json": wordLevel, "tokenizer_config.json": {} }));
    expect(tokenizer.vocabularySize).toBe(5);
    expect(tokenizer.encode("A a<end>")).toEqual(Int32Array.of(4, 4, 3));
    expect(tokenizer.decode(Int32Array.of(4, 4))).toBe("a a");
    expect(tokenizer.decode([])).toBe("");
    expect(() => tokenizer.decode([9])).toThrow(RangeError);
    expect(tokenizer.toJSON()).toEqual(wordLevel);
  });
});

test.each<[string, Record<string, unknown>, RegExp]>([
  ["no tokenizer.json", {}, /no tokenizer\.json/],
  ["no JSON", { "tokenizer.json": "{" }, /^tokenizer\.json: .*JSON/],
  ["a list", { "tokenizer.json": [] }, /^tokenizer\.json: /],
  ["no model", { "tokenizer.json": {} }, /^tokenizer\.json: /],
  [
    "a broken configuration",
    { "tokenizer.json": {}, "tokenizer_config.json": "x" },
    /^tokenizer_config\.json: /,
  ],
])("%s is refused", (_, content, message) => {
  expect(() => loadTokenizer(files(content))).toThrow(TokenizerError);
  expect(() => loadTokenizer(files(content))).toThrow(message);
});
