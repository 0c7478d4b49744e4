import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../../shared/lm/random.ts";
import { createProducts, itemBlock, type Products } from "../../../shared/methods/tma/products.ts";
import { indexOf, mostItems, rankKey, scoreOf, selectSmallest } from "../../../shared/methods/tma/ranking.ts";
import {
  arrangeRounds,
  noRounds,
  type RoundOptions,
  type Rounds,
} from "../../../shared/methods/tma/rounds.ts";
import { toUnit, type Vectors } from "../../../shared/methods/tma/vectors.ts";
import { bruteForceRounds, dot } from "./brute-force.ts";

const { signal } = new AbortController();
const threads = 1;

const vectorsOf = (rows: readonly number[][]): Vectors => ({
  values: Float32Array.from(rows.flat()),
  count: rows.length,
  dimensions: rows[0]?.length ?? 1,
});

/** Products by plain loops, all items and tests in one block. */
function plainProducts(items: readonly number[][], tests: readonly number[][]): Products {
  return {
    async *over(chosenItems, chosenTests) {
      const products = Float32Array.from(
        [...chosenTests].flatMap((test) =>
          [...chosenItems].map((item) => dot(items[item] ?? [], tests[test] ?? [])),
        ),
      );
      const [rows, columns] = [chosenTests.length, chosenItems.length];
      yield { firstTest: 0, tests: rows, firstItem: 0, items: columns, stride: columns, products };
    },
    release: async () => {},
  };
}

const all = async () => true;
const arrange = (
  products: Products,
  items: number,
  options: Omit<RoundOptions, "begun" | "signal" | "after">,
) => arrangeRounds(products, { begun: noRounds(items), signal, after: all, ...options });

function roundsOf({ order, sizes }: Rounds): number[][] {
  const ends = sizes.map((_, at) => sizes.slice(0, at + 1).reduce((sum, size) => sum + size, 0));
  return ends.map((end, at) => [...order.subarray(ends[at - 1] ?? 0, end)]);
}

/** Small whole numbers: their products are exact in any order of summing, and many are equal. */
const matrix = (rows: number, dimensions: number) =>
  fc.array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: dimensions, maxLength: dimensions }), {
    minLength: 1,
    maxLength: rows,
  });
const problem = fc.integer({ min: 1, max: 4 }).chain((dimensions) =>
  fc.record({
    items: matrix(40, dimensions),
    tests: matrix(6, dimensions),
    capacity: fc.integer({ min: 1, max: 6 }),
  }),
);

function randomRows(rows: number, dimensions: number, name: string): number[][] {
  const random = createRandom(3, name);
  return Array.from({ length: rows }, () => Array.from({ length: dimensions }, () => random.normal()));
}

describe("rounds", () => {
  test("are those of brute force, ties by the lowest index, however short the lists are", async () => {
    await fc.assert(
      fc.asyncProperty(problem, async ({ items, tests, capacity }) => {
        const rounds = await arrange(plainProducts(items, tests), items.length, {
          tests: tests.length,
          capacity,
        });
        expect(roundsOf(rounds)).toEqual(bruteForceRounds(items, tests));
      }),
      { numRuns: 200 },
    );
  });

  test("by hand: two test items that want the same one take it once, and go on from what is left", async () => {
    const items = [
      [1, 0],
      [0.9, 0.1],
      [0, 1],
      [-1, 0],
    ];
    const tests = [
      [1, 0],
      [1, 0.05],
    ];
    const rounds = await arrange(plainProducts(items, tests), 4, { tests: 2 });
    expect(roundsOf(rounds)).toEqual([[0], [1], [2], [3]]);
    expect(rounds.means[0]).toBeCloseTo(1, 6);
    expect(rounds.means[1]).toBeCloseTo((0.9 + 0.905) / 2, 6);
    expect(rounds.similarities[1]).toBeCloseTo(0.905, 6);
  });

  test("over blocks of onnxruntime's products are those of brute force in double precision", async () => {
    const dimensions = 24;
    const [items, tests] = [
      randomRows(itemBlock + 300, dimensions, "items"),
      randomRows(150, dimensions, "tests"),
    ];
    const [unitItems, unitTests] = [toUnit(vectorsOf(items)), toUnit(vectorsOf(tests))];
    const rowsOf = ({ values, count }: Vectors) =>
      Array.from({ length: count }, (_, row) => [
        ...values.subarray(row * dimensions, (row + 1) * dimensions),
      ]);
    const products = await createProducts(unitItems, unitTests, { threads, signal });
    const rounds = await arrange(products, items.length, { tests: tests.length, capacity: 16 });
    await products.release();
    expect(roundsOf(rounds)).toEqual(bruteForceRounds(rowsOf(unitItems), rowsOf(unitTests)));
  });

  test("hold every item once, and begin no nearer than they end", async () => {
    const [items, tests] = [randomRows(500, 8, "a"), randomRows(20, 8, "b")];
    const rounds = await arrange(plainProducts(items, tests), 500, { tests: 20 });
    expect([...rounds.order].sort((a, b) => a - b)).toEqual([...items.keys()]);
    expect(rounds.means.toSorted((a, b) => b - a)).toEqual(rounds.means);
  });

  test("cut after any round and gone on with are the same", async () => {
    const [items, tests] = [randomRows(300, 8, "a"), randomRows(12, 8, "b")];
    const products = plainProducts(items, tests);
    const whole = await arrange(products, 300, { tests: 12 });
    let state = noRounds(300);
    let cuts = 0;
    while (state.placed < 300) {
      const after = async () => false;
      state = structuredClone(await arrangeRounds(products, { begun: state, signal, after, tests: 12 }));
      cuts++;
    }
    expect(cuts).toBe(whole.sizes.length);
    expect(state).toEqual(whole);
  });

  test("stop when the run is cancelled", async () => {
    const aborted = AbortSignal.abort(new Error("enough"));
    const options = { begun: noRounds(1), signal: aborted, after: all, tests: 1 };
    await expect(arrangeRounds(plainProducts([[1]], [[1]]), options)).rejects.toThrow("enough");
  });
});

