import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../../shared/lm/random.ts";
import {
  answerLength,
  answerPlaces,
  passkeyPrompt,
  passkeyRow,
  shortestPrompt,
} from "../../../shared/methods/fope/passkey.ts";

const textOf = (tokens: Int32Array) => Buffer.from(tokens).toString("latin1");
const symbols = /[0-9A-T!#$%&*+/<>@[\]^_{|}~?]+/g;
const lengths = fc.integer({ min: shortestPrompt, max: 600 });
const depths = fc.double({ min: 0, max: 1, noNaN: true });

describe("a prompt", () => {
  test("has the length asked for, one key, and its question with the answer at the end", () => {
    fc.assert(
      fc.property(fc.integer(), lengths, depths, (seed, length, depth) => {
        const { tokens, answer, keyAt } = passkeyPrompt(createRandom(seed), { length, depth });
        const text = textOf(tokens);
        expect(tokens.length).toBe(length);
        expect(answer).toMatch(/^[0-9][A-J][K-T][!#$%&*+/<>][@[\]^_{|}~?]$/);
        expect(text.endsWith(`key=${answer}`)).toBe(true);
        expect(text.slice(keyAt - 4, keyAt + 7)).toBe(`key=${answer}. `);
        expect(text.match(symbols)).toEqual([answer, answer]);
        expect(answerPlaces.map((place) => text.at(place)).join("")).toBe(answer);
        expect(text).toMatch(/^[ -~]*$/);
      }),
    );
  });

  test("puts the key at its depth", () => {
    const at = (depth: number) => passkeyPrompt(createRandom(1), { length: 232, depth }).keyAt;
    // 212 bytes of filler, and the key follows "key=".
    expect([0, 0.25, 0.5, 1].map(at)).toEqual([4, 57, 110, 216]);
  });

  test("fits the shortest training length", () => {
    expect(shortestPrompt).toBe(20);
    const { tokens, answer } = passkeyPrompt(createRandom(4), { length: 20, depth: 0.3 });
    expect(textOf(tokens)).toBe(`key=${answer}. key=${answer}`);
    expect(answerLength).toBe(5);
  });

  test("reads like this", () => {
    const { tokens } = passkeyPrompt(createRandom(0, "passkey"), { length: 100, depth: 0.5 });
    expect(textOf(tokens)).toBe(
      "y is blue. the sea is deep. here we go. key=3DL#]. is blue. night is dark. the sun is hot. key=3DL#]",
    );
  });

  test("another stream gives another key and other filler, the same stream the same", () => {
    const text = (seed: number) =>
      textOf(passkeyPrompt(createRandom(seed), { length: 300, depth: 0 }).tokens);
    expect(text(1)).toBe(text(1));
    expect(text(1)).not.toBe(text(2));
  });

  test("keys spread over all symbols of each place", () => {
    const random = createRandom(3);
    const counts = new Map<string, number>();
    for (let i = 0; i < 5000; i++) {
      for (const symbol of passkeyPrompt(random, { length: 32, depth: 0 }).answer) {
        counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
      }
    }
    expect(counts.size).toBe(50);
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(5 * Math.sqrt(450));
  });

  test.each([
    [19, 0.5],
    [40.5, 0.5],
    [100, -0.1],
    [100, 1.1],
    [100, Number.NaN],
  ])("length %d at depth %d is refused", (length, depth) => {
    expect(() => passkeyPrompt(createRandom(0), { length, depth })).toThrow(RangeError);
  });
});

test("half of the training rows are prompts whose keys stand anywhere, the others state one key many times", () => {
  const random = createRandom(8);
  const row = new Int32Array(65);
  const room = 65 - shortestPrompt;
  const places: number[] = [];
  const drawn = 800;
  for (let i = 0; i < drawn; i++) {
    passkeyRow(random, row);
    const text = textOf(row);
    const keys = (text.match(symbols) ?? []).filter((key) => key.length === 5);
    expect(new Set(keys).size).toBeLessThanOrEqual(1);
    if (/^[a-z .]*key=([^a-z .=]{5})\. [a-z .]*key=\1$/.test(text)) places.push(text.indexOf("key="));
  }
  // Of the others, few look like a prompt by chance.
  expect(Math.abs(places.length - drawn / 2)).toBeLessThan(60);
  expect(Math.min(...places)).toBe(0);
  expect(Math.max(...places)).toBe(room);
  const mean = places.reduce((sum, place) => sum + place, 0) / places.length;
  expect(Math.abs(mean - room / 2)).toBeLessThan((5 * room) / Math.sqrt(12 * places.length));
});
