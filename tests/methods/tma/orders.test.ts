import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { halve } from "../../../shared/methods/tma/halves.ts";
import {
  budgeted,
  farFirst,
  nearTasks,
  randomOrder,
  roundRobin,
  taskClusters,
} from "../../../shared/methods/tma/orders.ts";
import { toUnit } from "../../../shared/methods/tma/vectors.ts";

/** Rounds {4, 1}, {3, 0, 6}, {2, 5}. */
const rounds = { order: Int32Array.of(4, 1, 3, 0, 6, 2, 5), sizes: [2, 3, 2] };
const tasks = { names: ["a", "b", "c"], of: Int32Array.of(0, 1, 0, 2, -1, 0, 1) };

describe("orders", () => {
  test("far first is near first backwards", () => {
    expect([...farFirst(rounds)]).toEqual([5, 2, 6, 0, 3, 1, 4]);
  });

  test("round-robin takes one of each task in turn, and those without a task as one more", () => {
    expect([...roundRobin(tasks)]).toEqual([0, 1, 3, 4, 2, 6, 5]);
  });

  test("clusters keep the items of a task together and in order", () => {
    const order = [...taskClusters(tasks, 1)];
    expect(order.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    const shown = order.map((item) => tasks.of[item]);
    expect(shown.filter((task, at) => task !== shown[at - 1])).toHaveLength(4);
    expect(order.filter((item) => tasks.of[item] === 0)).toEqual([0, 2, 5]);
    expect(new Set([1, 2, 3, 4, 5].map((seed) => taskClusters(tasks, seed).join(" "))).size).toBeGreaterThan(
      1,
    );
  });

  test("near tasks go by the cosine of their mean vector with the test items'", () => {
    const unit = (rows: number[][]) =>
      toUnit({ values: Float32Array.from(rows.flat()), count: rows.length, dimensions: 2 });
    const items = unit([
      [1, 0],
      [0, 1],
      [5, 5],
      [1, 1],
      [-1, 0],
      [0, 1],
      [0, 3],
    ]);
    // Directions: a (1, 0), (.7, .7), (0, 1); b (0, 1); c (.7, .7); without a task (-1, 0).
    const test = unit([
      [9, 9],
      [0, 2],
      [-1, 0],
    ]);
    expect([...nearTasks(tasks, items, test, Int32Array.of(1))]).toEqual([1, 6, 0, 2, 5, 3, 4]);
    expect([...nearTasks(tasks, items, test, Int32Array.of(2))].slice(0, 3)).toEqual([4, 1, 6]);
  });

  test("random orders hold every item, another in each draw and seed, and the same again", () => {
    const [one, two, three] = [randomOrder(50, 1, 0), randomOrder(50, 1, 1), randomOrder(50, 2, 0)];
    expect(one).toEqual(randomOrder(50, 1, 0));
    expect([one, two, three].map((order) => [...order].sort((a, b) => a - b))).toEqual(
      Array.from({ length: 3 }, () => Array.from({ length: 50 }, (_, item) => item)),
    );
    expect(one).not.toEqual(two);
    expect(one).not.toEqual(three);
  });
});

describe("the budgeted form", () => {
  test("by hand: inside a round by index, and cut by index", () => {
    const { near, far } = budgeted(rounds, { nearest: 3, farthest: 3 });
    expect([...near]).toEqual([1, 4, 0, 3, 2, 5]);
    expect([...far]).toEqual([2, 5, 3, 0, 1, 4]);
  });

  test("has the same items either way, and differs in data in the first half, where the full orders do too", () => {
    const { near, far } = budgeted(rounds, { nearest: 2, farthest: 2 });
    expect([...near]).toEqual([1, 4, 2, 5]);
    expect([...far]).toEqual([2, 5, 1, 4]);
  });

  test("of everything holds every item once", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(sizes, fc.nat(), (each, n) => {
        const items = each.reduce((sum, size) => sum + size, 0);
        const nearest = n % (items + 1);
        const order = randomOrder(items, 1, 0);
        const { near, far } = budgeted({ order, sizes: each }, { nearest, farthest: items - nearest });
        for (const made of [near, far]) {
          expect([...made].sort((a, b) => a - b)).toEqual(Array.from({ length: items }, (_, i) => i));
        }
      }),
    );
  });

  test("that overlaps is refused", () => {
    expect(() => budgeted(rounds, { nearest: 4, farthest: 4 })).toThrow("overlap in a data set of 7");
  });
});

describe("the halves of a test set", () => {
  test("share no item, leave none out, and have the sizes that were asked for", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 300 }), fc.integer(), (tests, seed) => {
        const { selecting, heldOut } = halve(tests, 0.5, seed);
        expect(heldOut.length).toBe(Math.round(tests / 2));
        expect([...selecting, ...heldOut].sort((a, b) => a - b)).toEqual(
          Array.from({ length: tests }, (_, i) => i),
        );
      }),
    );
  });

  test("without a share held out select with all; of one item nothing can be held out", () => {
    expect(halve(3, 0, 1)).toEqual({ selecting: Int32Array.of(0, 1, 2), heldOut: Int32Array.of() });
    expect(() => halve(1, 0.5, 1)).toThrow("heldOut: a test set of 1 cannot be split at 0.5");
  });
});
