import type { Products } from "./products.ts";
import { fractions, itemsIn } from "./statistics.ts";

/**
 * How well the beginnings of some orders cover test items: the mean over the test items at `chosen` of the cosine with
 * the nearest item of the beginning, by order and fraction, in one pass over the products.
 */
export async function coverageOf(
  products: Products,
  orders: readonly Int32Array[],
  { items, chosen }: { items: number; chosen: Int32Array },
): Promise<Map<Int32Array, readonly number[]>> {
  const slots = slotsOf(orders, items);
  const width = orders.length;
  const nearest = new Float32Array(chosen.length * width * fractions.length).fill(Number.NEGATIVE_INFINITY);
  const all = Int32Array.from({ length: items }, (_, item) => item);
  for await (const block of products.over(all, chosen)) {
    for (let row = 0; row < block.tests; row++) {
      const base = (block.firstTest + row) * width * fractions.length;
      for (let column = 0; column < block.items; column++) {
        const cosine = block.products[row * block.stride + column] as number; // within the block
        const first = (block.firstItem + column) * width;
        for (let at = first; at < first + width; at++) {
          const slot = slots[at] as number; // an order of an item
          if (slot >= 0 && cosine > (nearest[base + slot] as number)) nearest[base + slot] = cosine;
        }
      }
    }
  }
  return new Map(orders.map((order, at) => [order, meansOf(nearest, at * fractions.length, width)]));
}

/** For each item and order the number of the stretch that it is first in; -1 where the order leaves it out. */
function slotsOf(orders: readonly Int32Array[], items: number): Int16Array {
  const slots = new Int16Array(items * orders.length).fill(-1);
  for (const [at, order] of orders.entries()) {
    for (const [rank, item] of order.entries()) {
      const stretch = fractions.findIndex((fraction) => rank < itemsIn(order, fraction));
      slots[item * orders.length + at] = at * fractions.length + stretch;
    }
  }
  return slots;
}

/** Means over the test items, a stretch taking in those before it. */
function meansOf(nearest: Float32Array, from: number, width: number): number[] {
  const stride = width * fractions.length;
  const totals = fractions.map(() => 0);
  for (let base = from; base < nearest.length; base += stride) {
    let best = Number.NEGATIVE_INFINITY;
    for (let stretch = 0; stretch < fractions.length; stretch++) {
      best = Math.max(best, nearest[base + stretch] as number); // a stretch of the test item
      totals[stretch] = (totals[stretch] ?? 0) + best;
    }
  }
  return totals.map((total) => total / (nearest.length / stride));
}
