import { setImmediate } from "node:timers/promises";
import * as z from "zod";
import { nearestOf } from "./nearest.ts";
import type { Products } from "./products.ts";
import { indexOf, scoreOf } from "./ranking.ts";

/**
 * Rounds of test-centric multi-turn arrangement (TMA, arXiv 2406.11721): in each, every test item takes its
 * nearest item that is left; what several take is in the round once.
 */
export interface Rounds {
  /** Items by rounds, nearest first; in a round by their similarity, of equals the lower index first. */
  readonly order: Int32Array;
  /** Cosine of each item, by place in `order`, with the nearest of the test items that took it. */
  readonly similarities: Float32Array;
  /** Items placed: all of them at the end. */
  readonly placed: number;
  readonly sizes: number[];
  /** Mean over the test items of the cosine with what each took. */
  readonly means: number[];
}

/** Rounds as a checkpoint keeps them. */
export const storedRounds = z.object({
  order: z.custom<Int32Array>((value) => value instanceof Int32Array),
  similarities: z.custom<Float32Array>((value) => value instanceof Float32Array),
  placed: z.int(),
  sizes: z.array(z.int()),
  means: z.array(z.number()),
});

export function noRounds(items: number): Rounds {
  return {
    order: new Int32Array(items),
    similarities: new Float32Array(items),
    placed: 0,
    sizes: [],
    means: [],
  };
}

export interface RoundOptions {
  readonly tests: number;
  /** Where to go on from. */
  readonly begun: Rounds;
  readonly signal: AbortSignal;
  /** Called after each round; `false` ends the work there. */
  after(rounds: Rounds): Promise<boolean>;
  /** Candidates of a test item's list; by the number of tests when absent. */
  readonly capacity?: number;
}

/** Rounds between two turns of the event loop. */
const turn = 16;

/** Goes on with the rounds until no item is left, or `after` says so. Scores are what `products` gives, cosines for unit vectors. */
export async function arrangeRounds(products: Products, options: RoundOptions): Promise<Rounds> {
  const { tests, begun, signal, after, capacity } = options;
  const order = begun.order.slice();
  const similarities = begun.similarities.slice();
  const [sizes, means] = [[...begun.sizes], [...begun.means]];
  const taken = new Uint8Array(order.length);
  for (const item of order.subarray(0, begun.placed)) taken[item] = 1;
  const nearest = nearestOf(products, { tests, taken, ...(capacity !== undefined && { capacity }) });
  let placed = begun.placed;
  const now = (): Rounds => ({ order, similarities, placed, sizes, means });
  while (placed < order.length) {
    signal.throwIfAborted();
    const found = (await nearest.find()).sort();
    const first = placed;
    let total = 0;
    for (const key of found) {
      const [item, score] = [indexOf(key), scoreOf(key)];
      total += score;
      if (taken[item] === 1) continue;
      taken[item] = 1;
      order[placed] = item;
      similarities[placed++] = score;
    }
    sizes.push(placed - first);
    means.push(total / tests);
    if (!(await after(now()))) break;
    if (sizes.length % turn === 0) await setImmediate();
  }
  return now();
}
