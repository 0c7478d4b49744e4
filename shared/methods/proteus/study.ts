import type { MatrixContent } from "../contract.ts";
import { type Matrix, matrixOf, selectColumns, selectRows } from "./matrix.ts";
import { counted, listed, type Note, noteOf } from "./note.ts";
import { readSampleSheet, type SampleSheet, type SheetRoles, selectSamples } from "./sample-sheet.ts";

/** The other columns of a table, by name: a cell a row. */
export type Annotations = ReadonlyMap<string, readonly string[]>;

/** A table of proteins, with what it says of them beside their numbers, and what is known of the samples. */
export interface Study {
  readonly matrix: Matrix;
  readonly annotations: Annotations;
  readonly sheet: SampleSheet;
}

/** Whether numbers are as an instrument counts them, or logarithms of that. */
export type Scale = "intensity" | "log";

export interface ReadOptions {
  readonly roles?: SheetRoles;
  /**
   * What a zero says: that nothing was measured, or a value. `auto` takes zeros of intensities for missing, as
   * MaxQuant writes them, and those of anything else for values.
   */
  readonly zeros?: "auto" | "missing" | "value";
  /** Most numbers of a table, 8 bytes each. */
  readonly mostValues?: number;
}

/** Intensities reach further than this, logarithms do not: 2^64 is beyond every detector. */
const beyondLogarithms = 100;

/** 320 MB. */
const roomForValues = 40_000_000;

/**
 * Reads a table and its sample sheet whole. Throws RangeError for what a sheet's column cannot mean, and for more
 * numbers than fit.
 */
export async function readStudy(
  content: MatrixContent,
  options: ReadOptions = {},
): Promise<{ readonly study: Study; readonly scale: Scale; readonly notes: readonly Note[] }> {
  const read = await readTable(content, options.mostValues);
  const scale = scaleOf(read.matrix);
  const zeros = zerosOf(read.matrix, options.zeros ?? "auto", scale);
  const { sheet, notes } = readSampleSheet(content.samples, options.roles);
  const { rows, columns } = read.matrix;
  const text = `The table has ${counted(rows.length, "row")} and ${counted(columns.length, "sample")}.`;
  return {
    study: { ...read, sheet },
    scale,
    notes: [
      noteOf(text, { rows: rows.length, samples: columns.length }),
      ...zeros,
      ...unlisted(content),
      ...notes,
    ],
  };
}

/** Some of the rows of a study, in this order. */
export const selectProteins = (study: Study, kept: readonly number[]): Study => ({
  ...study,
  matrix: selectRows(study.matrix, kept),
  annotations: new Map(
    [...study.annotations].map(([name, cells]) => [name, kept.map((row) => cells[row] ?? "")]),
  ),
});

/** Some of the samples of a study, in this order. */
export const selectStudySamples = (study: Study, kept: readonly number[]): Study => ({
  ...study,
  matrix: selectColumns(study.matrix, kept),
  sheet: selectSamples(study.sheet, kept),
});

/** Numbers below 0, or none beyond what a logarithm reaches, are logarithms. */
export function scaleOf({ values }: Matrix): Scale {
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < 0) return "log";
    if (value > largest) largest = value;
  }
  return largest > beyondLogarithms ? "intensity" : "log";
}

/** Reads a table's numbers and its other columns. Throws RangeError for more numbers than fit. */
export async function readTable(
  content: MatrixContent,
  most = roomForValues,
): Promise<{ readonly matrix: Matrix; readonly annotations: Annotations }> {
  const columns = content.samples.map(({ label }) => label);
  const rows: string[] = [];
  const annotations = new Map(content.annotations.map((name): [string, string[]] => [name, []]));
  let values = new Float64Array(1024 * columns.length);
  for await (const row of content.rows()) {
    const from = rows.length * columns.length;
    if (from + columns.length > most) {
      const room = `${counted(most, "number")} fit, ${Math.floor(most / columns.length)} rows of ${counted(columns.length, "sample")}`;
      throw new RangeError(`dataset: the table is too large: ${room}`);
    }
    if (from + columns.length > values.length) values = grown(values);
    values.set(row.values, from);
    rows.push(row.id);
    for (const [name, cells] of annotations) cells.push(row.annotations[name] ?? "");
  }
  return { matrix: matrixOf(rows, columns, values.slice(0, rows.length * columns.length)), annotations };
}

function grown(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * values.length);
  larger.set(values);
  return larger;
}

/** Marks zeros as missing, in place, where that is what they say. */
function zerosOf({ values }: Matrix, zeros: "auto" | "missing" | "value", scale: Scale): Note[] {
  const count = values.reduce((sum, value) => sum + (value === 0 ? 1 : 0), 0);
  if (count === 0) return [];
  const share = count / values.length;
  const figures = { zeros: count, zeroShare: share };
  if (zeros === "value" || (zeros === "auto" && scale === "log")) {
    return [noteOf(`${counted(count, "zero")} in the table are values.`, figures)];
  }
  for (let i = 0; i < values.length; i++) if (values[i] === 0) values[i] = Number.NaN;
  const why = zeros === "auto" ? ", since the numbers are intensities" : "";
  return [noteOf(`${counted(count, "zero")} in the table are taken for missing values${why}.`, figures)];
}

/** Columns that look like samples of the table and are in no line of the sheet. */
function unlisted({ samples, annotations }: MatrixContent): Note[] {
  const [first] = samples;
  if (first === undefined || !first.column.endsWith(first.label)) return [];
  const prefix = first.column.slice(0, first.column.length - first.label.length);
  if (prefix.trim() === "") return [];
  const left = annotations.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  if (left.length === 0) return [];
  const text = `${counted(left.length, "sample")} of the table ${left.length === 1 ? "is" : "are"} in no line of the sample sheet and left out: ${listed(left)}.`;
  return [noteOf(text, { unlistedSamples: left.length })];
}
