import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { trainBpe } from "../../../shared/lm/tokenizers/bpe-train.ts";
import { readByteLevel } from "../../../shared/lm/tokenizers/byte-level.ts";
import { bytePairsJson } from "../../../shared/lm/tokenizers/byte-pairs.ts";

const model = trainBpe(["in the year 1984 the cat was 19 years old; the cat's café was old"], {
  vocabularySize: 290,
});
const plain = bytePairsJson(model) as { pre_tokenizer: object; model: { vocab: Record<string, number> } };
const next = model.tokens.length;
const flags = { single_word: false, lstrip: false, rstrip: false, special: true, normalized: false };
const added_tokens = ["<|end|>", "<|end|>er", "  ", "(.*)"].map((content, i) => ({
  ...{ id: next + 2 * i, content, ...flags },
}));
const digits = { type: "Digits", individual_digits: true };
const kinds: Readonly<Record<string, object>> = {
  "GPT-2's": { added_tokens: added_tokens.slice(0, 1), model: { ...plain.model, end_of_word_suffix: "" } },
  "with several added tokens, ids left out": { added_tokens },
  "Pythia's, which composes characters": { added_tokens, normalizer: { type: "NFC" } },
  "SmolLM's, which takes digits alone": {
    added_tokens: added_tokens.slice(0, 1),
    pre_tokenizer: { type: "Sequence", pretokenizers: [digits, plain.pre_tokenizer] },
  },
};

describe.each(Object.entries(kinds))("a byte-level tokenizer, %s", (_, changes) => {
  const json = { ...plain, ...changes };
  const tokenizer = readByteLevel(json);
  if (tokenizer === undefined) throw new Error("not read");
  const other = new HuggingFaceTokenizer(json, {});
  const pieces = [..."the cat 1984  \n'sé½٣", "e\u0301", "<|end|>", "<|end|>er", "<|", "(.*)", "😀"];
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((parts) => parts.join(""));

  test("gives the ids that @huggingface/tokenizers gives", () => {
    fc.assert(
      fc.property(text, (given) => {
        const { ids } = other.encode(given, { add_special_tokens: false });
        expect([...tokenizer.encode(given)]).toEqual(ids);
      }),
      { numRuns: 300 },
    );
  });

  test("gives the text back, composed where it composes", () => {
    fc.assert(
      fc.property(text, (given) => {
        const decoded = tokenizer.decode(tokenizer.encode(given));
        expect(decoded.normalize("NFC")).toBe(given.normalize("NFC"));
        if (!("normalizer" in changes)) expect(decoded).toBe(given);
      }),
    );
  });

  test("says how many ids there are, and is its file again", () => {
    expect(tokenizer.vocabularySize).toBe(Math.max(...other.get_vocab(true).values()) + 1);
    expect(tokenizer.toJSON()).toBe(json);
  });
});

test("an id that is no token's is refused", () => {
  const tokenizer = readByteLevel({ ...plain, added_tokens });
  expect(tokenizer?.decode([next, next + 2])).toBe("<|end|><|end|>er");
  expect(() => tokenizer?.decode([next + 1])).toThrow(RangeError);
});

test.each<[string, object]>([
  ["another normaliser", { normalizer: { type: "Lowercase" } }],
  [
    "an added token that takes the spaces before it",
    { added_tokens: [{ id: next, content: "x", lstrip: true }] },
  ],
  ["words of another pattern", { pre_tokenizer: { type: "Split", pattern: { Regex: "x" } } }],
  [
    "tokens not spelled in bytes",
    { model: { ...plain.model, vocab: { ...plain.model.vocab, "a b": next } } },
  ],
])("what asks for %s is not read here", (_, changes) => {
  expect(readByteLevel({ ...plain, ...changes })).toBeUndefined();
});
