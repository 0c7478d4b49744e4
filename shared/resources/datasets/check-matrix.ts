import type { Checked } from "./checked.ts";
import { ContentFault, collectFaults, type Faults, inOrder } from "./faults.ts";
import { addBadCells, type Column, count, newColumn } from "./matrix/column-tally.ts";
import { familyColumns, matchSamples, type SampleColumn } from "./matrix/columns.ts";
import { checkHeader } from "./matrix/header.ts";
import { readTable, type TableRecord } from "./matrix/records.ts";
import { idCheck, shortRows, widthFault } from "./matrix/row-checks.ts";
import { readSheet, type Sample } from "./matrix/sheet.ts";
import { openContent } from "./reading/content.ts";
import { tallyCounts } from "./tally/counts.ts";
import { previewRows, previewTable } from "./tally/preview.ts";

/** Share of numbers from which a column that no sheet names is taken for a sample's. */
const numericShare = 0.9;

const layouts = { "\t": "tsv", ",": "csv", ";": "semicolon-csv" } as const;

/**
 * Checks that a content is a table with a header, an id in the first cell of each row, and numbers in the columns of
 * the samples: those that the sheet names or, without one, those that hold numbers. Memory is one row, the ids,
 * and a few counts for each column.
 */
export async function checkMatrix(body: AsyncIterable<Uint8Array>, sheet?: string): Promise<Checked> {
  const faults = collectFaults();
  try {
    const samples = sheet === undefined ? undefined : samplesOf(sheet);
    const content = await openContent(body);
    const table = await readTable(content);
    const reader = matrixReader(samples, faults);
    for await (const batch of table.records) for (const record of batch) reader.take(record);
    const matrix = reader.result();
    if (faults.errors.length > 0) return { errors: inOrder(faults.errors) };
    const format = {
      compression: content.compression,
      layout: layouts[table.delimiter],
      bytes: content.bytes(),
      bom: content.bom,
      newlines: table.newlines(),
    };
    return { profile: { kind: "matrix", format, ...matrix.facts }, preview: matrix.preview };
  } catch (error) {
    if (error instanceof ContentFault) faults.add(error.error);
    else if (!(error instanceof Unreadable)) throw error;
    return { errors: inOrder(faults.errors) };
  }
}

function samplesOf(sheet: string): readonly Sample[] {
  const read = readSheet(sheet);
  if ("samples" in read) return read.samples;
  throw new ContentFault({ message: `the sample sheet ${read.errors[0]}`, file: "samples" });
}

/** Takes a table's records one after the other, and says in the end what they hold. */
function matrixReader(sheet: readonly Sample[] | undefined, faults: Faults) {
  let header: readonly string[] | undefined;
  let columns: Column[] = [];
  let named: readonly SampleColumn[] | undefined;
  let rows = 0;
  const first: (readonly string[])[] = [];
  const isNewId = idCheck();
  const short = shortRows();

  const takeHeader = ({ cells, line }: TableRecord) => {
    header = cells.map((name) => name.trim());
    checkHeader(header, line, faults);
    named = sheet === undefined ? familyColumns(header) : namedColumns(header, sheet, faults);
    if (faults.errors.length > 0) throw new Unreadable();
    columns = header.map(newColumn);
  };
  const takeRow = ({ cells, line }: TableRecord, names: readonly string[]) => {
    if (cells.length > names.length && cells.slice(names.length).some((cell) => cell.trim() !== "")) {
      return faults.add({ message: widthFault(cells.length, names), line });
    }
    if (cells.length < names.length) short.add(cells, line);
    const fault = isNewId(cells[0] ?? "", line);
    if (fault !== undefined) faults.add({ message: fault, line, field: names[0] ?? "" });
    for (let i = 1; i < names.length; i++) count(columns[i], cells[i] ?? "", line, names[i] ?? "");
    rows++;
    if (first.length < previewRows) first.push(cells);
  };

  return {
    take(record: TableRecord): void {
      if (header === undefined) takeHeader(record);
      else takeRow(record, header);
      if (faults.full()) throw new Unreadable();
    },
    result() {
      if (header === undefined) throw new ContentFault({ message: "the file holds nothing but white space" });
      if (rows === 0 && faults.errors.length === 0) {
        faults.add({ message: "the table has a header and no rows", line: 1 });
      }
      const samples = named ?? numericColumns(header, columns);
      if (samples.length === 0 && rows > 0) {
        faults.add({ message: "the table has no column of numbers", line: 1 });
      }
      short.addFaults(samples, header, faults);
      addBadCells(samples, columns, faults);
      return { facts: factsOf(header, samples, columns, rows), preview: previewTable(header, first) };
    },
  };
}

/** There is no use in reading on: what is wrong has been told. */
class Unreadable extends Error {}

function namedColumns(header: readonly string[], sheet: readonly Sample[], faults: Faults) {
  const matched = matchSamples(header, sheet);
  if ("columns" in matched) return matched.columns;
  for (const message of matched.errors) faults.add({ message, line: 1 });
  return undefined;
}

function numericColumns(header: readonly string[], columns: readonly Column[]): SampleColumn[] {
  return header.flatMap((column, index) => {
    const { numbers = 0, others = 0 } = columns[index] ?? {};
    return numbers > 0 && numbers >= numericShare * (numbers + others)
      ? [{ label: column, column, index }]
      : [];
  });
}

function factsOf(
  header: readonly string[],
  samples: readonly SampleColumn[],
  columns: readonly Column[],
  rows: number,
) {
  const groups = tallyCounts();
  for (const { group } of samples) if (group !== undefined) groups.add(group);
  const sampled = new Set(samples.map(({ index }) => index));
  const sum = (of: (column: Column) => number) =>
    columns.reduce((total, column, i) => total + (sampled.has(i) ? of(column) : 0), 0);
  return {
    rows,
    idColumn: header[0] ?? "",
    samples: samples.map(({ label, column, group, index }) => {
      const { missing = 0, zeros = 0, numbers = 0, min = 0, max = 0 } = columns[index] ?? {};
      const range = numbers > 0 ? { min, max } : {};
      return { label, column, ...(group !== undefined && { group }), missing, zeros, ...range };
    }),
    groups: groups.top(100),
    annotations: header.filter((_, i) => i > 0 && !sampled.has(i)),
    missing: sum(({ missing }) => missing),
    zeros: sum(({ zeros }) => zeros),
  };
}
