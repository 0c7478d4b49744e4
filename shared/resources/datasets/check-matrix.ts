import type { Checked } from "./checked.ts";
import { ContentFault, collectFaults, type Faults, inOrder } from "./faults.ts";
import type { Column } from "./matrix/column-tally.ts";
import { checkHeader } from "./matrix/header.ts";
import { type LongColumns, longColumns, longReader } from "./matrix/long.ts";
import { readTable, type TableRecord } from "./matrix/records.ts";
import { readSheet, type Sample } from "./matrix/sheet.ts";
import { type TableFacts, wideReader } from "./matrix/wide.ts";
import { openContent } from "./reading/content.ts";
import { tableLayouts } from "./reading/table-rows.ts";
import { tallyCounts } from "./tally/counts.ts";
import { previewRows, previewTable } from "./tally/preview.ts";

/**
 * Checks that a content is a table with a header, an id in the first cell of each row, and numbers in the columns of
 * the samples: those that the sheet names or, without one, those that hold numbers; or a long table, with a line for
 * each id and sample. Memory is one row, the ids, and a few counts for each column; for a long table also the line
 * of each number.
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
      layout: tableLayouts[table.delimiter],
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
  let long: LongColumns | undefined;
  let reader: ReturnType<typeof wideReader> | undefined;
  const first: (readonly string[])[] = [];

  const takeHeader = ({ cells, line }: TableRecord) => {
    header = cells.map((name) => name.trim());
    checkHeader(header, line, faults);
    long = longColumns(header, sheet);
    reader =
      long === undefined ? wideReader(header, line, sheet, faults) : longReader(header, long, sheet, faults);
    if (faults.errors.length > 0) throw new Unreadable();
  };

  return {
    take(record: TableRecord): void {
      if (reader === undefined) takeHeader(record);
      else {
        if (first.length < previewRows) first.push(record.cells);
        reader.take(record);
      }
      if (faults.full()) throw new Unreadable();
    },
    result() {
      if (header === undefined || reader === undefined) {
        throw new ContentFault({ message: "the file holds nothing but white space" });
      }
      if (first.length === 0) faults.add({ message: "the table has a header and no rows", line: 1 });
      const facts = reader.result();
      return { facts: factsOf(facts, header, long), preview: previewTable(header, first) };
    },
  };
}

/** There is no use in reading on: what is wrong has been told. */
class Unreadable extends Error {}

function factsOf(
  { rows, idColumn, samples, annotations }: TableFacts,
  header: readonly string[],
  long: LongColumns | undefined,
) {
  const groups = tallyCounts();
  for (const { group } of samples) if (group !== undefined) groups.add(group);
  const sum = (of: (column: Column) => number) => samples.reduce((total, { tally }) => total + of(tally), 0);
  return {
    rows,
    idColumn,
    samples: samples.map(({ label, column, group, tally: { missing, zeros, numbers, min, max } }) => {
      const range = numbers > 0 ? { min, max } : {};
      return { label, column, ...(group !== undefined && { group }), missing, zeros, ...range };
    }),
    groups: groups.top(100),
    annotations: [...annotations],
    missing: sum(({ missing }) => missing),
    zeros: sum(({ zeros }) => zeros),
    ...(long && { long: { sample: header[long.sample] ?? "", value: header[long.value] ?? "" } }),
  };
}
