import type { ContentError } from "../../uploads/record.ts";
import type { Faults } from "../faults.ts";
import { explainCell, readCell } from "./cells.ts";

/** Cells that are told of, of one column. */
const keptPerColumn = 20;

/** What the cells of one column hold. */
export interface Column {
  numbers: number;
  missing: number;
  zeros: number;
  min: number;
  max: number;
  /** Cells that are neither numbers nor missing. */
  others: number;
  readonly bad: ContentError[];
}

export const newColumn = (): Column => ({
  numbers: 0,
  missing: 0,
  zeros: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  others: 0,
  bad: [],
});

export function count(column: Column | undefined, cell: string, line: number, field: string): void {
  if (column === undefined) return;
  const value = readCell(cell);
  if (value === undefined) {
    column.others++;
    if (column.bad.length < keptPerColumn) column.bad.push({ message: explainCell(cell), line, field });
  } else if (Number.isNaN(value)) column.missing++;
  else {
    column.numbers++;
    if (value === 0) column.zeros++;
    if (value < column.min) column.min = value;
    if (value > column.max) column.max = value;
  }
}

/** Tells of the cells of these columns that are no numbers, from top to bottom. */
export function addBadCells(columns: readonly (Column | undefined)[], faults: Faults): void {
  const bad = columns.flatMap((column) => column?.bad ?? []);
  for (const error of bad.sort((a, b) => (a.line ?? 0) - (b.line ?? 0))) faults.add(error);
}
