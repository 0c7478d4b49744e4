import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Packing, packInOrder, packTightly, padShare } from "../../../shared/lm/fine-tuning/packing.ts";

const rowLength = 30;
const lengthLists = fc.array(fc.integer({ min: 1, max: rowLength }), { maxLength: 60 });
const filled = (row: readonly number[], lengths: readonly number[]) =>
  row.reduce((sum, at) => sum + (lengths[at] ?? Number.NaN), 0);

/** First-fit decreasing as it reads: every row is looked at. */
function naive(lengths: readonly number[]): number[][] {
  const rows: number[][] = [];
  const order = lengths.map((_, at) => at).sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0) || a - b);
  for (const at of order) {
    const row = rows.find((one) => filled(one, lengths) + (lengths[at] ?? 0) <= rowLength);
    if (row === undefined) rows.push([at]);
    else row.push(at);
  }
  return rows.map((row) => row.toSorted((a, b) => a - b)).toSorted(([a = 0], [b = 0]) => a - b);
}

function expectWhole(packing: Packing, lengths: readonly number[]): void {
  expect(packing.flat().toSorted((a, b) => a - b)).toEqual(lengths.map((_, at) => at));
  for (const row of packing) expect(filled(row, lengths)).toBeLessThanOrEqual(rowLength);
}

describe("packing", () => {
  test("first-fit decreasing puts each where a search of all rows would", () => {
    fc.assert(
      fc.property(lengthLists, (lengths) => {
        const packing = packTightly(lengths, rowLength);
        expectWhole(packing, lengths);
        expect(packing).toEqual(naive(lengths));
      }),
    );
  });

  test("in order, a row ends where the next example has no room", () => {
    fc.assert(
      fc.property(lengthLists, (lengths) => {
        const packing = packInOrder(lengths, rowLength);
        expectWhole(packing, lengths);
        expect(packing.flat()).toEqual(lengths.map((_, at) => at));
        for (const [row, members] of packing.entries()) {
          const next = packing[row + 1]?.[0];
          if (next !== undefined)
            expect(filled(members, lengths) + (lengths[next] ?? 0)).toBeGreaterThan(rowLength);
        }
      }),
    );
  });

  test("with a window, no example leaves its own, and each is packed as alone", () => {
    fc.assert(
      fc.property(lengthLists, fc.integer({ min: 1, max: 20 }), (lengths, window) => {
        const packing = packTightly(lengths, rowLength, { window });
        expectWhole(packing, lengths);
        const starts = lengths.map((_, at) => at).filter((at) => at % window === 0);
        expect(packing).toEqual(
          starts.flatMap((start) =>
            naive(lengths.slice(start, start + window)).map((row) => row.map((at) => start + at)),
          ),
        );
      }),
    );
  });

  test("the share of pads is what the rows hold beside the examples", () => {
    const lengths = [10, 20, 15, 7];
    expect(padShare(lengths, packInOrder(lengths, rowLength), rowLength)).toBeCloseTo(1 - 52 / 60, 12);
    expect(padShare(lengths, [[0], [1], [2], [3]], rowLength)).toBeCloseTo(1 - 52 / 120, 12);
    expect(padShare([], [], rowLength)).toBe(0);
  });

  test("an example that no row holds is named", () => {
    for (const pack of [packInOrder, packTightly])
      expect(() => pack([3, 31], rowLength)).toThrow("example 1 has 31 tokens, and a row holds 30");
    expect(() => packTightly([3], rowLength, { window: 0 })).toThrow("a window of 0");
  });
});
