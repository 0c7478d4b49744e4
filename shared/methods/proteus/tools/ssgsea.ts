import { columnOf, type Matrix, matrixOf } from "../matrix.ts";
import { meanRanks } from "../ranks.ts";
import { type GeneSet, placeSets, type SizeLimits } from "./gene-sets.ts";

export interface SsGseaOptions extends SizeLimits {
  /** The power of the ranks; .25 unless given. */
  readonly weight?: number;
  /** Whether scores are divided by their range over all sets and samples; so unless given. */
  readonly normalised?: boolean;
}

/**
 * Single-sample enrichment (Barbie et al. 2009) as GSVA has it: for each sample the sum over its proteins, from
 * the highest, of the share of the set's ranks^weight passed so far less the share of the others passed. A row is
 * a set. Only what was seen in a sample counts there; NaN where none of a set was, or nothing but it. Throws a
 * RangeError where a protein comes twice.
 */
export function ssGsea(matrix: Matrix, sets: readonly GeneSet[], options: SsGseaOptions): Matrix {
  const { weight = 0.25, normalised = true } = options;
  const placed = placeSets(sets, matrix.rows, options);
  const columns = matrix.columns.length;
  const values = new Float64Array(placed.length * columns);
  for (let column = 0; column < columns; column++) {
    const ranking = rankingOf(columnOf(matrix, column), weight);
    for (const [row, { places }] of placed.entries()) values[row * columns + column] = walk(places, ranking);
  }
  const scored = matrixOf(
    placed.map(({ name }) => name),
    matrix.columns,
    values,
  );
  return normalised ? { ...scored, values: byRange(values) } : scored;
}

interface Ranking {
  readonly seen: number;
  /** How many proteins stand at or below each, itself among them: the steps of the walk that it counts in. */
  readonly steps: Float64Array;
  /** Its rank^weight; ranks from 1, the mean of equal ones cut to a whole number, as GSVA does. */
  readonly weights: Float64Array;
}

function rankingOf(values: Float64Array, weight: number): Ranking {
  const ranks = meanRanks(values).map((rank) => Math.floor(rank + 1));
  const order = Array.from(ranks.keys()).filter((at) => !Number.isNaN(ranks[at] ?? Number.NaN));
  order.sort((a, b) => (ranks[b] ?? 0) - (ranks[a] ?? 0));
  const steps = new Float64Array(values.length).fill(Number.NaN);
  for (const [at, place] of order.entries()) steps[place] = order.length - at;
  return { seen: order.length, steps, weights: ranks.map((rank) => rank ** weight) };
}

function walk(places: Int32Array, { seen, steps, weights }: Ranking): number {
  let [members, inside, total, passed] = [0, 0, 0, 0];
  for (const place of places) {
    const step = steps[place] ?? Number.NaN;
    if (Number.isNaN(step)) continue;
    const own = weights[place] ?? 0;
    members++;
    inside += own * step;
    total += own;
    passed += step;
  }
  if (members === 0 || members === seen) return Number.NaN;
  return inside / total - ((seen * (seen + 1)) / 2 - passed) / (seen - members);
}

function byRange(values: Float64Array): Float64Array {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most > least ? values.map((value) => value / (most - least)) : values;
}
