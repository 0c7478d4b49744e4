import { checkFinite, type Dense, zeros } from "./dense.ts";

/** A = Q R by Householder reflections, columns that depend on those before them moved to the end. */
export interface Qr {
  readonly rows: number;
  readonly columns: number;
  /** How many columns are independent. */
  readonly rank: number;
  /** The columns of A in the order that they were taken in: the first `rank` are independent. */
  readonly pivot: Int32Array;
  /** Column-major: R on and above the diagonal, the reflections below it. */
  readonly factors: Float64Array;
  /** The first entry of each reflection; 0 where there is none. */
  readonly heads: Float64Array;
}

/**
 * The decomposition that R's `lm` uses (LINPACK's dqrdc2): column by column, and one whose norm beside the
 * columns before it falls under `tolerance` times its own norm goes to the end, so that the columns that come
 * first stay. With tolerance 0 no column moves. Throws a RangeError where a value is not finite.
 */
export function decomposeQr(matrix: Dense, tolerance = 1e-7): Qr {
  checkFinite("a matrix to decompose", matrix);
  const { rows, columns } = matrix;
  const factors = columnMajor(matrix);
  const pivot = Int32Array.from({ length: columns }, (_, at) => at);
  const heads = new Float64Array(columns);
  const lengths = Float64Array.from(pivot, (at) => lengthOf(factors, at * rows, (at + 1) * rows));
  const steps = Math.min(rows, columns);
  let rank = columns;
  for (let step = 0; step < steps; step++) {
    while (step < rank) {
      const from = step * rows;
      const left = lengthOf(factors, from + step, from + rows);
      if (left >= tolerance * (lengths[step] || 1)) break;
      moveToEnd(factors, rows, step);
      rotate(pivot, step);
      rotate(lengths, step);
      rank--;
    }
    heads[step] = reflect(factors, rows, columns, step);
  }
  return { rows, columns, rank: Math.min(rank, rows), pivot, factors, heads };
}

function columnMajor({ rows, columns, values }: Dense): Float64Array {
  const made = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      made[column * rows + row] = values[row * columns + column] ?? 0;
    }
  }
  return made;
}

function lengthOf(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += (values[at] ?? 0) ** 2;
  return Math.sqrt(sum);
}

function moveToEnd(factors: Float64Array, rows: number, column: number): void {
  const held = factors.slice(column * rows, (column + 1) * rows);
  factors.copyWithin(column * rows, (column + 1) * rows);
  factors.set(held, factors.length - rows);
}

function rotate(values: Int32Array | Float64Array, from: number): void {
  const held = values[from] ?? 0;
  values.copyWithin(from, from + 1);
  values[values.length - 1] = held;
}

/** Reflects column `step` onto its diagonal, and the columns after it with it; answers the reflection's first entry. */
function reflect(factors: Float64Array, rows: number, columns: number, step: number): number {
  const from = step * rows;
  const diagonal = factors[from + step] ?? 0;
  const length = lengthOf(factors, from + step, from + rows);
  if (length === 0 || step === rows - 1) return 0;
  const signed = diagonal < 0 ? -length : length;
  for (let row = step; row < rows; row++) factors[from + row] = (factors[from + row] ?? 0) / signed;
  const head = (factors[from + step] ?? 0) + 1;
  factors[from + step] = head;
  for (let column = step + 1; column < columns; column++) {
    reflectColumn({ factors, rows }, head, step, factors, column * rows);
  }
  factors[from + step] = -signed;
  return head;
}

/** Applies reflection `step`, whose first entry is `head` and whose others lie in `factors`, to one column of `values`. */
function reflectColumn(
  { factors, rows }: Pick<Qr, "factors" | "rows">,
  head: number,
  step: number,
  values: Float64Array,
  to: number,
): void {
  const from = step * rows;
  let sum = head * (values[to + step] ?? 0);
  for (let row = step + 1; row < rows; row++) sum += (factors[from + row] ?? 0) * (values[to + row] ?? 0);
  const by = -sum / head;
  values[to + step] = (values[to + step] ?? 0) + by * head;
  for (let row = step + 1; row < rows; row++) {
    values[to + row] = (values[to + row] ?? 0) + by * (factors[from + row] ?? 0);
  }
}

/** Q^T y in place; `y` holds one vector of `rows` values from `at` on. */
export function applyQTransposed(qr: Qr, y: Float64Array, at = 0): void {
  for (let step = 0; step < Math.min(qr.rows, qr.rank); step++) {
    const head = qr.heads[step] ?? 0;
    if (head !== 0) reflectColumn(qr, head, step, y, at);
  }
}

/** The first `columns` columns of Q, [rows, min(rows, columns)]. */
export function orthogonalOf(qr: Qr): Dense {
  const { rows } = qr;
  const columns = Math.min(rows, qr.columns);
  const made = zeros(rows, columns);
  const column = new Float64Array(rows);
  for (let j = 0; j < columns; j++) {
    column.fill(0);
    column[j] = 1;
    for (let step = columns - 1; step >= 0; step--) {
      const head = qr.heads[step] ?? 0;
      if (head !== 0) reflectColumn(qr, head, step, column, 0);
    }
    for (let row = 0; row < rows; row++) made.values[row * columns + j] = column[row] ?? 0;
  }
  return made;
}

/** R, [min(rows, columns), columns], its columns in the order of `pivot`. */
export function upperOf({ rows, columns, factors }: Qr): Dense {
  const made = zeros(Math.min(rows, columns), columns);
  for (let row = 0; row < made.rows; row++) {
    for (let column = row; column < columns; column++) {
      made.values[row * columns + column] = factors[column * rows + row] ?? 0;
    }
  }
  return made;
}

/** The coefficients b of R b = Q^T y in the order of A's columns, NaN for dependent ones; `effects` is Q^T y. */
export function coefficientsOf(
  { rows, columns, rank, pivot, factors }: Qr,
  effects: Float64Array,
): Float64Array {
  const made = new Float64Array(columns).fill(Number.NaN);
  for (let at = rank - 1; at >= 0; at--) {
    let left = effects[at] ?? 0;
    for (let after = at + 1; after < rank; after++) {
      left -= (factors[after * rows + at] ?? 0) * (made[pivot[after] ?? 0] ?? 0);
    }
    made[pivot[at] ?? 0] = left / (factors[at * rows + at] ?? 0);
  }
  return made;
}
