import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import fc from "fast-check";
import { expect, test } from "vitest";
import { byteTokenizer } from "../../../shared/lm/tokenizers/byte.ts";
import { loadTokenizer, tokenizerFiles } from "../../../shared/lm/tokenizers/load.ts";
import { anyText } from "./text.ts";

test("ids are the bytes of UTF-8", () => {
  expect(byteTokenizer.encode("aé€")).toEqual(Int32Array.of(0x61, 0xc3, 0xa9, 0xe2, 0x82, 0xac));
  expect(byteTokenizer.decode([0x61, 0xc3, 0xa9])).toBe("aé");
});

test("any text and any bytes come back", () => {
  fc.assert(
    fc.property(anyText, fc.uint8Array(), (text, bytes) => {
      expect(byteTokenizer.decode(byteTokenizer.encode(text))).toBe(text);
      expect(byteTokenizer.decodeBytes(byteTokenizer.encodeBytes(bytes))).toEqual(bytes);
    }),
  );
});

test.each([256, -1, 0.5, Number.NaN])("%d is no byte", (id) => {
  expect(() => byteTokenizer.decode([id])).toThrow(RangeError);
});

test("its tokenizer.json gives others the same ids, and is known again", () => {
  const theirs = new HuggingFaceTokenizer(byteTokenizer.toJSON(), {});
  fc.assert(
    fc.property(anyText, (text) => {
      const ids = Array.from(byteTokenizer.encode(text));
      expect(theirs.encode(text, { add_special_tokens: false }).ids).toEqual(ids);
      if (ids.length > 0) expect(theirs.decode(ids, { clean_up_tokenization_spaces: false })).toBe(text);
    }),
  );
  expect(loadTokenizer(tokenizerFiles(byteTokenizer))).toBe(byteTokenizer);
});
