import { createRandom, type Random } from "../../../lm/random.ts";
import { indexes, type Matrix, rowOf } from "../matrix.ts";

export interface KMeans {
  /** The cluster of each row; clusters are numbered from 0 by their first row. */
  readonly labels: Int32Array;
  /** [clusters, columns], row after row. */
  readonly centres: Float64Array;
  /** Sum of the squared distances of rows to their centres. */
  readonly withinSquares: number;
}

interface Fit {
  readonly labels: Int32Array;
  readonly centres: Float64Array;
  readonly sizes: Int32Array;
}

/**
 * k-means of a matrix's rows: from `starts` starts by k-means++ (Arthur and Vassilvitskii 2007) with Lloyd's steps,
 * then single rows are moved as long as that lowers the sum of squares (Hartigan and Wong 1979); the best is kept.
 * Throws RangeError for missing numbers and for more clusters than different rows.
 */
export function kMeans(matrix: Matrix, k: number, { starts = 25, seed = 0, steps = 100 } = {}): KMeans {
  if (matrix.values.some(Number.isNaN)) throw new RangeError("k-means takes no missing values");
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`${k} is no number of clusters`);
  let best: { readonly fit: Fit; readonly squares: number } | undefined;
  for (let start = 0; start < starts; start++) {
    const fit = begin(matrix, k, createRandom(seed, "k-means", start));
    lloyd(matrix, fit, steps);
    moveRows(matrix, fit, steps);
    const squares = withinSquares(matrix, fit);
    if (best === undefined || squares < best.squares) best = { fit, squares };
  }
  if (best === undefined) throw new RangeError("starts: at least one is needed");
  return numbered(best.fit, best.squares, matrix.columns.length);
}

function begin(matrix: Matrix, k: number, random: Random): Fit {
  const width = matrix.columns.length;
  const rows = matrix.rows.length;
  const centres = new Float64Array(k * width);
  const nearest = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  let chosen = random.integer(rows);
  for (let cluster = 0; cluster < k; cluster++) {
    centres.set(rowOf(matrix, chosen), cluster * width);
    let total = 0;
    for (let row = 0; row < rows; row++) {
      const distance = squaredDistance(matrix, row, centres, cluster);
      if (distance < (nearest[row] ?? 0)) nearest[row] = distance;
      total += nearest[row] ?? 0;
    }
    if (cluster === k - 1) break;
    if (total === 0) throw new RangeError(`${k} clusters are more than there are different rows`);
    chosen = drawn(nearest, total * random.uniform());
  }
  return { labels: new Int32Array(rows).fill(-1), centres, sizes: new Int32Array(k) };
}

/** The place at which the sum of weights reaches `target`; never one of weight 0. */
function drawn(weights: Float64Array, target: number): number {
  let left = target;
  let last = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] ?? 0;
    if (weight === 0) continue;
    last = i;
    left -= weight;
    if (left < 0) break;
  }
  return last;
}

function lloyd(matrix: Matrix, fit: Fit, steps: number): void {
  for (let step = 0; step < steps; step++) {
    let changed = false;
    for (let row = 0; row < matrix.rows.length; row++) {
      const cluster = nearestCentre(matrix, row, fit.centres);
      changed ||= cluster !== fit.labels[row];
      fit.labels[row] = cluster;
    }
    if (!changed) return;
    recentre(matrix, fit);
  }
}

export function nearestCentre(matrix: Matrix, row: number, centres: Float64Array): number {
  const k = centres.length / matrix.columns.length;
  let [nearest, least] = [0, Number.POSITIVE_INFINITY];
  for (let cluster = 0; cluster < k; cluster++) {
    const distance = squaredDistance(matrix, row, centres, cluster);
    if (distance < least) [nearest, least] = [cluster, distance];
  }
  return nearest;
}

