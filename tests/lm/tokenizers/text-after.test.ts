import fc from "fast-check";
import { expect, test } from "vitest";
import { textAfter } from "../../../shared/lm/tokenizers/text-after.ts";
import { loadStories, missingModels } from "../../llama-cpp/data-models.ts";

/** Words with a space before each, which is left out before the first, as sentencepiece's models do. */
const words = ["a", "girl", "named", "Lily", "."];
const tokenizer = {
  decode: (ids: ArrayLike<number>) =>
    Array.from(ids, (id) => (words[id] === "." ? "." : ` ${words[id]}`))
      .join("")
      .replace(/^ /, ""),
};

test("a token has its space where it stands in a text, and none at its beginning", () => {
  expect(textAfter(tokenizer, 1, [3])).toBe(" Lily");
  expect(textAfter(tokenizer, 3, [4])).toBe(".");
  expect(textAfter(tokenizer, undefined, [3, 4])).toBe("Lily.");
});

test("what each token adds makes the text", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(4)), (tokens) => {
      const texts = tokens.map((token, i) => textAfter(tokenizer, tokens[i - 1], [token]));
      expect(texts.join("")).toBe(tokenizer.decode(tokens));
    }),
  );
});

test.skipIf(missingModels)(
  `the pieces of a sentencepiece text make it${missingModels ? `: ${missingModels}` : ""}`,
  async () => {
    const { tokenizer: stories } = await loadStories();
    const text = "Once upon a time, there was a girl named Lily.";
    const tokens = [...stories.encode(text)];
    const pieces = tokens.map((token, i) => textAfter(stories, tokens[i - 1], [token]));
    expect(pieces.join("")).toBe(stories.decode(tokens));
    expect(pieces.filter((piece) => piece.startsWith(" ")).length).toBe(9);
  },
);
