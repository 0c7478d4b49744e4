import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bpeTokenizer } from "../../../shared/lm/tokenizers/bpe.ts";
import { trainBpe } from "../../../shared/lm/tokenizers/bpe-train.ts";
import { byteCharacters } from "../../../shared/lm/tokenizers/byte-characters.ts";
import { singleBytes } from "../../../shared/lm/tokenizers/byte-pairs.ts";
import { TokenizerError } from "../../../shared/lm/tokenizers/tokenizer.ts";
import { splitWords } from "../../../shared/lm/tokenizers/words.ts";
import { anyText } from "./text.ts";

const corpus = [
  "low low low low low lower lower newest newest newest newest newest newest widest widest widest",
  "the cat sat on the mat, and the cat's hat's on the mat: don't, I'll, we've 1234 1234 56",
  "été été là-bas, naïve \u{1F600}\u{1F600} __proto__ __proto__ \u3000\u3000",
];
const model = trainBpe(corpus, { vocabularySize: 340 });
const tokenizer = bpeTokenizer(model);

/** Byte-pair training as its definition says it: count everything anew before every merge. */
function trainSlowly(texts: readonly string[], vocabularySize: number) {
  const words = texts.flatMap((text) =>
    [...splitWords(text)].map((word) => [...new TextEncoder().encode(word)]),
  );
  const tokens = [...byteCharacters];
  const merges: [number, number][] = [];
  while (tokens.length < vocabularySize) {
    const counts = new Map<string, number>();
    for (const word of words) {
      for (let i = 0; i + 1 < word.length; i++) {
        const pair = `${word[i]} ${word[i + 1]}`;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    const order = [...counts].map(([pair, count]) => ({ count, parts: pair.split(" ").map(Number) }));
    order.sort(
      (a, b) =>
        b.count - a.count || (a.parts[0] ?? 0) - (b.parts[0] ?? 0) || (a.parts[1] ?? 0) - (b.parts[1] ?? 0),
    );
    const best = order[0];
    if (best === undefined || best.count < 2) break;
    const [left = 0, right = 0] = best.parts;
    const token = `${tokens[left]}${tokens[right]}`;
    if (tokens.includes(token)) throw new Error("this reference cannot make a token twice");
    const made = tokens.push(token) - 1;
    merges.push([left, right]);
    for (const word of words) {
      for (let i = 0; i + 1 < word.length; i++) {
        if (word[i] === left && word[i + 1] === right) word.splice(i, 2, made);
      }
    }
  }
  return { tokens, merges };
}

describe("training", () => {
  test("joins the most frequent pair first", () => {
    // Ġ is the space. In "aab" x 3, aa and ab tie; the lower ids are joined.
    const { tokens, merges } = trainBpe(["aab aab aab"], { vocabularySize: 300 });
    expect(merges.map(([left, right]) => `${tokens[left]}+${tokens[right]}`)).toEqual([
      "a+a",
      "aa+b",
      "Ġ+aab",
    ]);
  });

  test("gives what counting anew before every merge gives", () => {
    expect(model).toEqual(trainSlowly(corpus, 340));
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[ab ]{0,30}$/), { maxLength: 4 }), (texts) => {
        let slow: ReturnType<typeof trainSlowly>;
        try {
          slow = trainSlowly(texts, 270);
        } catch {
          return; // a token was made twice
        }
        expect(trainBpe(texts, { vocabularySize: 270 })).toEqual(slow);
      }),
    );
  });

  test("stops when no pair is frequent enough, and has every byte even without text", () => {
    expect(trainBpe(["ab ab cd"], { vocabularySize: 1000 }).merges.length).toBe(1);
    expect(trainBpe([], { vocabularySize: 1000 })).toEqual(singleBytes);
    expect(() => trainBpe([], { vocabularySize: 255 })).toThrow(RangeError);
  });
});

describe("encoding", () => {
  test("joins by rank, the leftmost first", () => {
    const parts = Array.from(tokenizer.encode(" low lowest"), (id) => model.tokens[id]);
    expect(parts).toEqual(["Ġlow", "Ġlow", "est"]);
    const tiny = bpeTokenizer({ tokens: [...byteCharacters, "aa"], merges: [[97, 97]] });
    expect(tiny.encode("aaaaa")).toEqual(Int32Array.of(256, 256, 97));
  });

  test("any text comes back", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const ids = tokenizer.encode(text);
        expect(tokenizer.decode(ids)).toBe(text);
        expect(tokenizer.decodeBytes(ids)).toEqual(new TextEncoder().encode(text));
        expect([...splitWords(text)].join("")).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  test("gives the ids that @huggingface/tokenizers gives for its tokenizer.json", () => {
    const theirs = new HuggingFaceTokenizer(tokenizer.toJSON(), {});
    fc.assert(
      fc.property(anyText, (given) => {
        // JavaScript's \s, which that library splits by, and Unicode's space differ in these two.
        const text = given.replaceAll(/[\u0085\ufeff]/g, "");
        expect(theirs.encode(text, { add_special_tokens: false }).ids).toEqual([...tokenizer.encode(text)]);
      }),
      { numRuns: 500 },
    );
  });

  test("a long word without spaces takes no square of time", () => {
    const text = "lowest".repeat(50_000);
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  });

  test("text that was seen before gives the same ids again", () => {
    const fresh = bpeTokenizer(model);
    expect(fresh.encode("newest newest newest")).toEqual(fresh.encode("newest newest newest"));
  });

  test("an id out of range is refused", () => {
    expect(() => tokenizer.decode([tokenizer.vocabularySize])).toThrow(RangeError);
    expect(() => tokenizer.decode([-1])).toThrow(RangeError);
  });
});

test.each([
  ["a byte without a token", { tokens: byteCharacters.slice(1), merges: [] }],
  ["a merge that makes no token", { tokens: byteCharacters, merges: [[97, 98]] as [number, number][] }],
  ["a token that is not spelled in bytes", { tokens: [...byteCharacters, "\u4e00"], merges: [] }],
])("refuses %s", (_, broken) => {
  expect(() => bpeTokenizer(broken)).toThrow(TokenizerError);
});
