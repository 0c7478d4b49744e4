import { meanRanks } from "./ranks.ts";

/** A coefficient of correlation and how many pairs it rests on. */
export interface Association {
  /** NaN where fewer than three pairs are there, or one side does not vary. */
  readonly r: number;
  readonly pairs: number;
}

/** Pearson's r over the places where neither is missing. */
export function pearson(a: Float64Array, b: Float64Array): Association {
  let [pairs, sumA, sumB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? Number.NaN, b[i] ?? Number.NaN];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    pairs++;
    sumA += x;
    sumB += y;
  }
  const [meanA, meanB] = [sumA / pairs, sumB / pairs];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const dx = (a[i] ?? Number.NaN) - meanA;
    const dy = (b[i] ?? Number.NaN) - meanB;
    if (Number.isNaN(dx) || Number.isNaN(dy)) continue;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  const varies = pairs >= 3 && xx > 0 && yy > 0;
  const r = varies ? Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy))) : Number.NaN;
  return { r, pairs };
}

/** Spearman's rho: Pearson's r of the ranks, equal values at their mean rank. */
export function spearman(a: Float64Array, b: Float64Array): Association {
  const both = a.map((value, i) => (Number.isNaN(b[i] ?? Number.NaN) ? Number.NaN : value));
  const other = b.map((value, i) => (Number.isNaN(both[i] ?? Number.NaN) ? Number.NaN : value));
  return pearson(meanRanks(both), meanRanks(other));
}
