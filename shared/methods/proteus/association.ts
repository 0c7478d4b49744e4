import { present } from "./matrix.ts";
import { meanRanks } from "./ranks.ts";
import { meanOf } from "./spread.ts";

/** A coefficient of correlation and how many pairs it rests on. */
export interface Association {
  /** NaN where fewer than three pairs are there, or one side does not vary. */
  readonly r: number;
  readonly pairs: number;
}

/** Pearson's r over the places where neither is missing. */
export function pearson(a: Float64Array, b: Float64Array): Association {
  const [x, y] = common(a, b);
  const [meanX, meanY] = [meanOf(x), meanOf(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const dx = (x[i] ?? 0) - meanX;
    const dy = (y[i] ?? 0) - meanY;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  const varies = x.length >= 3 && xx > 0 && yy > 0;
  const r = varies ? Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy))) : Number.NaN;
  return { r, pairs: x.length };
}

/** Spearman's rho: Pearson's r of the ranks, equal values at their mean rank. */
export function spearman(a: Float64Array, b: Float64Array): Association {
  const [x, y] = common(a, b);
  return pearson(meanRanks(x), meanRanks(y));
}

function common(a: Float64Array, b: Float64Array): readonly [Float64Array, Float64Array] {
  const kept = a.map((value, i) =>
    Number.isNaN(value) || Number.isNaN(b[i] ?? Number.NaN) ? Number.NaN : 1,
  );
  const only = (values: Float64Array) => values.filter((_, i) => kept[i] === 1);
  return present(kept).length === a.length ? [a, b] : [only(a), only(b)];
}
