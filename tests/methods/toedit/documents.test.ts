import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byteTokenizer } from "../../../shared/lm/tokenizers/byte.ts";
import { blocksOf, passesOf } from "../../../shared/methods/toedit/block.ts";
import { corpusOf, type Item, longestDocument, textItems } from "../../../shared/methods/toedit/source.ts";
import { shapesUpTo, windowsOf } from "../../../shared/methods/toedit/windows.ts";
import { rowContent, streamedText } from "./contents.ts";

const pieces = (text: string, cuts: readonly number[]) =>
  async function* () {
    const bytes = new TextEncoder().encode(text);
    const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
    for (const [i, end] of places.slice(1).entries()) yield bytes.subarray(places[i], end);
  };
const textOf = (items: readonly Item[]) => items.map((item) => item.write(item.texts)).join("");

describe("documents of a text", () => {
  const letters = fc.array(fc.constantFrom("a", "é", "😀", "\n", "\n\n", " \n", "\t", "word"), {
    maxLength: 40,
  });

  test("are the same however the stream comes in pieces, and give the text back", async () => {
    await fc.assert(
      fc.asyncProperty(
        letters,
        fc.array(fc.nat(200), { maxLength: 8 }),
        fc.constantFrom("paragraph", "line"),
        async (all, cuts, splitAt) => {
          const text = all.join("");
          const whole = await Array.fromAsync(textItems(pieces(text, [])(), splitAt));
          const cut = await Array.fromAsync(textItems(pieces(text, cuts)(), splitAt));
          expect(textOf(whole)).toBe(text);
          expect(cut.map(({ index, texts }) => [index, texts])).toEqual(
            whole.map(({ index, texts }) => [index, texts]),
          );
        },
      ),
    );
  });

  test("end at blank lines, or at line ends", async () => {
    const text = "one\ntwo\n\n \nthree\n";
    const documents = async (splitAt: "paragraph" | "line") =>
      (await Array.fromAsync(textItems(pieces(text, [])(), splitAt))).map(({ texts }) => texts[0]);
    expect(await documents("paragraph")).toEqual(["one\ntwo", "three\n"]);
    expect(await documents("line")).toEqual(["one", "two", " ", "three"]);
  });

  test("that have no break are cut, between characters, wherever the stream was", async () => {
    const text = `${"😀".repeat(longestDocument / 2 + 10)}x`;
    const whole = await Array.fromAsync(textItems(pieces(text, [])(), "paragraph"));
    const cut = await Array.fromAsync(textItems(pieces(text, [5, 70_001, 600_003])(), "paragraph"));
    expect(whole.map(({ texts }) => texts[0]?.length)).toEqual([longestDocument, 21]);
    expect(cut.map(({ texts }) => texts)).toEqual(whole.map(({ texts }) => texts));
  });
});

describe("rows", () => {
  const given = { fields: undefined, splitAt: "paragraph" } as const;
  const upper = async (
    kind: "instructions" | "preferences" | "judgements",
    row: object,
    fields?: string[],
  ) => {
    const corpus = corpusOf(rowContent("rows", kind, [row]), { ...given, fields });
    const items = await Array.fromAsync(corpus.items());
    return items.map((item) => JSON.parse(item.write(item.texts.map((text) => text.toUpperCase()))));
  };

  test("of instructions have their answers edited, with what else the row says, under names that can be read again", async () => {
    const row = { question: "why?", answer: "because", id: 7, source: "a book" };
    expect(await upper("instructions", row)).toEqual([
      { instruction: "why?", output: "BECAUSE", id: 7, source: "a book" },
    ]);
    expect(await upper("instructions", row, ["instruction", "output"])).toEqual([
      { instruction: "WHY?", output: "BECAUSE", id: 7, source: "a book" },
    ]);
  });

  test("of preferences stay pairs, or keep their labels", async () => {
    expect(await upper("preferences", { prompt: "say", chosen: "yes", rejected: "no" })).toEqual([
      { prompt: "say", chosen: "YES", rejected: "NO" },
    ]);
    expect(
      await upper("preferences", {
        prompt: "say",
        responses: [
          { text: "a", label: 1 },
          { text: "b", label: 0 },
        ],
      }),
    ).toEqual([
      {
        prompt: "say",
        responses: [
          { text: "A", label: 1 },
          { text: "B", label: 0 },
        ],
      },
    ]);
  });

  test("of judgements have every response edited", async () => {
    const row = { question: "q", responses: ["x", "y"], label: "same", reference: "r" };
    expect(await upper("judgements", row)).toEqual([
      { question: "q", reference: "r", responses: ["X", "Y"], label: "same" },
    ]);
  });

  test("without the named field are refused by its name", async () => {
    await expect(upper("instructions", { instruction: "a", output: "b" }, ["answer"])).rejects.toThrow(
      "fields: a row of rows has no text at answer",
    );
    const text = streamedText("text", () => ["a"]);
    expect(() => corpusOf(text, { ...given, fields: ["output"] })).toThrow("fields: a plain text has none");
  });
});

