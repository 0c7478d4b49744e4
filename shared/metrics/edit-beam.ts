/** The cells of an edit-distance table that sacrebleu's TER looks at: a beam around the diagonal, and the whole ends. */
export interface EditBeam {
  /** The words of the reference. */
  columns: number;
  /** The words of the answer. */
  rows: number;
  /** For each number of words read the columns within the beam, `to` not among them. */
  from: Int32Array;
  to: Int32Array;
  /** Column j of row i is cell `at[i] + j`. Around the beam are cells enough for the neighbours of all within. */
  at: Int32Array;
  cells: number;
}

const defaultWidth = 25;

export function editBeam(columns: number, rows: number): EditBeam {
  const ratio = rows === 0 ? 1 : columns / rows;
  const width = defaultWidth < ratio / 2 ? Math.ceil(ratio / 2 + defaultWidth) : defaultWidth;
  const from = new Int32Array(rows + 1);
  const to = new Int32Array(rows + 1).fill(columns + 1);
  for (let i = 1; i <= rows; i++) {
    const diagonal = Math.floor(i * ratio);
    from[i] = Math.max(0, diagonal - width);
    if (i < rows) to[i] = Math.min(columns + 1, diagonal + width);
  }
  const at = new Int32Array(rows + 1);
  let cells = 0;
  for (let i = 0; i <= rows; i++) {
    const [above, below] = [Math.max(0, i - 1), Math.min(rows, i + 1)];
    const first = Math.min(from[i] ?? 0, from[above] ?? 0) - 1;
    const end = Math.max(to[i] ?? 0, to[above] ?? 0, to[below] ?? 0) + 1;
    at[i] = cells - first;
    cells += end - first;
  }
  return { columns, rows, from, to, at, cells };
}
