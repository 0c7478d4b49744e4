import type { MatrixContent, MatrixRow, MatrixSample } from "../../../methods/contract.ts";
import { readCell } from "../matrix/cells.ts";
import { readTable } from "../matrix/records.ts";
import { readSheet } from "../matrix/sheet.ts";
import type { ProfileOf } from "../profile.ts";
import { openContent } from "./content.ts";

/**
 * A matrix that was checked: the columns that the check found, its rows as they come in, and its sample sheet. Of a
 * long table all numbers are read before the first row is there.
 */
export function openMatrix(
  open: () => AsyncIterable<Uint8Array>,
  profile: ProfileOf<"matrix">,
  sheet: string | undefined,
): MatrixContent {
  const covariates = covariatesOf(sheet);
  return {
    annotations: profile.annotations,
    samples: profile.samples.map(({ label, column, group }) => ({
      label,
      column,
      ...(group !== undefined && { group }),
      covariates: covariates.get(label) ?? {},
    })),
    rows: () => (profile.long === undefined ? wideRows(open(), profile) : longRows(open(), profile)),
  };
}

function covariatesOf(sheet: string | undefined): ReadonlyMap<string, MatrixSample["covariates"]> {
  const read = sheet === undefined ? undefined : readSheet(sheet);
  if (read === undefined || "errors" in read) return new Map();
  return new Map(read.samples.map(({ label, covariates }) => [label, covariates]));
}

async function* wideRows(
  body: AsyncIterable<Uint8Array>,
  { samples, annotations }: ProfileOf<"matrix">,
): AsyncGenerator<MatrixRow> {
  const { records } = await readTable(await openContent(body));
  let columns: readonly number[] | undefined;
  let others: readonly (readonly [name: string, index: number])[] = [];
  for await (const batch of records) {
    for (const { cells } of batch) {
      if (columns === undefined) {
        const header = cells.map((name) => name.trim());
        columns = samples.map(({ column }) => header.indexOf(column));
        others = annotations.map((name) => [name, header.indexOf(name)]);
        continue;
      }
      yield {
        id: cells[0] ?? "",
        values: Float64Array.from(columns, (index) => readCell(cells[index] ?? "") ?? Number.NaN),
        annotations: Object.fromEntries(others.map(([name, index]) => [name, cells[index] ?? ""])),
      };
    }
  }
}

/** The rows of a long table in the order of their first lines; an annotation is the first that is not blank. */
async function* longRows(
  body: AsyncIterable<Uint8Array>,
  { samples, annotations, idColumn, long }: ProfileOf<"matrix">,
): AsyncGenerator<MatrixRow> {
  const { records } = await readTable(await openContent(body));
  const places = new Map(samples.map(({ label }, place) => [label, place]));
  const rows = new Map<string, { values: Float64Array; annotations: string[] }>();
  let header: readonly string[] | undefined;
  for await (const batch of records) {
    for (const { cells } of batch) {
      if (header === undefined) {
        header = cells.map((name) => name.trim());
        continue;
      }
      const cell = cellsBy(header, cells);
      const place = places.get(cell(long?.sample ?? "").trim());
      if (place === undefined) continue;
      const id = cell(idColumn);
      const row = rows.get(id) ?? {
        values: new Float64Array(samples.length).fill(Number.NaN),
        annotations: [],
      };
      rows.set(id, row);
      row.values[place] = readCell(cell(long?.value ?? "")) ?? Number.NaN;
      for (const [at, name] of annotations.entries()) row.annotations[at] ||= cell(name);
    }
  }
  for (const [name, row] of rows) {
    const cells = annotations.map((annotation, at) => [annotation, row.annotations[at] ?? ""]);
    yield { id: name, values: row.values, annotations: Object.fromEntries(cells) };
  }
}

const cellsBy =
  (header: readonly string[], cells: readonly string[]) =>
  (name: string): string =>
    cells[header.indexOf(name)] ?? "";
