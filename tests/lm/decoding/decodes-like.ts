import fc from "fast-check";
import { expect } from "vitest";
import type { Decoder } from "../../../shared/lm/decoding/decoder.ts";
import type { LanguageModel } from "../../../shared/lm/stored-model.ts";
import { largestDifference, logitsOf } from "../logits.ts";

type Model = Pick<LanguageModel, "config" | "weights">;

/** Something that a decoder is asked to do; numbers are taken modulo what there is. */
type Ask =
  | { readonly ask: "read"; readonly row: number; readonly tokens: readonly number[]; readonly all: boolean }
  | { readonly ask: "step"; readonly tokens: readonly (number | undefined)[] }
  | { readonly ask: "rollback"; readonly row: number; readonly length: number };

const rows = 3;
const window = 12;

const token = fc.nat(1000);
const asks: fc.Arbitrary<Ask[]> = fc.array(
  fc.oneof(
    fc.record({
      ask: fc.constant("read" as const),
      row: fc.nat(rows - 1),
      tokens: fc.array(token, { minLength: 1, maxLength: 5 }),
      all: fc.boolean(),
    }),
    fc.record({
      ask: fc.constant("step" as const),
      tokens: fc.array(fc.option(token, { nil: undefined, freq: 4 }), { minLength: rows, maxLength: rows }),
    }),
    fc.record({ ask: fc.constant("rollback" as const), row: fc.nat(rows - 1), length: fc.nat(window) }),
  ),
  { minLength: 1, maxLength: 12 },
);

/**
 * Holds a decoder to the training graph, which knows no cache: whatever was read, stepped and forgotten, its logits
 * are those of the tokens that its rows hold.
 */
export async function decodesLike(
  model: Model,
  create: (model: Model, options: { window: number; rows: number }) => Promise<Decoder>,
  { runs = 12, tolerance = 1e-4 } = {},
): Promise<void> {
  const decoder = await create(model, { window, rows });
  const known = new Map<string, Float32Array>();
  const expected = async (tokens: readonly number[]) => {
    const key = tokens.join();
    const logits = known.get(key) ?? (await logitsOf(model.config, model.weights, tokens));
    known.set(key, logits);
    return logits;
  };
  await fc.assert(
    fc.asyncProperty(asks, async (asked) => {
      for (let row = 0; row < rows; row++) decoder.rollback(0, row);
      await follow(decoder, expected, asked, tolerance);
    }),
    { numRuns: runs, seed: 7 },
  );
  await decoder.release();
}

async function follow(
  decoder: Decoder,
  expected: (tokens: readonly number[]) => Promise<Float32Array>,
  asked: readonly Ask[],
  tolerance: number,
): Promise<void> {
  const size = decoder.vocabularySize;
  const held: number[][] = Array.from({ length: rows }, () => []);
  const within = (given: number) => given % size;
  for (const each of asked) {
    switch (each.ask) {
      case "rollback": {
        const row = held[each.row] ?? [];
        row.length = Math.min(each.length, row.length);
        decoder.rollback(row.length, each.row);
        break;
      }
      case "read": {
        const row = held[each.row] ?? [];
        const tokens = each.tokens.map(within);
        const { all } = each;
        if (row.length + tokens.length > window) {
          await expect(decoder.read(tokens, { row: each.row })).rejects.toThrow(RangeError);
          break;
        }
        row.push(...tokens);
        const logits = Float32Array.from(await decoder.read(tokens, { row: each.row, all }));
        const wanted = (await expected(row)).slice((all ? -tokens.length : -1) * size);
        expect(largestDifference(logits, wanted)).toBeLessThan(tolerance);
        break;
      }
      case "step": {
        const tokens = each.tokens.map((given, row) =>
          given === undefined || (held[row]?.length ?? 0) === window ? undefined : within(given),
        );
        if (tokens.every((given) => given === undefined)) break;
        const logits = Float32Array.from(await decoder.step(tokens));
        for (const [row, given] of tokens.entries()) {
          if (given === undefined) continue;
          held[row]?.push(given);
          const wanted = (await expected(held[row] ?? [])).slice(-size);
          expect(largestDifference(logits.slice(row * size, (row + 1) * size), wanted)).toBeLessThan(
            tolerance,
          );
        }
      }
    }
    expect(held.map((_, row) => decoder.length(row))).toEqual(held.map((row) => row.length));
  }
}
