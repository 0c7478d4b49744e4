import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLookup } from "../../shared/engine/kernels/lookup.ts";
import { createRandom, fillNormal } from "../../shared/lm/random.ts";
import { bruteMemoryLayer, chunksOf } from "./brute-memory-layer.ts";

const shape = fc.record({
  d: fc.integer({ min: 4, max: 40 }),
  width: fc.integer({ min: 1, max: 23 }),
  hash: fc.record({
    bits: fc.integer({ min: 1, max: 4 }),
    weighting: fc.constantFrom("paper" as const, "released" as const),
    temperature: fc.constantFrom(0.5, 1, 2),
  }),
});

describe("the lookup kernel", () => {
  test("sums the rows that brute force sums, for several layers in one memory", () => {
    const several = fc.record({
      shapes: fc.array(shape, { minLength: 1, maxLength: 4 }),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(several, ({ shapes, seed }) => {
        const random = createRandom(seed, "lookup");
        const normal = (length: number) => fillNormal(random, new Float32Array(length), 1);
        const layers = shapes.map(({ d, width, hash }) => ({
          hash,
          width,
          tables: normal(chunksOf(d, hash) * 2 ** hash.bits * width),
        }));
        const lookup = createLookup(layers);
        for (const [at, { d, width, hash }] of shapes.entries()) {
          const x = normal(d);
          x[0] = 0;
          const tables = layers[at]?.tables ?? new Float32Array();
          const c = new Float32Array(width);
          const { y } = bruteMemoryLayer({ rows: 1, d, width, hash }, { x, tables, c });
          const found = lookup.run(at, x);
          expect(found.length).toBe(width);
          for (const [i, wanted] of y.entries())
            expect(Math.abs((found[i] ?? Number.NaN) - wanted)).toBeLessThan(1e-4);
        }
      }),
    );
  });

  test("refuses rows and tables that do not fit, and says why", () => {
    const hash = { bits: 2, weighting: "paper" } as const;
    const lookup = createLookup([{ tables: new Float32Array(16), width: 2, hash }]);
    expect(() => lookup.run(0, new Float32Array(6))).toThrow("a row of 6 is not 2 chunks of 2 bits");
    expect(() => lookup.run(1, new Float32Array(4))).toThrow("there is no layer 1");
    expect(() => createLookup([{ tables: new Float32Array(15), width: 2, hash }])).toThrow(
      "15 values are not tables",
    );
  });
});
