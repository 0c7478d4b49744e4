import type { ContentError } from "../../uploads/record.ts";
import { ContentFault } from "../faults.ts";
import { type Delimiter, guessDelimiter } from "../matrix/delimiter.ts";
import { readTable, type TableRecord } from "../matrix/records.ts";
import { widthFault } from "../matrix/row-checks.ts";
import type { Content } from "./content.ts";
import type { JsonObject } from "./json-row.ts";

/** A row of a table as an object, or what is wrong with it. */
export type TableRow = { readonly line: number } & (
  | { readonly row: JsonObject }
  | { readonly error: ContentError }
);

export const tableLayouts = { "\t": "tsv", ",": "csv", ";": "semicolon-csv" } as const satisfies Record<
  Delimiter,
  string
>;

/** Whether a beginning is a table's header: two or more of its cells are names that a row's fields go by. */
export function isTableOf(names: ReadonlySet<string>, beginning: string): boolean {
  const header = /\S.*/.exec(beginning)?.[0] ?? "";
  if (/^[[{]/.test(header)) return false;
  const cells = header.split(guessDelimiter(header)).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
  return cells.filter((cell) => names.has(cell)).length >= 2;
}

/**
 * The rows of a table, those of each chunk together: texts under the names of the header. A blank cell is a field that
 * is not there, and a column without a name, such as the row numbers of pandas, is left out. Throws a ContentFault for
 * what is not a table in UTF-8, or has a name twice.
 */
export async function readTableRows(content: Content) {
  const { delimiter, records, newlines } = await readTable(content);
  return { layout: tableLayouts[delimiter], newlines, rows: rowsOf(records) };
}

async function* rowsOf(records: AsyncIterable<readonly TableRecord[]>): AsyncGenerator<readonly TableRow[]> {
  let header: readonly string[] | undefined;
  for await (const batch of records) {
    const rows: TableRow[] = [];
    for (const record of batch) {
      if (header === undefined) header = headerOf(record);
      else rows.push(rowOf(record, header));
    }
    yield rows;
  }
}

function headerOf({ cells, line }: TableRecord): readonly string[] {
  const header = cells.map((name) => name.trim());
  const twice = header.find((name, at) => name !== "" && header.indexOf(name) !== at);
  if (twice === undefined) return header;
  throw new ContentFault({ message: "two columns have this name", line, field: `/${twice}` });
}

function rowOf({ cells, line }: TableRecord, header: readonly string[]): TableRow {
  if (cells.length !== header.length) {
    return { line, error: { message: widthFault(cells.length, header), line } };
  }
  const filled = header.flatMap((name, at) => {
    const cell = cells[at] ?? "";
    return name === "" || cell.trim() === "" ? [] : [[name, cell] as const];
  });
  return { line, row: Object.fromEntries(filled) };
}
