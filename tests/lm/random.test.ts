import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom, fillNormal, type Random, restoreRandom } from "../../shared/lm/random.ts";

const take = (random: Random, n: number) => Array.from({ length: n }, () => random.next());

describe("streams", () => {
  test("the same seed and names give these very numbers, today and on any machine", () => {
    const random = createRandom(7, "init", "fope", 2);
    expect(take(random, 3)).toEqual([1690755054, 3376168269, 3687983447]);
    expect([random.normal(), random.normal(), random.normal()]).toEqual([
      0.8786064477285142, 1.7064404132496933, 1.2784116512720014,
    ]);
  });

  test("another seed or another name is another stream, and names do not run together", () => {
    const first = (seed: number, ...names: string[]) => take(createRandom(seed, ...names), 4).join();
    const streams = [
      first(0),
      first(1),
      first(0, "a"),
      first(0, "b"),
      first(0, "a", "b"),
      first(0, "ab"),
      first(0, "a,b"),
    ];
    expect(new Set(streams).size).toBe(streams.length);
  });

  test("streams of neighbouring seeds do not correlate", () => {
    const n = 20_000;
    const [a, b] = [1, 2].map((seed) => fillNormal(createRandom(seed, "x"), new Float32Array(n), 1));
    let product = 0;
    for (let i = 0; i < n; i++) product += (a?.[i] ?? 0) * (b?.[i] ?? 0);
    expect(Math.abs(product / n)).toBeLessThan(4 / Math.sqrt(n));
  });

  test("goes on from its state exactly", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 40 }), (seed, drawn) => {
        const random = createRandom(seed, "state");
        for (let i = 0; i < drawn; i++) random.normal();
        const copy = restoreRandom(structuredClone(random.state()));
        expect([copy.normal(), copy.uniform(), copy.integer(10), copy.next()]).toEqual([
          random.normal(),
          random.uniform(),
          random.integer(10),
          random.next(),
        ]);
      }),
    );
  });

  test.each([[[1, 2, 3]], [[0, 0, 0, 0]], [[1, 2, 3, 4.5]], [[1, 2, 3, 2 ** 32]]])(
    "refuses %j as a state",
    (state) => {
      expect(() => restoreRandom(state)).toThrow(RangeError);
    },
  );
});

describe("distributions", () => {
  test("uniform stays in [0, 1) with the moments of a uniform", () => {
    const random = createRandom(3, "uniform");
    const values = Array.from({ length: 50_000 }, () => random.uniform());
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean).toBeCloseTo(0.5, 2);
  });

  test("integers fall in [0, n) and reach every value", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 6 }), (seed, n) => {
        const random = createRandom(seed, "integer");
        const seen = new Set(Array.from({ length: 200 }, () => random.integer(n)));
        expect([...seen].sort()).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
    expect(() => createRandom(0).integer(0)).toThrow(RangeError);
    expect(() => createRandom(0).integer(1.5)).toThrow(RangeError);
  });

  test("normal samples follow the normal distribution function", () => {
    const n = 200_000;
    const samples = fillNormal(createRandom(5, "normal"), new Float32Array(n), 1).sort();
    // Published quantiles of the standard normal distribution.
    const quantiles = [
      [-2.326348, 0.01],
      [-1.281552, 0.1],
      [-0.67449, 0.25],
      [0, 0.5],
      [0.67449, 0.75],
      [1.281552, 0.9],
      [2.326348, 0.99],
    ] as const;
    for (const [z, probability] of quantiles) {
      const below = samples.findIndex((sample) => sample > z) / n;
      expect(Math.abs(below - probability)).toBeLessThan(
        4 * Math.sqrt((probability * (1 - probability)) / n),
      );
    }
  });

  test("fillNormal scales by the standard deviation", () => {
    const plain = fillNormal(createRandom(1), new Float32Array(100), 1);
    const scaled = fillNormal(createRandom(1), new Float32Array(100), 0.5);
    expect(scaled).toEqual(plain.map((value) => value * 0.5));
  });

  test("shuffle keeps the items, and every order of three comes up as often", () => {
    const random = createRandom(9, "shuffle");
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = random.shuffle([1, 2, 3]).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(["123", "132", "213", "231", "312", "321"]);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(1000));
    expect(random.shuffle(new Int32Array([4, 4, 5])).toSorted()).toEqual(new Int32Array([4, 4, 5]));
  });
});
