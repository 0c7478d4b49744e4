import type { MatrixContent, MatrixSample } from "../contract.ts";
import { type Matrix, selectColumns } from "./matrix.ts";
import { counted, listed, type Note, noteOf } from "./note.ts";
import { readSampleSheet, type SampleSheet, type SheetRoles } from "./sample-sheet.ts";
import { keyOf } from "./sheet-columns.ts";
import { readTable } from "./study.ts";

/** Single cells: a cell a row, a marker a column, and the sample that each cell is of. */
export interface Cells {
  readonly matrix: Matrix;
  /** For each cell the place of its sample in the sheet. */
  readonly sampleOf: Int32Array;
  readonly sheet: SampleSheet;
}

export interface CellOptions {
  /** The column that names each cell's sample; one whose name says it where absent. */
  readonly sample?: string;
  /** The column that names each cell's group; one whose name says it where absent. */
  readonly group?: string;
  /** The markers to take; all columns of numbers that are no technical channel where absent. */
  readonly markers?: readonly string[];
  readonly roles?: SheetRoles;
  readonly mostValues?: number;
}

const sampleNames = /^(sample|sampleid|samplename|file|fileid|filename|fcsfile|patient|donor)$/;
const groupNames = /^(group|condition|treatment|class|phenotype|response|status)$/;
/** Channels of a mass cytometer that tell of the instrument, of intact and living cells, of beads and barcodes. */
const technical =
  /^(time|eventlength|celllength|center|centre|offset|width|residual|event|eventid|cellid|cellindex|index|amplitude)$|dna\d?$|^(191|193)ir|ir19[13]|beads?|^140ce|ce140|^(\d+pd)?bc\d*$|barcode|livedead|viability|cisplatin|195pt|pt195/;

/**
 * Reads a table of cells. The columns of numbers are the markers, but for those that name samples and groups or tell of
 * the instrument. Throws RangeError where no column names the samples, where a sample is in two groups, and for
 * missing numbers.
 */
export async function readCells(
  content: MatrixContent,
  options: CellOptions = {},
): Promise<{ readonly cells: Cells; readonly notes: readonly Note[] }> {
  const table = await readTable(content, options.mostValues);
  const columnOfCells = (wanted: string | undefined, names: RegExp) => {
    const all = [...content.annotations, ...table.matrix.columns];
    const name = wanted ?? all.find((one) => names.test(keyOf(one)));
    return name === undefined ? undefined : { name, cells: cellsNamed(table, name) };
  };
  const sample = columnOfCells(options.sample, sampleNames);
  if (sample === undefined) {
    throw new RangeError(
      "dataset: no column names each cell's sample; name one sample, file or donor, or say which",
    );
  }
  const group = columnOfCells(options.group, groupNames);
  const { markers, left } = markersOf(table.matrix, options.markers, [sample.name, group?.name]);
  const matrix = selectColumns(table.matrix, markers);
  checkComplete(matrix);
  const samples = samplesOf(sample, group);
  const places = new Map(samples.map(({ label }, place) => [label, place]));
  const { sheet, notes } = readSampleSheet(samples, options.roles);
  const text = `${counted(matrix.rows.length, "cell")} of ${counted(samples.length, "sample")} (column ${sample.name})${group === undefined ? "" : ` in groups by column ${group.name}`}, ${counted(matrix.columns.length, "marker")}.`;
  const without = `Technical channels left out: ${listed(left)}.`;
  return {
    cells: { matrix, sampleOf: Int32Array.from(sample.cells, (one) => places.get(one) ?? -1), sheet },
    notes: [
      noteOf(text, { cells: matrix.rows.length, samples: samples.length, markers: matrix.columns.length }),
      ...(left.length === 0 ? [] : [noteOf(without, { technicalChannels: left.length })]),
      ...notes,
    ],
  };
}

interface NamedCells {
  readonly name: string;
  readonly cells: readonly string[];
}

type Table = Awaited<ReturnType<typeof readTable>>;

/** A column's cells as texts, whether it was taken for numbers or not. */
function cellsNamed({ matrix, annotations }: Table, name: string): readonly string[] {
  const texts = annotations.get(name);
  if (texts !== undefined) return texts;
  const column = matrix.columns.indexOf(name);
  if (column === -1) throw new RangeError(`dataset: the table has no column "${name}"`);
  return matrix.rows.map((_, row) => String(matrix.values[row * matrix.columns.length + column]));
}

function markersOf(
  { columns }: Matrix,
  wanted: readonly string[] | undefined,
  taken: readonly (string | undefined)[],
): { readonly markers: number[]; readonly left: string[] } {
  const unknown = (wanted ?? []).filter((name) => !columns.includes(name));
  if (unknown.length > 0) throw new RangeError(`markers: the table has no numbers of ${listed(unknown)}`);
  const free = columns.filter((name) => !taken.includes(name));
  const left = wanted === undefined ? free.filter((name) => technical.test(keyOf(name))) : [];
  const kept = wanted ?? free.filter((name) => !left.includes(name));
  if (kept.length < 2) throw new RangeError("dataset: cells are told apart by two markers at least");
  return { markers: kept.map((name) => columns.indexOf(name)), left };
}

function checkComplete({ rows, columns, values }: Matrix): void {
  const at = values.findIndex(Number.isNaN);
  if (at === -1) return;
  const [row, column] = [rows[Math.floor(at / columns.length)], columns[at % columns.length]];
  throw new RangeError(`dataset: cell ${row} has no number of ${column}`);
}

/** The samples in the order of their first cells, each in the one group that all of its cells are in. */
function samplesOf(sample: NamedCells, group: NamedCells | undefined): MatrixSample[] {
  const groups = new Map<string, string | undefined>();
  for (const [cell, label] of sample.cells.entries()) {
    const own = group?.cells[cell];
    if (!groups.has(label)) groups.set(label, own);
    else if (groups.get(label) !== own) {
      throw new RangeError(
        `dataset: sample ${label} has cells of the groups ${groups.get(label)} and ${own} in column ${group?.name}`,
      );
    }
  }
  return [...groups].map(([label, own]) => ({
    label,
    column: label,
    ...(own !== undefined && { group: own }),
    covariates: {},
  }));
}
