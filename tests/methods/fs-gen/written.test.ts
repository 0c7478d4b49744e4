import { expect, test } from "vitest";
import { byteTokenizer } from "../../../shared/lm/tokenizers/byte.ts";
import { countOf, textOf, write } from "../../../shared/methods/fs-gen/written.ts";
import { tableDecoder } from "../../lm/decoding/table-decoder.ts";

/** A model that counts upwards from the last byte. */
const upwards = () =>
  tableDecoder(256, (tokens) =>
    Float32Array.from({ length: 256 }, (_, token) => (token === (tokens.at(-1) ?? 0) + 1 ? 5 : 0)),
  );
const voices = () => ({ small: upwards(), large: upwards() });
const collaboration = {
  decoding: { type: "oracle" },
  routing: { router: "always" },
  maxTokens: 10,
  seed: 0,
} as const;
const model = { tokenizer: byteTokenizer };
const prompt = byteTokenizer.encode("a");

test("a text ends at its length, at a token that ends texts, and at a text that it is told", async () => {
  const whole = await write(voices(), prompt, collaboration, model);
  expect(textOf(whole.trace, model)).toBe("bcdefghijk");
  const ending = { ...model, specialTokens: { eos: [101], startsWithBos: false } };
  const ended = await write(voices(), prompt, collaboration, ending);
  expect(ended.trace).toHaveLength(4);
  expect(textOf(ended.trace, ending)).toBe("bcd");
  const stopped = await write(voices(), prompt, collaboration, model, "ef");
  expect(textOf(stopped.trace, model)).toBe("bcdef");
  const { seconds, ...counts } = countOf(stopped);
  expect(counts).toEqual({ tokens: 5, consulted: 5, differs: 0, differsFromUntuned: 0, calls: 5 });
  expect(seconds).toBeGreaterThan(0);
});
