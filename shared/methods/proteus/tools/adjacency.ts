import { type Matrix, rowOf } from "../matrix.ts";
import { deviation, meanOf } from "../spread.ts";
import { type Distances, placeOf } from "./distances.ts";

/** Weights between all pairs of rows, in [0, 1]. */
export interface Adjacency {
  readonly count: number;
  /** [count, count], symmetric, 0 on the diagonal. */
  readonly weights: Float64Array;
  /** Newman's modularity of a partition: the share of weight within clusters beyond what strengths alone give. */
  modularity(labels: Int32Array): number;
}

/**
 * The signed adjacency ((1 + r) / 2)^power of rows by Pearson's r, and 1 - the topological overlap of it:
 * (sum over u of a_iu a_uj + a_ij) / (min(k_i, k_j) + 1 - a_ij). The rows have no missing values.
 */
export function topologicalOverlap(table: Matrix, power: number): { adjacency: Adjacency; apart: Distances } {
  const count = table.rows.length;
  const weights = signedWeights(table, power);
  const strengths = new Float64Array(count);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++) strengths[i] = (strengths[i] ?? 0) + (weights[i * count + j] ?? 0);
  const apart = { count, values: new Float64Array((count * (count - 1)) / 2) };
  for (let i = 0; i < count; i++) {
    const own = weights.subarray(i * count, (i + 1) * count);
    for (let j = i + 1; j < count; j++) {
      const other = weights.subarray(j * count, (j + 1) * count);
      let shared = 0;
      for (let u = 0; u < count; u++) shared += (own[u] ?? 0) * (other[u] ?? 0);
      const direct = own[j] ?? 0;
      const least = Math.min(strengths[i] ?? 0, strengths[j] ?? 0);
      apart.values[placeOf(count, i, j)] = 1 - (shared + direct) / (least + 1 - direct);
    }
  }
  const total = strengths.reduce((sum, one) => sum + one, 0);
  return {
    adjacency: { count, weights, modularity: (labels) => modularity(labels, weights, strengths, total) },
    apart,
  };
}

function signedWeights(table: Matrix, power: number): Float64Array {
  const count = table.rows.length;
  const width = table.columns.length;
  const standard = new Float64Array(table.values.length);
  for (let row = 0; row < count; row++) {
    const values = rowOf(table, row);
    const [mean, sd] = [meanOf(values), deviation(values)];
    standard.set(
      values.map((value) => (value - mean) / (sd * Math.sqrt(width - 1))),
      row * width,
    );
  }
  const weights = new Float64Array(count * count);
  for (let i = 0; i < count; i++)
    for (let j = i + 1; j < count; j++) {
      let r = 0;
      for (let s = 0; s < width; s++) r += (standard[i * width + s] ?? 0) * (standard[j * width + s] ?? 0);
      const weight = Math.max(0, Math.min(1, (1 + r) / 2)) ** power;
      weights[i * count + j] = weight;
      weights[j * count + i] = weight;
    }
  return weights;
}

function modularity(
  labels: Int32Array,
  weights: Float64Array,
  strengths: Float64Array,
  total: number,
): number {
  const count = labels.length;
  const clusterStrength = new Map<number, number>();
  let within = 0;
  for (let i = 0; i < count; i++) {
    const own = labels[i] ?? 0;
    clusterStrength.set(own, (clusterStrength.get(own) ?? 0) + (strengths[i] ?? 0));
    for (let j = 0; j < count; j++) if (labels[j] === own) within += weights[i * count + j] ?? 0;
  }
  const expected = [...clusterStrength.values()].reduce((sum, one) => sum + (one / total) ** 2, 0);
  return total === 0 ? 0 : within / total - expected;
}
