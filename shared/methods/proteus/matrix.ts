/** A table of numbers: a row is a protein (or a cell), a column a sample (or a marker). */
export interface Matrix {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Row after row: the number of row i and column j is `values[i * columns.length + j]`; NaN where there is none. */
  readonly values: Float64Array;
}

/** Throws RangeError unless there is one number for every row and column. */
export function matrixOf(rows: readonly string[], columns: readonly string[], values: Float64Array): Matrix {
  if (values.length !== rows.length * columns.length) {
    const wanted = `${rows.length} rows of ${columns.length} columns`;
    throw new RangeError(`a matrix of ${wanted} has ${values.length} numbers`);
  }
  return { rows, columns, values };
}

export const valueAt = ({ columns, values }: Matrix, row: number, column: number): number =>
  values[row * columns.length + column] ?? Number.NaN;

/** The numbers of a row; a view of the matrix. */
export const rowOf = ({ columns, values }: Matrix, row: number): Float64Array =>
  values.subarray(row * columns.length, (row + 1) * columns.length);

/** The numbers of a column; a copy. */
export function columnOf({ rows, columns, values }: Matrix, column: number): Float64Array {
  const copy = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) copy[i] = values[i * columns.length + column] ?? Number.NaN;
  return copy;
}

/** These rows, in this order. */
export function selectRows(matrix: Matrix, kept: readonly number[]): Matrix {
  const { rows, columns } = matrix;
  const values = new Float64Array(kept.length * columns.length);
  for (const [to, from] of kept.entries()) values.set(rowOf(matrix, from), to * columns.length);
  return { rows: kept.map((row) => named(rows, row)), columns, values };
}

/** These columns, in this order. */
export function selectColumns({ rows, columns, values }: Matrix, kept: readonly number[]): Matrix {
  const chosen = new Float64Array(rows.length * kept.length);
  for (let i = 0; i < rows.length; i++)
    for (const [to, from] of kept.entries())
      chosen[i * kept.length + to] = values[i * columns.length + from] ?? Number.NaN;
  return { rows, columns: kept.map((column) => named(columns, column)), values: chosen };
}

/** Rows as columns. */
export function transposed({ rows, columns, values }: Matrix): Matrix {
  const turned = new Float64Array(values.length);
  for (let i = 0; i < rows.length; i++)
    for (let j = 0; j < columns.length; j++)
      turned[j * rows.length + i] = values[i * columns.length + j] ?? Number.NaN;
  return { rows: columns, columns: rows, values: turned };
}

/** The same table with every number replaced; what is missing stays missing. */
export const mapValues = ({ rows, columns, values }: Matrix, change: (value: number) => number): Matrix => ({
  rows,
  columns,
  values: values.map((value) => (Number.isNaN(value) ? value : change(value))),
});

/** The rows in which no number is missing. */
export function completeRows(matrix: Matrix): number[] {
  return indexes(matrix.rows.length).filter((row) => !rowOf(matrix, row).some(Number.isNaN));
}

/** How many numbers are missing. */
export const countMissing = ({ values }: Matrix): number =>
  values.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);

/** What is not missing, in its order. */
export const present = (values: Float64Array): Float64Array => values.filter((value) => !Number.isNaN(value));

/** 0, 1, 2 up to `count`. */
export const indexes = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

function named(names: readonly string[], index: number): string {
  const name = names[index];
  if (name === undefined) throw new RangeError(`there is no row or column ${index}`);
  return name;
}
