import { cut } from "../faults.ts";
import type { Preview } from "../profile.ts";

export const previewRows = 10;
const maxColumns = 24;
const cellLength = 200;
/** Of all cells together: the preview lies in the record. */
const maxCharacters = 24_000;

const cellOf = (value: unknown): string =>
  cut(
    typeof value === "string" ? value : value === undefined ? "" : (JSON.stringify(value) ?? ""),
    cellLength,
  );

/** Lays rows out under the names of their fields. */
export function previewObjects(rows: readonly Readonly<Record<string, unknown>>[]): Preview {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].slice(0, maxColumns);
  return previewTable(
    columns,
    rows.map((row) => columns.map((column) => row[column])),
  );
}

export function previewTable(columns: readonly string[], rows: readonly (readonly unknown[])[]): Preview {
  const kept: string[][] = [];
  let characters = 0;
  for (const row of rows.slice(0, previewRows)) {
    const cells = row.slice(0, maxColumns).map(cellOf);
    characters += cells.reduce((sum, cell) => sum + cell.length, 0);
    if (characters > maxCharacters && kept.length > 0) break;
    kept.push(cells);
  }
  return { columns: columns.slice(0, maxColumns).map((name) => cut(name, 100)), rows: kept };
}
