import { createRandom } from "../../lm/random.ts";
import { centroidOf } from "./measures.ts";
import type { Rounds } from "./rounds.ts";
import type { UnitVectors } from "./vectors.ts";

/** What each item belongs to: a number into `names`; -1 where it names no task. */
export interface Tasks {
  readonly names: readonly string[];
  readonly of: Int32Array;
}

/** Far first: the near order, last item first. */
export function farFirst({ order }: Pick<Rounds, "order">): Int32Array {
  return order.toReversed();
}

export function randomOrder(items: number, seed: number, draw: number): Int32Array {
  return createRandom(seed, "order", draw).shuffle(Int32Array.from({ length: items }, (_, item) => item));
}

/** Items by task, in their own order; those without one stand for a task of their own, the last. */
export function itemsByTask({ names, of }: Tasks): number[][] {
  const groups: number[][] = Array.from({ length: names.length + 1 }, () => []);
  for (const [item, task] of of.entries()) groups[task < 0 ? names.length : task]?.push(item);
  return groups.filter((group) => group.length > 0);
}

/** One item of every task in turn, tasks in the order of their first items; tasks that are used up are passed over. */
export function roundRobin(tasks: Tasks): Int32Array {
  const groups = itemsByTask(tasks);
  const longest = groups.reduce((most, group) => Math.max(most, group.length), 0);
  const turns = Array.from({ length: longest }, (_, turn) =>
    groups.flatMap((group) => {
      const item = group[turn];
      return item === undefined ? [] : [item];
    }),
  );
  return Int32Array.from(turns.flat());
}

/** One task after the other, tasks in random order. */
export function taskClusters(tasks: Tasks, seed: number): Int32Array {
  return Int32Array.from(createRandom(seed, "clusters").shuffle(itemsByTask(tasks)).flat());
}

/**
 * The coarse order: one task after the other by the cosine of the task's mean unit vector with the mean of the
 * test vectors at `chosen`, the nearest task first; of equals the one that comes first.
 */
export function nearTasks(
  tasks: Tasks,
  items: UnitVectors,
  tests: UnitVectors,
  chosen: Int32Array,
): Int32Array {
  const { direction } = centroidOf(tests, chosen);
  const ones = { ...items, lengths: new Float32Array(items.count).fill(1) };
  const scored = itemsByTask(tasks).map((group) => {
    const mean = centroidOf(ones, Int32Array.from(group));
    const cosine = mean.direction.reduce((sum, value, i) => sum + value * (direction[i] ?? 0), 0);
    return { group, cosine };
  });
  return Int32Array.from(scored.toSorted((a, b) => b.cosine - a.cosine).flatMap(({ group }) => group));
}

export interface Budget {
  readonly nearest: number;
  readonly farthest: number;
}

/**
 * The budgeted form of the released code: the first `nearest` items by rounds and the last `farthest`, inside a
 * round by index, also where a round is cut (of a round that both cut the far part has what the near part left). `near` has the near part first, `far` the far part; both are the same
 * data, but either begins with data that the other has last. Throws RangeError where the two parts overlap.
 */
export function budgeted(
  { order, sizes }: Pick<Rounds, "order" | "sizes">,
  { nearest, farthest }: Budget,
): { readonly near: Int32Array; readonly far: Int32Array } {
  if (nearest + farthest > order.length) {
    throw new RangeError(
      `budget: ${nearest} nearest and ${farthest} farthest items overlap in a data set of ${order.length}`,
    );
  }
  const rounds: number[][] = [];
  let from = 0;
  for (const size of sizes) {
    rounds.push([...order.subarray(from, from + size)].sort((a, b) => a - b));
    from += size;
  }
  const near = firstOf(rounds, nearest);
  const taken = new Set(near.flat());
  const others = rounds.map((round) => round.filter((item) => !taken.has(item)));
  const far = firstOf(others.toReversed(), farthest);
  return {
    near: Int32Array.from([...near, ...far.toReversed()].flat()),
    far: Int32Array.from([...far, ...near.toReversed()].flat()),
  };
}

/** The first rounds that together hold `wanted` items, the last of them cut. */
function firstOf(rounds: readonly (readonly number[])[], wanted: number): (readonly number[])[] {
  const chosen: (readonly number[])[] = [];
  let left = wanted;
  for (const round of rounds) {
    if (left === 0) break;
    chosen.push(round.slice(0, left));
    left -= Math.min(left, round.length);
  }
  return chosen;
}
