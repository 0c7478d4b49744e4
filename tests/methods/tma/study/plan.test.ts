import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { studyOrders } from "../../../../shared/methods/tma/study/input.ts";
import { partRows } from "../../../../shared/methods/tma/study/part-rows.ts";
import { itemsOf, jobsOf, ordersOf } from "../../../../shared/methods/tma/study/plan.ts";

const tasks = (of: readonly number[]) => ({ names: ["a", "b", "c"], of: Int32Array.from(of) });
const order = (count: number) =>
  fc.shuffledSubarray(
    Array.from({ length: count }, (_, item) => item),
    { minLength: count },
  );
const pools = fc
  .tuple(fc.integer({ min: 20, max: 40 }), fc.integer({ min: 1, max: 4 }))
  .chain(([steps, batch]) => {
    const count = steps * batch;
    return fc.record({
      near: order(count).map((items) => Int32Array.from(items)),
      nearTasks: order(count).map((items) => Int32Array.from(items)),
      tasks: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: count, maxLength: count }).map(tasks),
      batch: fc.constant(batch),
      passes: fc.integer({ min: 1, max: 3 }),
      number: fc.integer(),
    });
  });
const sorted = (items: Iterable<number>) => [...items].sort((a, b) => a - b);

describe("what a training reads", () => {
  test("is in every order all of the same items, once", () =>
    fc.assert(
      fc.property(pools, fc.constantFrom(...studyOrders), (pool, name) => {
        const items = itemsOf({ kind: "order", name, seed: 0 }, pool);
        expect(sorted(items)).toEqual(sorted(pool.near));
      }),
    ));

  test("far first is near first backwards, by items and by tasks", () =>
    fc.assert(
      fc.property(pools, (pool) => {
        const items = (name: (typeof studyOrders)[number]) => itemsOf({ kind: "order", name, seed: 0 }, pool);
        expect(items("far").toReversed()).toEqual(pool.near);
        expect(items("far-tasks").toReversed()).toEqual(pool.nearTasks);
      }),
    ));

  test("of a subset are the nearest, the farthest, or as many others, as often as it passes, in whole batches", () =>
    fc.assert(
      fc.property(pools, fc.double({ min: 0.01, max: 0.9, noNaN: true }), (pool, share) => {
        const subset = (name: "nearest" | "random" | "farthest") =>
          itemsOf({ kind: "subset", name, share, seed: 0 }, pool);
        const [nearest, random, farthest] = [subset("nearest"), subset("random"), subset("farthest")];
        const count = nearest.length / pool.passes;
        expect(count % pool.batch).toBe(0);
        expect(Math.abs(count - share * pool.near.length)).toBeLessThanOrEqual(pool.batch);
        for (let pass = 0; pass < pool.passes; pass++) {
          const [from, to] = [pass * count, (pass + 1) * count];
          expect(sorted(nearest.subarray(from, to))).toEqual(sorted(pool.near.subarray(0, count)));
          expect(sorted(farthest.subarray(from, to))).toEqual(sorted(pool.near.subarray(-count)));
          expect(new Set(random.subarray(from, to)).size).toBe(count);
        }
        expect(sorted(new Set(random))).toHaveLength(count);
      }),
    ));

  test("is every order and subset once a seed; without tasks no order goes by them", () => {
    const given = { seeds: 2, subsets: { shares: [0.1, 0.5], passes: 1 }, orders: undefined };
    const jobs = jobsOf(given, tasks([0, 1, 2]));
    expect(jobs).toHaveLength(2 * (5 + 6));
    expect(new Set(jobs.map((job) => JSON.stringify(job))).size).toBe(jobs.length);
    expect(jobs.slice(0, 11).every(({ seed }) => seed === 0)).toBe(true);
    expect(ordersOf({ orders: undefined }, tasks([1, 1]))).toEqual(["near", "far", "random"]);
    expect(ordersOf({ orders: ["far-tasks"] }, tasks([0, 1]))).toEqual(["far-tasks"]);
  });
});

describe("rows", () => {
  const rows = fc.array(fc.constantFrom("a", "b", "c", undefined), { minLength: 60, maxLength: 200 });

  test("are trained on in whole batches, kept for the off-target loss, or left over", () =>
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 40 }), fc.integer(), (named, offTarget, seed) => {
        const all = named.map((task, index) => ({ task, index }));
        const training = { batch: 2, warmup: 0, weightDecay: 0, clipNorm: 1, schedule: "cosine" as const };
        const parts = partRows({ offTarget, training }, all, new Set(["a"]), seed);
        const others = all.filter(({ task }) => task === "b" || task === "c");
        expect(parts.offTarget.length).toBe(Math.min(offTarget, Math.floor(others.length / 4)));
        for (const row of parts.offTarget) expect(others).toContain(row);
        expect(parts.pool.length % 2).toBe(0);
        expect(parts.surplus).toBe(all.length - parts.pool.length - parts.offTarget.length);
        expect(parts.surplus).toBeLessThan(2);
        const used = [...parts.pool, ...parts.offTarget].map(({ index }) => index);
        expect(new Set(used).size).toBe(used.length);
        const kept = parts.pool.map(({ index }) => index);
        expect(kept).toEqual(sorted(kept));
      }),
    ));

  test("without tasks none is off target; too few for twenty batches are refused", () => {
    const training = { batch: 4, warmup: 0, weightDecay: 0, clipNorm: 1, schedule: "cosine" as const };
    const all = Array.from({ length: 82 }, () => ({ task: undefined }));
    expect(partRows({ offTarget: 9, training }, all, new Set(["a"]), 0)).toMatchObject({
      offTarget: [],
      surplus: 2,
    });
    expect(() => partRows({ offTarget: 9, training }, all.slice(3), new Set(), 0)).toThrow(
      "training.batch: 79 rows make 19 steps of 4; at least 20 are needed",
    );
  });
});
