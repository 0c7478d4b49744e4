import { meanSd } from "../measured.ts";
import type { InstructionRow } from "../rows.ts";
import { type BigramCounts, bigramDivergence, bigramsOf } from "./bigrams.ts";
import type { OrderName } from "./fields.ts";
import { type Measures, weightedDistance } from "./measures.ts";
import type { OrderResult, Stretch } from "./output.ts";
import type { RowSource } from "./source.ts";

/** Shares of an order, from its beginning, that its figures are taken over. */
export const fractions = [0.05, 0.1, 0.25, 0.5, 1] as const;

/** An order, or all draws of the random one. */
export interface NamedOrder {
  readonly name: OrderName;
  readonly draws: readonly Int32Array[];
}

/** Items in the beginning of an order that the share says, at least one. */
export function itemsIn(order: Int32Array, fraction: number): number {
  return Math.max(1, Math.round(fraction * order.length));
}

/** What the figures of an order are taken from, by item. */
export interface ItemFigures {
  readonly nearest: Float32Array;
  readonly average: Float32Array;
  readonly weightedDistance: Float64Array;
  /** 1 where the item's task is one of the test set's; absent without tasks. */
  readonly onTarget?: Uint8Array;
}

export function figuresOf(measures: Measures, onTarget: Uint8Array | undefined): ItemFigures {
  return {
    nearest: measures.cosine.maximum,
    average: measures.cosine.average,
    weightedDistance: weightedDistance(measures),
    ...(onTarget !== undefined && { onTarget }),
  };
}

/** A figure of the beginning of an order at each of the fractions, by order. */
export type ByOrder = ReadonlyMap<Int32Array, readonly number[]>;

/** Figures of the beginnings of every order. */
export function orderResults(
  orders: readonly NamedOrder[],
  figures: ItemFigures,
  { divergences, coverage }: { readonly divergences: ByOrder; readonly coverage: ByOrder },
): OrderResult[] {
  return orders.map(({ name, draws }) => ({
    name,
    items: draws[0]?.length ?? 0,
    draws: draws.length,
    stretches: fractions.map((fraction, at): Stretch => {
      const over = (values: ArrayLike<number>) =>
        meanSd(draws.map((order) => meanOver(values, order.subarray(0, itemsIn(order, fraction)))));
      const known = (figures: ByOrder) =>
        meanSd(draws.map((order) => figures.get(order)?.[at] ?? Number.NaN));
      return {
        fraction,
        items: itemsIn(draws[0] ?? new Int32Array(), fraction),
        nearest: over(figures.nearest),
        average: over(figures.average),
        weightedDistance: over(figures.weightedDistance),
        coverage: known(coverage),
        bigramDivergence: known(divergences),
        onTarget: figures.onTarget === undefined ? null : over(figures.onTarget),
      };
    }),
  }));
}

/** Mean of the values of some items. */
export function meanOver(values: ArrayLike<number>, items: Int32Array): number {
  let sum = 0;
  for (const item of items) sum += values[item] as number; // an item of the values
  return sum / items.length;
}

/** Bigram divergence of the beginnings of every order, in one pass over the rows. */
export async function divergencesOf(
  orders: readonly Int32Array[],
  test: BigramCounts,
  { source, text, signal }: { source: RowSource; text: (row: InstructionRow) => string; signal: AbortSignal },
): Promise<Map<Int32Array, readonly number[]>> {
  const tallies = orders.map((order) => tallyOf(order, test.counts.length));
  let index = 0;
  for await (const row of source.rows()) {
    if (index % 256 === 0) signal.throwIfAborted();
    const known: number[] = [];
    let total = 0;
    for (const bigram of bigramsOf(text(row))) {
      total++;
      const number = test.numbers.get(bigram);
      if (number !== undefined) known.push(number);
    }
    for (const { stretchOf, counts, totals } of tallies) {
      const stretch = stretchOf[index] as number; // a row of the source
      if (stretch < 0) continue;
      totals[stretch] = (totals[stretch] ?? 0) + total;
      const own = counts[stretch];
      if (own !== undefined) for (const number of known) own[number] = (own[number] as number) + 1;
    }
    index++;
  }
  return new Map(tallies.map(({ order, counts, totals }) => [order, cumulated(test, counts, totals)]));
}

function tallyOf(order: Int32Array, bigrams: number) {
  const stretchOf = new Int32Array(order.reduce((most, item) => Math.max(most, item + 1), 0)).fill(-1);
  for (const [rank, item] of order.entries()) {
    stretchOf[item] = fractions.findIndex((fraction) => rank < itemsIn(order, fraction));
  }
  const counts = fractions.map(() => new Float64Array(bigrams));
  return { order, stretchOf, counts, totals: fractions.map(() => 0) };
}

function cumulated(test: BigramCounts, counts: readonly Float64Array[], totals: readonly number[]): number[] {
  const sum = new Float64Array(test.counts.length);
  let total = 0;
  return counts.map((own, at) => {
    for (const [number, count] of own.entries()) sum[number] = (sum[number] as number) + count;
    total += totals[at] ?? 0;
    return bigramDivergence(test, sum, total);
  });
}

/** Mean of a value over each of `parts` equal parts of an order, and where the part's middle lies, in percent. */
export function along(
  order: Int32Array,
  values: ArrayLike<number>,
  parts: number,
): { x: number; y: number }[] {
  const count = Math.min(parts, order.length);
  return Array.from({ length: count }, (_, part) => {
    const [from, to] = [part, part + 1].map((at) => Math.round((at * order.length) / count));
    return { x: (100 * (part + 0.5)) / count, y: meanOver(values, order.subarray(from, to)) };
  });
}
