import fc from "fast-check";
import { expect, test } from "vitest";
import { pack, pairedPlace, type TensorLayout, unpack } from "../../../shared/lm/families/layout.ts";
import { rotaryShare } from "../../../shared/lm/families/rope-settings.ts";

const rotating = fc
  .record({ half: fc.integer({ min: 1, max: 256 }), turning: fc.integer({ min: 1, max: 256 }) })
  .map(({ half, turning }) => ({ headDim: 2 * half, rotaryDim: 2 * Math.min(half, turning) }));

test("elements that turn together lie half a head apart, and every place is taken once", () => {
  fc.assert(
    fc.property(rotating, ({ headDim, rotaryDim }) => {
      const places = Array.from({ length: headDim }, (_, element) =>
        pairedPlace(element, headDim, rotaryDim),
      );
      expect([...places].sort((a, b) => a - b)).toEqual([...places.keys()]);
      for (let j = 0; j < rotaryDim / 2; j++) {
        expect([places[j], places[j + rotaryDim / 2]]).toEqual([j, j + headDim / 2]);
      }
    }),
  );
});

test("a share of a head is read as the elements that it was written for", () => {
  fc.assert(
    fc.property(rotating, ({ headDim, rotaryDim }) => {
      const share = rotaryShare(rotaryDim, headDim);
      expect(Math.floor(headDim * share)).toBe(rotaryDim);
      expect(share).toBeLessThanOrEqual(1);
    }),
    { numRuns: 1000 },
  );
});

test("any layout gives its weights back, each number at its row and column", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      fc.integer({ min: 0, max: 50 }),
      (heights, width, transposed, shift) => {
        const rows = heights.reduce((sum, height) => sum + height, 0);
        const parts = heights.map((height, i) => ({ name: `part${i}`, shape: [height, width] }));
        const rowOf = (stored: number) => (stored + shift) % rows;
        const shape = transposed ? [width, rows] : [rows, width];
        const layout: TensorLayout = { stored: "joined", shape, parts, transposed, rowOf };
        const values = Float32Array.from({ length: rows * width }, (_, i) => i);
        const weights = new Map(unpack(layout, values));
        const ours = parts.flatMap(({ name }) => [...(weights.get(name) ?? [])]);
        for (let stored = 0; stored < rows; stored++) {
          for (let column = 0; column < width; column++) {
            const at = transposed ? column * rows + stored : stored * width + column;
            expect(ours[rowOf(stored) * width + column]).toBe(at);
          }
        }
        expect(pack(layout, weights)).toEqual(values);
      },
    ),
  );
});
