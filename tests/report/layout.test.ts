import fc from "fast-check";
import { expect, test } from "vitest";
import { flow, spacedTicks, spread, textWidth, wrapText } from "../../shared/report/layout.ts";

const positions = fc.array(fc.double({ min: -50, max: 450, noNaN: true }), { minLength: 1, maxLength: 12 });

test("spread labels keep their order, their distance and the frame", () => {
  fc.assert(
    fc.property(positions, (given) => {
      const placed = spread(given, 16, 0, 400);
      const order = given.map((_, index) => index).sort((a, b) => (given[a] ?? 0) - (given[b] ?? 0) || a - b);
      const sorted = order.map((index) => placed[index] ?? Number.NaN);
      for (const [rank, place] of sorted.entries()) {
        expect(place).toBeGreaterThanOrEqual(-1e-9);
        expect(place).toBeLessThanOrEqual(400 + 1e-9);
        if (rank > 0) expect(place - (sorted[rank - 1] ?? 0)).toBeGreaterThanOrEqual(16 - 1e-9);
      }
    }),
  );
});

test("labels that do not touch stay where they are", () => {
  expect(spread([100, 10, 300], 16, 0, 400)).toEqual([100, 10, 300]);
});

test("more labels than fit share the room evenly", () => {
  expect(spread([5, 5, 5], 16, 0, 20)).toEqual([0, 10, 20]);
});

test("ticks that would touch are left out, the first is kept", () => {
  expect(spacedTicks([8, 1, 2, 3, 4, 5, 6, 7], Math.log2, 0.9)).toEqual([1, 2, 4, 8]);
});

test("wrapped text loses no word and no line is too wide for its words", () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { maxLength: 30 }), (words) => {
      const lines = wrapText(words.join(" "), 120, 12);
      expect(lines.join(" ")).toBe(words.join(" "));
      for (const line of lines) if (line.includes(" ")) expect(textWidth(line, 12)).toBeLessThanOrEqual(120);
    }),
  );
});

test("boxes flow into rows of the width, none over another", () => {
  expect(flow([60, 60, 30], 140, 10)).toEqual({
    places: [
      { x: 0, row: 0 },
      { x: 70, row: 0 },
      { x: 0, row: 1 },
    ],
    rows: 2,
  });
  expect(flow([], 140, 10).rows).toBe(0);
});
