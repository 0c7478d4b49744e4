/** A matrix of numbers, row-major: the value at (row, column) is `values[row * columns + column]`. */
export interface Dense {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** A matrix of zeros. */
export const zeros = (rows: number, columns: number): Dense => ({
  rows,
  columns,
  values: new Float64Array(rows * columns),
});

/** A matrix of its rows. Throws a RangeError where they differ in length. */
export function denseOf(rows: readonly ArrayLike<number>[]): Dense {
  const columns = rows[0]?.length ?? 0;
  const made = zeros(rows.length, columns);
  for (const [at, row] of rows.entries()) {
    if (row.length !== columns) throw new RangeError(`row ${at} has ${row.length} values, not ${columns}`);
    made.values.set(row, at * columns);
  }
  return made;
}

/** The transpose, [columns, rows]. */
export function transpose({ rows, columns, values }: Dense): Dense {
  const made = zeros(columns, rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      made.values[column * rows + row] = values[row * columns + column] ?? 0;
    }
  }
  return made;
}

/** A B, [rows of A, columns of B]. Throws a RangeError where the inner sides differ. */
export function product(a: Dense, b: Dense): Dense {
  if (a.columns !== b.rows) {
    throw new RangeError(`[${a.rows}, ${a.columns}] times [${b.rows}, ${b.columns}] is no product`);
  }
  const made = zeros(a.rows, b.columns);
  for (let row = 0; row < a.rows; row++) {
    const into = made.values.subarray(row * b.columns, (row + 1) * b.columns);
    for (let inner = 0; inner < a.columns; inner++) {
      const factor = a.values[row * a.columns + inner] ?? 0;
      const from = inner * b.columns;
      for (let column = 0; column < b.columns; column++) {
        into[column] = (into[column] ?? 0) + factor * (b.values[from + column] ?? 0);
      }
    }
  }
  return made;
}

/** Throws a RangeError that names `what` where a value is NaN or infinite, or their number is not rows x columns. */
export function checkFinite(what: string, { rows, columns, values }: Dense): void {
  if (values.length !== rows * columns) {
    throw new RangeError(`${what} of [${rows}, ${columns}] has ${values.length} values`);
  }
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at === -1) return;
  throw new RangeError(
    `${what} has ${values[at]} in row ${Math.floor(at / columns)}, column ${at % columns}`,
  );
}
