/**
 * Distances along a ray at which the field is looked up. Each half is stratified with one offset a ray: sample i lies
 * at share (i + offset) / n of its distribution, so that all are ascending.
 */

/** Quadratic from near to far: dense where cameras see finely. */
export function quadraticDistances(out: Float32Array, near: number, far: number, offset: number): void {
  for (let i = 0; i < out.length; i++) {
    const share = (i + offset) / out.length;
    out[i] = near + (far - near) * share * share;
  }
}

/** A normal distribution that is cut at three standard deviations, and at near and far. */
export function normalDistances(
  out: Float32Array,
  {
    mean,
    sd,
    near,
    far,
  }: { readonly mean: number; readonly sd: number; readonly near: number; readonly far: number },
  offset: number,
): void {
  for (let i = 0; i < out.length; i++) {
    const t = mean + sd * cutNormalQuantile((i + offset) / out.length);
    out[i] = t < near ? near : t > far ? far : t;
  }
}

/** Both halves of a ray, ascending, to `out`. */
export function mergeDistances(a: Float32Array, b: Float32Array, out: Float32Array): void {
  for (let i = 0, j = 0, at = 0; at < out.length; at++) {
    const [left, right] = [a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY];
    if (left <= right) {
      out[at] = left;
      i++;
    } else {
      out[at] = right;
      j++;
    }
  }
}

const cut = 3;
const tableSize = 4096;
const quantiles = tabulate();

/** Quantile of the standard normal distribution cut at 3, by a table that is linear in between. */
function cutNormalQuantile(share: number): number {
  const place = share * tableSize;
  const below = Math.min(tableSize - 1, Math.floor(place));
  const from = quantiles[below] ?? 0;
  return from + (place - below) * ((quantiles[below + 1] ?? 0) - from);
}

/** The table: the distribution function by Simpson's rule over a fine lattice, turned over. */
function tabulate(): Float64Array {
  const steps = 1 << 14;
  const width = (2 * cut) / steps;
  const density = (x: number) => Math.exp((-x * x) / 2);
  const cumulative = new Float64Array(steps + 1);
  for (let step = 0; step < steps; step++) {
    const x = -cut + step * width;
    cumulative[step + 1] =
      (cumulative[step] ?? 0) + (width / 6) * (density(x) + 4 * density(x + width / 2) + density(x + width));
  }
  const total = cumulative[steps] ?? 1;
  const table = new Float64Array(tableSize + 1);
  for (let at = 0, step = 0; at <= tableSize; at++) {
    const wanted = (total * at) / tableSize;
    while (step < steps - 1 && (cumulative[step + 1] ?? 0) < wanted) step++;
    const from = cumulative[step] ?? 0;
    const share = (wanted - from) / ((cumulative[step + 1] ?? 0) - from);
    table[at] = -cut + (step + Math.min(1, share)) * width;
  }
  return table;
}