describe("windows", () => {
  test("decide on every token but the first once, with context before it", () => {
    fc.assert(
      fc.property(fc.nat(300), fc.integer({ min: 2, max: 40 }), fc.nat(40), (tokens, window, wanted) => {
        const overlap = Math.min(wanted, window - 1);
        const windows = windowsOf(tokens, window, overlap);
        const decided = windows.flatMap(({ from, end }) =>
          Array.from({ length: end - from }, (_, i) => from + i),
        );
        expect(decided).toEqual(Array.from({ length: Math.max(0, tokens - 1) }, (_, i) => i + 1));
        for (const { start, end, from } of windows) {
          expect(end - start).toBeLessThanOrEqual(window);
          expect(from - start).toBe(start === 0 ? 1 : Math.max(1, overlap));
        }
      }),
    );
  });

  test("go to the smallest shape that holds them", () => {
    expect(shapesUpTo(64)).toEqual([16, 24, 32, 48, 64]);
    expect(shapesUpTo(10)).toEqual([10]);
    expect(shapesUpTo(100)).toEqual([16, 24, 32, 48, 64, 96, 100]);
  });
});

describe("blocks", () => {
  const lines = (count: number) =>
    Array.from({ length: count }, (_, i) => `line ${i}${"x".repeat(i % 37)}\n`);

  test("hold no more documents than their limit, however many come", async () => {
    let produced = 0;
    const content = streamedText("text", function* () {
      for (const line of lines(5000)) {
        produced++;
        yield line;
      }
    });
    const corpus = corpusOf(content, { fields: undefined, splitAt: "line" });
    const limits = { tokens: 4000, items: 100 };
    let [consumed, blocks, most] = [0, 0, 0];
    for await (const block of blocksOf(corpus.items(), byteTokenizer, { index: 0, of: 1 }, 0, limits)) {
      most = Math.max(most, produced - consumed);
      expect(block.items.length).toBeLessThanOrEqual(limits.items);
      expect(block.tokens).toBeLessThan(limits.tokens + 60);
      consumed += block.items.length;
      blocks++;
    }
    expect(consumed).toBe(5000);
    expect(blocks).toBeGreaterThan(49);
    // The line after a break must be seen before the break counts.
    expect(most).toBeLessThanOrEqual(limits.items + 2);
  });

  test("from any item on are those of the whole, and shards share the items among them", async () => {
    const all = async (from: number, shard = { index: 0, of: 1 }) => {
      const corpus = corpusOf(
        streamedText("text", () => lines(300)),
        { fields: undefined, splitAt: "line" },
      );
      return Array.fromAsync(
        blocksOf(corpus.items(), byteTokenizer, shard, from, { tokens: 900, items: 20 }),
      );
    };
    const indexes = (blocks: Awaited<ReturnType<typeof all>>) =>
      blocks.map(({ items }) => items.map(({ index }) => index));
    const whole = await all(0);
    expect(indexes(await all(whole[3]?.next ?? 0))).toEqual(indexes(whole).slice(4));
    const shards = await Promise.all([0, 1, 2].map((index) => all(0, { index, of: 3 })));
    expect(shards.flatMap((blocks) => indexes(blocks).flat()).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 300 }, (_, i) => i),
    );
    expect(
      indexes(shards[1] ?? [])
        .flat()
        .every((index) => index % 3 === 1),
    ).toBe(true);
  });

  test("their passes hold every window once, short ones apart from long ones", async () => {
    const corpus = corpusOf(
      streamedText("text", () => lines(200)),
      { fields: undefined, splitAt: "line" },
    );
    const [block] = await Array.fromAsync(blocksOf(corpus.items(), byteTokenizer, { index: 0, of: 1 }, 0));
    if (block === undefined) throw new Error("no block");
    const shapes = shapesUpTo(31);
    const passes = passesOf(block, shapes, () => 7, { window: 32, overlap: 8 });
    const decided = passes.flatMap(({ rows }) =>
      rows.map(({ document, window }) => [document.at, window.from, window.end]),
    );
    const expected = block.documents.flatMap(({ at, tokens }) =>
      windowsOf(tokens.length, 32, 8).map(({ from, end }) => [at, from, end]),
    );
    const sorted = (list: number[][]) => list.map(String).sort();
    expect(sorted(decided)).toEqual(sorted(expected));
    for (const { length, rows } of passes) {
      expect(rows.length).toBeLessThanOrEqual(7);
      const smaller = shapes[shapes.indexOf(length) - 1] ?? 0;
      for (const { window } of rows) {
        expect(window.end - window.start - 1).toBeLessThanOrEqual(length);
        expect(window.end - window.start - 1).toBeGreaterThan(smaller);
      }
    }
  });
});