describe("blocked products", () => {
  test("are, bit for bit, the same wherever a pair falls, and close to double precision", async () => {
    const dimensions = 70;
    const [items, tests] = [randomRows(itemBlock + 77, dimensions, "i"), randomRows(131, dimensions, "t")];
    const products = await createProducts(vectorsOf(items), vectorsOf(tests), { threads, signal });
    const read = async (chosenItems: Int32Array, chosenTests: Int32Array) => {
      const found = new Map<string, number>();
      for await (const block of products.over(chosenItems, chosenTests)) {
        for (let row = 0; row < block.tests; row++) {
          for (let column = 0; column < block.items; column++) {
            const pair = `${chosenItems[block.firstItem + column]} ${chosenTests[block.firstTest + row]}`;
            found.set(pair, block.products[row * block.stride + column] ?? Number.NaN);
          }
        }
      }
      return found;
    };
    const whole = await read(Int32Array.from(items.keys()), Int32Array.from(tests.keys()));
    expect(whole.size).toBe(items.length * tests.length);
    const some = await read(Int32Array.from([2100, 5, 700, 2049, 2048]), Int32Array.from([130, 3, 128]));
    expect(some.size).toBe(15);
    for (const [pair, product] of some) {
      expect(whole.get(pair)).toBe(product);
      const [item = 0, test = 0] = pair.split(" ").map(Number);
      expect(product).toBeCloseTo(dot(items[item] ?? [], tests[test] ?? []), 4);
    }
    await products.release();
  });

  test("of vectors of different sizes are refused", async () => {
    const made = createProducts(vectorsOf([[1, 2]]), vectorsOf([[1]]), { threads, signal });
    await expect(made).rejects.toThrow("vectors of 2 and of 1 dimensions");
  });
});

describe("rank keys", () => {
  const score = fc.float({ noNaN: true });
  const index = fc.integer({ min: 0, max: mostItems - 1 });

  test("sort by falling score, then by rising index", () => {
    fc.assert(
      fc.property(score, index, score, index, (a, i, b, j) => {
        const [first, second] = [rankKey(a, i), rankKey(b, j)];
        expect(Math.sign(first - second)).toBe(a === b ? Math.sign(i - j) : a > b ? -1 : 1);
      }),
    );
  });

  test("give score and index back", () => {
    fc.assert(
      fc.property(score, index, (a, i) => {
        const key = rankKey(a, i);
        expect([scoreOf(key) + 0, indexOf(key)]).toEqual([a + 0, i]);
      }),
    );
  });

  test("are selected as sorting would", () => {
    const keys = fc.uniqueArray(fc.integer({ min: 0, max: 1e6 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(keys, fc.nat(), (values, n) => {
        const count = 1 + (n % values.length);
        const mixed = Float64Array.from(values);
        selectSmallest(mixed, count);
        expect([...mixed.subarray(0, count)].sort((a, b) => a - b)).toEqual(
          values.toSorted((a, b) => a - b).slice(0, count),
        );
      }),
    );
  });
});
