import type { Cell, Table } from "../../../report/table.ts";

/** What a spreadsheet takes for the beginning of a formula. */
const formula = /^[=+\-@\t\r]/;

/** A text that a spreadsheet shows as it is: one that begins as a formula does gets an apostrophe before it. */
export const asText = (cell: string): string => (formula.test(cell) ? `'${cell}` : cell);

/** A table whose texts no spreadsheet takes for formulas; numbers stay numbers. */
export const safeTable = (table: Table): Table => ({
  ...table,
  columns: table.columns.map((column) => ({ ...column, key: asText(column.key ?? column.label) })),
  rows: table.rows.map((row) => row.map((cell): Cell => (typeof cell === "string" ? asText(cell) : cell))),
});
