import { type Matrix, mapValues } from "../matrix.ts";
import { counted, type Note, noteOf } from "../note.ts";

export interface Transformed {
  readonly matrix: Matrix;
  readonly note: Note;
}

/**
 * Logarithms to base 2 of intensities. A zero has none and becomes missing. Throws RangeError for a number below 0,
 * which says that logarithms are there already.
 */
export function logarithms(matrix: Matrix): Transformed {
  const below = matrix.values.findIndex((value) => value < 0);
  if (below !== -1) {
    const row = matrix.rows[Math.floor(below / matrix.columns.length)];
    const column = matrix.columns[below % matrix.columns.length];
    throw new RangeError(
      `${row} in ${column} is ${matrix.values[below]}: no intensity is negative, these may be logarithms already`,
    );
  }
  const zeros = matrix.values.reduce((count, value) => count + (value === 0 ? 1 : 0), 0);
  const lost = zeros === 0 ? "" : ` ${counted(zeros, "zero")} became missing values.`;
  return {
    matrix: mapValues(matrix, (value) => (value === 0 ? Number.NaN : Math.log2(value))),
    note: noteOf(`Intensities became logarithms to base 2.${lost}`, { zerosLost: zeros }),
  };
}

/** arcsinh(x / cofactor), which is linear near 0 and logarithmic beyond: 5 is usual for mass cytometry. */
export function hyperbolicArcsines(matrix: Matrix, cofactor = 5): Transformed {
  if (!(cofactor > 0)) throw new RangeError(`cofactor: ${cofactor} is not positive`);
  return {
    matrix: mapValues(matrix, (value) => Math.asinh(value / cofactor)),
    note: noteOf(`Intensities x became arcsinh(x / ${cofactor}).`, { cofactor }),
  };
}
