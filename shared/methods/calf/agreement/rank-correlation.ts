import type { Coefficient } from "../names.ts";

/** The coefficient of two lists over the places where neither is NaN; NaN where one of them does not vary. */
export function rankCorrelation(
  coefficient: Coefficient,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): number {
  const rows = Int32Array.from({ length: x.length }, (_, row) => row).filter(
    (row) => !Number.isNaN(x[row]) && !Number.isNaN(y[row]),
  );
  const [a, b] = [x, y].map((values) => Float64Array.from(rows, (row) => values[row] ?? Number.NaN));
  if (a === undefined || b === undefined || a.length < 2) return Number.NaN;
  return coefficient === "kendall" ? kendall(a, b) : pearson(ranks(a), ranks(b));
}

/** Kendall's tau-b in n log n (Knight, 1966): discordant pairs are the swaps that a merge sort makes. */
function kendall(x: Float64Array, y: Float64Array): number {
  const order = sortedBy((a, b) => at(x, a) - at(x, b) || at(y, a) - at(y, b), x.length);
  const inOrder = (values: Float64Array) => Float64Array.from(order, (row) => at(values, row));
  const [a, b] = [inOrder(x), inOrder(y)];
  const pairs = (x.length * (x.length - 1)) / 2;
  const tiedBoth = tiedPairs(a.length, (i) => at(a, i) === at(a, i - 1) && at(b, i) === at(b, i - 1));
  const tiedX = tiedPairs(a.length, (i) => at(a, i) === at(a, i - 1));
  const swaps = sortCounting(b);
  const tiedY = tiedPairs(b.length, (i) => at(b, i) === at(b, i - 1));
  const concordantLess = pairs - tiedX - tiedY + tiedBoth - 2 * swaps;
  return concordantLess / Math.sqrt((pairs - tiedX) * (pairs - tiedY));
}

/** Pairs within runs of equals, `equal(i)` saying whether i is as i - 1. */
function tiedPairs(length: number, equal: (i: number) => boolean): number {
  let [pairs, run] = [0, 0];
  for (let i = 1; i < length; i++) {
    run = equal(i) ? run + 1 : 0;
    pairs += run;
  }
  return pairs;
}

/** Sorts in place and answers how many pairs stood in falling order. */
function sortCounting(values: Float64Array): number {
  const merged = new Float64Array(values.length);
  let swaps = 0;
  for (let width = 1; width < values.length; width *= 2) {
    for (let from = 0; from < values.length; from += 2 * width) {
      const middle = Math.min(from + width, values.length);
      const end = Math.min(from + 2 * width, values.length);
      let [left, right] = [from, middle];
      for (let to = from; to < end; to++) {
        const takeLeft = left < middle && (right >= end || at(values, left) <= at(values, right));
        if (!takeLeft) swaps += middle - left;
        merged[to] = takeLeft ? at(values, left++) : at(values, right++);
      }
    }
    values.set(merged);
  }
  return swaps;
}

/** Ranks from 1, equals sharing their mean. */
function ranks(values: Float64Array): Float64Array {
  const order = sortedBy((a, b) => at(values, a) - at(values, b), values.length);
  const ranked = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && at(values, order[to] ?? 0) === at(values, order[from] ?? 0)) to++;
    for (let place = from; place < to; place++) ranked[order[place] ?? 0] = (from + to + 1) / 2;
    from = to;
  }
  return ranked;
}

function pearson(x: Float64Array, y: Float64Array): number {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [product, squaresX, squaresY] = [0, 0, 0];
  for (const [i, value] of x.entries()) {
    const [a, b] = [value - meanX, at(y, i) - meanY];
    product += a * b;
    squaresX += a * a;
    squaresY += b * b;
  }
  return product / Math.sqrt(squaresX * squaresY);
}

const sortedBy = (compare: (a: number, b: number) => number, length: number) =>
  Int32Array.from({ length }, (_, row) => row).sort(compare);

const at = (values: ArrayLike<number>, i: number): number => values[i] as number; // a place of the list
