import { type Dense, zeros } from "../../../statistics/dense.ts";
import { applyQTransposed, decomposeQr, type Qr } from "../../../statistics/qr.ts";
import { type Matrix, rowOf } from "../matrix.ts";
import type { Contrast, Design } from "./design.ts";

/** One contrast in every protein; NaN where the samples in which the protein was seen do not determine it. */
export interface ContrastFit {
  readonly name: string;
  readonly estimate: Float64Array;
  /** Its standard error over the residual standard deviation: sqrt(c (X^T X)^-1 c^T). */
  readonly unscaled: Float64Array;
}

/** Least squares, a protein at a time. */
export interface LinearFit {
  readonly contrasts: readonly ContrastFit[];
  /** The residual variance s^2; NaN without residual degrees of freedom. */
  readonly variance: Float64Array;
  /** The residual degrees of freedom d: samples seen less independent coefficients. */
  readonly df: Float64Array;
  /** The mean of what was seen. */
  readonly mean: Float64Array;
  /** All contrasts together: (C b)^T (C (X^T X)^-1 C^T)^- (C b), and its rank; NaN where one of them is. */
  readonly joint: { readonly quadratic: Float64Array; readonly rank: Float64Array };
}

/**
 * Fits the design to each protein over the samples in which it was seen, by a QR decomposition of its own for
 * each pattern of missing values; contrasts and their errors are exact also there (limma's `contrasts.fit` takes
 * the correlations of the full design, which differ unless the model has groups alone). Throws a RangeError that
 * names a contrast which the full design does not determine, and what it cannot be told apart from.
 */
export function fitContrasts(matrix: Matrix, design: Design, contrasts: readonly Contrast[]): LinearFit {
  for (const contrast of contrasts) checkDetermined(design, contrast);
  const count = matrix.rows.length;
  const empty = () => new Float64Array(count).fill(Number.NaN);
  const fit: LinearFit = {
    contrasts: contrasts.map(({ name }) => ({ name, estimate: empty(), unscaled: empty() })),
    variance: empty(),
    df: new Float64Array(count),
    mean: empty(),
    joint: { quadratic: empty(), rank: empty() },
  };
  for (const { seen, proteins } of patternsOf(matrix, design)) {
    const solved = solve(rowsOf(design.matrix, seen), contrasts);
    const places = seen.map((row) => design.samples[row] ?? 0);
    for (const protein of proteins) fitProtein(fit, protein, rowOf(matrix, protein), places, solved);
  }
  return fit;
}

interface Pattern {
  /** Rows of the design. */
  readonly seen: readonly number[];
  readonly proteins: number[];
}

/** The proteins that were seen in the same samples, together. */
function patternsOf(matrix: Matrix, { samples }: Design): Iterable<Pattern> {
  const patterns = new Map<string, Pattern>();
  const complete = "1".repeat(samples.length);
  for (let protein = 0; protein < matrix.rows.length; protein++) {
    const row = rowOf(matrix, protein);
    const key = row.some(Number.isNaN) ? keyOf(row, samples) : complete;
    const pattern = patterns.get(key);
    if (pattern) pattern.proteins.push(protein);
    else {
      const seen = samples.flatMap((_, at) => (key[at] === "1" ? [at] : []));
      patterns.set(key, { seen, proteins: [protein] });
    }
  }
  return patterns.values();
}

function keyOf(row: Float64Array, samples: readonly number[]): string {
  let key = "";
  for (const sample of samples) key += Number.isNaN(row[sample] ?? Number.NaN) ? "0" : "1";
  return key;
}

function rowsOf({ columns, values }: Dense, rows: readonly number[]): Dense {
  const made = zeros(rows.length, columns);
  for (const [to, from] of rows.entries()) {
    made.values.set(values.subarray(from * columns, (from + 1) * columns), to * columns);
  }
  return made;
}

interface Solved {
  readonly qr: Qr;
  /** For each contrast, z with c b = z (Q^T y) and c (X^T X)^-1 c^T = |z|^2; undefined where it is not determined. */
  readonly combinations: readonly (Float64Array | undefined)[];
  /** An orthonormal basis of what the combinations span. */
  readonly joint?: Qr;
}