/** Centres become the means of their rows; a cluster without one takes the row farthest from its own centre. */
function recentre(matrix: Matrix, { labels, centres, sizes }: Fit): void {
  const width = matrix.columns.length;
  const sums = new Float64Array(centres.length);
  sizes.fill(0);
  for (let row = 0; row < labels.length; row++) {
    const cluster = labels[row] ?? 0;
    sizes[cluster] = (sizes[cluster] ?? 0) + 1;
    const values = rowOf(matrix, row);
    for (let j = 0; j < width; j++)
      sums[cluster * width + j] = (sums[cluster * width + j] ?? 0) + (values[j] ?? 0);
  }
  for (let cluster = 0; cluster < sizes.length; cluster++) {
    const size = sizes[cluster] ?? 0;
    if (size === 0) continue;
    for (let j = 0; j < width; j++) centres[cluster * width + j] = (sums[cluster * width + j] ?? 0) / size;
  }
  for (const cluster of indexes(sizes.length).filter((one) => sizes[one] === 0)) {
    const farthest = indexes(labels.length).reduce((far, row) =>
      squaredDistance(matrix, row, centres, labels[row] ?? 0) >
      squaredDistance(matrix, far, centres, labels[far] ?? 0)
        ? row
        : far,
    );
    labels[farthest] = cluster;
    centres.set(rowOf(matrix, farthest), cluster * width);
  }
}

/** Moves rows one by one while the sum of squares falls: a row leaves n/(n-1) and arrives with n/(n+1). */
function moveRows(matrix: Matrix, fit: Fit, steps: number): void {
  recentre(matrix, fit);
  const { labels, centres, sizes } = fit;
  for (let step = 0; step < steps; step++) {
    let moved = false;
    for (let row = 0; row < labels.length; row++) {
      const from = labels[row] ?? 0;
      const size = sizes[from] ?? 0;
      if (size < 2) continue;
      const gain = (size / (size - 1)) * squaredDistance(matrix, row, centres, from);
      let [to, least] = [from, gain * (1 - 1e-12)];
      for (let cluster = 0; cluster < sizes.length; cluster++) {
        if (cluster === from) continue;
        const n = sizes[cluster] ?? 0;
        const cost = (n / (n + 1)) * squaredDistance(matrix, row, centres, cluster);
        if (cost < least) [to, least] = [cluster, cost];
      }
      if (to === from) continue;
      shift(matrix, row, fit, from, -1);
      shift(matrix, row, fit, to, 1);
      labels[row] = to;
      moved = true;
    }
    if (!moved) break;
  }
  recentre(matrix, fit);
}

/** Takes a row into a cluster's mean, or out of it. */
function shift(matrix: Matrix, row: number, { centres, sizes }: Fit, cluster: number, by: 1 | -1): void {
  const width = matrix.columns.length;
  const values = rowOf(matrix, row);
  const size = (sizes[cluster] ?? 0) + by;
  for (let j = 0; j < width; j++) {
    const centre = centres[cluster * width + j] ?? 0;
    centres[cluster * width + j] = centre + (by * ((values[j] ?? 0) - centre)) / size;
  }
  sizes[cluster] = size;
}

function withinSquares(matrix: Matrix, { labels, centres }: Fit): number {
  let sum = 0;
  for (let row = 0; row < labels.length; row++)
    sum += squaredDistance(matrix, row, centres, labels[row] ?? 0);
  return sum;
}

function squaredDistance(
  { columns, values }: Matrix,
  row: number,
  centres: Float64Array,
  cluster: number,
): number {
  const width = columns.length;
  let sum = 0;
  for (let j = 0; j < width; j++) {
    const by = (values[row * width + j] ?? 0) - (centres[cluster * width + j] ?? 0);
    sum += by * by;
  }
  return sum;
}

/** Numbers the clusters by their first row, so that the same partition always has the same names. */
function numbered({ labels, centres }: Fit, squares: number, width: number): KMeans {
  const names = new Map<number, number>();
  for (const label of labels) if (!names.has(label)) names.set(label, names.size);
  const moved = new Float64Array(names.size * width);
  for (const [from, to] of names) moved.set(centres.subarray(from * width, (from + 1) * width), to * width);
  return { labels: labels.map((label) => names.get(label) ?? 0), centres: moved, withinSquares: squares };
}
