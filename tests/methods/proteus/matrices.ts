import fc from "fast-check";
import { createRandom } from "../../../shared/lm/random.ts";
import type { MatrixContent, MatrixSample } from "../../../shared/methods/contract.ts";
import { indexes, type Matrix, matrixOf } from "../../../shared/methods/proteus/matrix.ts";
import { readSampleSheet } from "../../../shared/methods/proteus/sample-sheet.ts";
import type { Study } from "../../../shared/methods/proteus/study.ts";

/** A matrix of its rows; null is missing. */
export function matrixOfRows(rows: readonly (readonly (number | null)[])[]): Matrix {
  const width = rows[0]?.length ?? 0;
  return matrixOf(
    rows.map((_, row) => `P${row}`),
    indexes(width).map((column) => `S${column}`),
    Float64Array.from(rows.flatMap((row) => row.map((value) => value ?? Number.NaN))),
  );
}

/** The rows of a matrix; null is missing. */
export const rowsOf = ({ rows, columns, values }: Matrix): (number | null)[][] =>
  rows.map((_, row) =>
    columns.map((_, column) => {
      const value = values[row * columns.length + column] ?? Number.NaN;
      return Number.isNaN(value) ? null : value;
    }),
  );

/** Normal numbers around 20, of which a share is missing. */
export function randomMatrix(seed: number, rows: number, columns: number, missing = 0): Matrix {
  const random = createRandom(seed, "matrix");
  const values = Float64Array.from({ length: rows * columns }, () =>
    random.uniform() < missing ? Number.NaN : 20 + 2 * random.normal(),
  );
  return matrixOf(
    indexes(rows).map((row) => `P${row}`),
    indexes(columns).map((column) => `S${column}`),
    values,
  );
}

export const seeds = fc.integer({ min: 0, max: 1_000_000 });

/** A study of a matrix, whose samples have these groups. */
export function studyOf(
  matrix: Matrix,
  groups?: readonly string[],
  covariates: readonly Readonly<Record<string, string>>[] = [],
  annotations: Readonly<Record<string, readonly string[]>> = {},
): Study {
  const samples = matrix.columns.map((label, i): MatrixSample => {
    const group = groups?.[i];
    return { label, column: label, ...(group !== undefined && { group }), covariates: covariates[i] ?? {} };
  });
  return { matrix, annotations: new Map(Object.entries(annotations)), sheet: readSampleSheet(samples).sheet };
}

/** A table as a data set's reader gives it. */
export function contentOf(
  samples: readonly MatrixSample[],
  rows: readonly { id: string; values: readonly (number | null)[]; annotations?: Record<string, string> }[],
): MatrixContent {
  return {
    samples,
    annotations: Object.keys(rows[0]?.annotations ?? {}),
    async *rows() {
      for (const { id, values, annotations = {} } of rows)
        yield { id, values: Float64Array.from(values, (value) => value ?? Number.NaN), annotations };
    },
  };
}