function solve(design: Dense, contrasts: readonly Contrast[]): Solved {
  const qr = decomposeQr(design);
  const combinations = contrasts.map(({ weights }) => combinationOf(qr, weights));
  const determined = combinations.filter((z) => z !== undefined);
  if (determined.length < combinations.length || determined.length === 0) return { qr, combinations };
  const spanned = zeros(qr.rank, determined.length);
  for (const [column, z] of determined.entries()) {
    for (let at = 0; at < qr.rank; at++) spanned.values[at * determined.length + column] = z[at] ?? 0;
  }
  return { qr, combinations, joint: decomposeQr(spanned) };
}

/** z of R_1^T z = c_1, unless the weights of dependent columns are not what R_2^T z then says. */
function combinationOf(
  { rows, columns, rank, pivot, factors }: Qr,
  weights: Float64Array,
): Float64Array | undefined {
  const z = new Float64Array(rank);
  const scale = Math.hypot(...weights);
  for (let column = 0; column < columns; column++) {
    let left = weights[pivot[column] ?? 0] ?? 0;
    const from = column * rows;
    for (let at = 0; at < Math.min(column, rank); at++) left -= (factors[from + at] ?? 0) * (z[at] ?? 0);
    if (column < rank) z[column] = left / (factors[from + column] ?? Number.NaN);
    else if (Math.abs(left) > 1e-7 * scale) return undefined;
  }
  return z;
}

function fitProtein(
  fit: LinearFit,
  protein: number,
  row: Float64Array,
  places: readonly number[],
  { qr, combinations, joint }: Solved,
): void {
  const effects = new Float64Array(places.length);
  let sum = 0;
  for (let at = 0; at < effects.length; at++) {
    const value = row[places[at] ?? 0] ?? Number.NaN;
    effects[at] = value;
    sum += value;
  }
  const df = effects.length - qr.rank;
  fit.df[protein] = df;
  fit.mean[protein] = sum / effects.length;
  applyQTransposed(qr, effects);
  if (df > 0) fit.variance[protein] = squares(effects, qr.rank, effects.length) / df;
  for (const [at, z] of combinations.entries()) {
    const into = fit.contrasts[at];
    if (!z || !into) continue;
    let estimate = 0;
    for (let i = 0; i < z.length; i++) estimate += (z[i] ?? 0) * (effects[i] ?? 0);
    into.estimate[protein] = estimate;
    into.unscaled[protein] = Math.sqrt(squares(z, 0, z.length));
  }
  if (!joint) return;
  applyQTransposed(joint, effects);
  fit.joint.quadratic[protein] = squares(effects, 0, joint.rank);
  fit.joint.rank[protein] = joint.rank;
}

function squares(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += (values[at] ?? 0) ** 2;
  return sum;
}

function checkDetermined(design: Design, { name, weights }: Contrast): void {
  if (weights.length !== design.columns.length) {
    throw new RangeError(
      `contrast ${name} has ${weights.length} weights for ${design.columns.length} columns`,
    );
  }
  if (combinationOf(decomposeQr(design.matrix), weights)) return;
  const terms = new Set(design.columns.flatMap(({ term, kind }) => (term && kind !== "group" ? [term] : [])));
  const culprits = [...terms].filter((term) => isDeterminedWithout(design, term, weights));
  const beside = culprits.length > 0 ? culprits.join(" or ") : "the rest of the model";
  throw new RangeError(`contrast ${name} cannot be told apart from ${beside} in these samples`);
}

function isDeterminedWithout(design: Design, term: string, weights: Float64Array): boolean {
  const kept = design.columns.flatMap((column, at) => (column.term === term ? [] : [at]));
  if (design.columns.some((column, at) => column.term === term && (weights[at] ?? 0) !== 0)) return false;
  const made = zeros(design.matrix.rows, kept.length);
  for (let row = 0; row < made.rows; row++) {
    for (const [to, from] of kept.entries()) {
      made.values[row * kept.length + to] = design.matrix.values[row * design.columns.length + from] ?? 0;
    }
  }
  return (
    combinationOf(
      decomposeQr(made),
      Float64Array.from(kept, (at) => weights[at] ?? 0),
    ) !== undefined
  );
}
