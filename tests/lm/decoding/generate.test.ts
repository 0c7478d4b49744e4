import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type GenerationOptions, generate, generateAll } from "../../../shared/lm/decoding/generate.ts";
import { tableDecoder } from "./table-decoder.ts";

/** Prefers one more than the last token, modulo the vocabulary. */
const counting = (options = {}) =>
  tableDecoder(
    8,
    (tokens) => Array.from({ length: 8 }, (_, i) => (i === ((tokens.at(-1) ?? 0) + 1) % 8 ? 1 : 0)),
    options,
  );

const write = async (decoder: ReturnType<typeof counting>, prompt: number[], options: GenerationOptions) =>
  (await Array.fromAsync(generate(decoder, Uint8Array.from(prompt), options))).map(({ token }) => token);

describe("generation", () => {
  test("greedy text is the most probable token at every place, with its log-probability", async () => {
    const written = await Array.fromAsync(generate(counting(), Uint8Array.of(5), { maxTokens: 4 }));
    expect(written.map(({ token }) => token)).toEqual([6, 7, 0, 1]);
    for (const { logProbability } of written) {
      expect(logProbability).toBeCloseTo(1 - Math.log(Math.E + 7), 6);
    }
  });

  test("ends with a stop sequence, which it yields, and where the window is full", async () => {
    const stop = [[9], Uint8Array.of(0, 1)];
    expect(await write(counting(), [5], { maxTokens: 40, stop })).toEqual([6, 7, 0, 1]);
    expect(await write(counting({ window: 3 }), [5], { maxTokens: 40 })).toEqual([6, 7, 0]);
    expect(await write(counting(), [5], { maxTokens: 0 })).toEqual([]);
  });

  test("a seed repeats, and another gives another text", async () => {
    const options = { maxTokens: 50, temperature: 1, seed: 5 };
    const drawn = await write(counting(), [1], options);
    expect(await write(counting(), [1], options)).toEqual(drawn);
    expect(await write(counting(), [1], { ...options, seed: 6 })).not.toEqual(drawn);
  });
});

describe("generation of many texts", () => {
  test("gives each prompt the text that it has alone when greedy, whatever the rows", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat(7), { minLength: 1, maxLength: 4 }), { maxLength: 9 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(6),
        async (prompts, rows, maxTokens) => {
          const options = { maxTokens, stop: [[0, 1]] };
          const written = await Array.fromAsync(
            generateAll(
              counting({ rows }),
              prompts.map((prompt) => Uint8Array.from(prompt)),
              options,
            ),
          );
          const texts = written.toSorted((a, b) => a.index - b.index).map(({ tokens }) => tokens);
          const alone = await Promise.all(prompts.map((prompt) => write(counting(), prompt, options)));
          expect(texts).toEqual(maxTokens === 0 ? [] : alone);
        },
      ),
    );
  });

  test("draws do not depend on what is written beside them", async () => {
    const prompts = [[1], [2, 3], [4], [5, 6, 7], [0]].map((prompt) => Uint8Array.from(prompt));
    const draws = async (rows: number) =>
      (
        await Array.fromAsync(
          generateAll(counting({ rows }), prompts, { maxTokens: 20, temperature: 1, seed: 3 }),
        )
      ).toSorted((a, b) => a.index - b.index);
    const alone = await draws(1);
    expect(await draws(3)).toEqual(alone);
    expect(new Set(alone.map(({ tokens }) => tokens.join())).size).toBe(5);
  });
});
