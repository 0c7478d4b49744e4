import { formatMeanSd, formatNumber, missing } from "./format.ts";
import { html, type Markup } from "./html.ts";

/** A mean with its standard deviation over repeated measurements. */
export interface Spread {
  readonly mean: number;
  readonly sd?: number;
}

/** What a cell may hold; null is shown as a dash, and is empty in CSV. */
export type Cell = string | number | Spread | null;

export interface Column {
  readonly label: string;
  /** Name in the CSV header; the label when absent. */
  readonly key?: string;
  /** Numbers stand to the right, with their figures one below the other. */
  readonly numeric?: boolean;
  /** Places after the point, for the whole column. */
  readonly decimals?: number;
  /** How a number is shown; a spread's two numbers go through `formatSpread`. */
  readonly format?: (value: number) => string;
  readonly formatSpread?: (value: Spread) => string;
  /** Sets the column's best value in bold. */
  readonly best?: "lowest" | "highest";
}

export interface Table {
  readonly caption?: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

/** An HTML table; the page's script makes its headings sort, and without the script it stays as it is. */
export function htmlTable(table: Table): Markup {
  const best = table.columns.map((column, index) => bestValue(table, column, index));
  const classOf = (column: Column) => (column.numeric === true ? "number" : "text");
  const { caption } = table;
  return html`<div class="table">${
    caption === undefined ? undefined : html`<p class="caption">${caption}</p>`
  }<div class="scroll" role="region" tabindex="0" aria-label="${caption ?? "Table"}"><table data-sortable><thead><tr>${table.columns.map(
    (column) => html`<th scope="col" class="${classOf(column)}">${column.label}</th>`,
  )}</tr></thead><tbody>${table.rows.map(
    (row) =>
      html`<tr>${table.columns.map((column, index) => {
        const cell = row[index] ?? null;
        const text = showCell(cell, column);
        const value = numberOf(cell);
        const shown = value !== undefined && value === best[index] ? html`<strong>${text}</strong>` : text;
        return index === 0
          ? html`<th scope="row" class="${classOf(column)}" data-value="${sortKey(cell)}">${shown}</th>`
          : html`<td class="${classOf(column)}" data-value="${sortKey(cell)}">${shown}</td>`;
      })}</tr>`,
  )}</tbody></table></div></div>`;
}

/** The table in RFC 4180's CSV, numbers in full; a column with spreads becomes two, `key` and `key_sd`. */
export function csvTable(table: Table): string {
  const spreads = table.columns.map((_, index) => table.rows.some((row) => isSpread(row[index] ?? null)));
  const header = table.columns.flatMap(({ key, label }, index) => {
    const name = key ?? label;
    return spreads[index] === true ? [name, `${name}_sd`] : [name];
  });
  const rows = table.rows.map((row) =>
    table.columns.flatMap((_, index) => {
      const cell = row[index] ?? null;
      if (isSpread(cell)) return [plain(cell.mean), plain(cell.sd ?? null)];
      return spreads[index] === true ? [plain(cell), ""] : [plain(cell)];
    }),
  );
  return [header, ...rows].map((row) => `${row.map(quote).join(",")}\r\n`).join("");
}

/** A cell as a person reads it. */
export function showCell(cell: Cell, column: Column): string {
  if (cell === null) return missing;
  if (typeof cell === "string") return cell;
  if (isSpread(cell)) return column.formatSpread?.(cell) ?? formatMeanSd(cell.mean, cell.sd, column.decimals);
  if (column.format !== undefined) return column.format(cell);
  return column.decimals === undefined ? formatNumber(cell) : formatMeanSd(cell, undefined, column.decimals);
}

function isSpread(cell: Cell): cell is Spread {
  return typeof cell === "object" && cell !== null;
}

function numberOf(cell: Cell): number | undefined {
  if (typeof cell === "number") return cell;
  return isSpread(cell) ? cell.mean : undefined;
}

function sortKey(cell: Cell): string {
  const value = numberOf(cell);
  if (value !== undefined) return Number.isFinite(value) ? String(value) : "";
  return typeof cell === "string" ? cell : "";
}

function bestValue(table: Table, column: Column, index: number): number | undefined {
  if (column.best === undefined) return undefined;
  const values = table.rows.flatMap((row) => {
    const value = numberOf(row[index] ?? null);
    return value !== undefined && Number.isFinite(value) ? [value] : [];
  });
  if (values.length < 2) return undefined;
  return column.best === "lowest" ? Math.min(...values) : Math.max(...values);
}

function plain(cell: string | number | null | Spread): string {
  if (typeof cell === "string") return cell;
  return typeof cell === "number" && Number.isFinite(cell) ? String(cell) : "";
}

function quote(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
