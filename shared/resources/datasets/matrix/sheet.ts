import { parse } from "csv-parse/sync";
import { guessDelimiter } from "./delimiter.ts";
import { firstLine } from "./records.ts";

/** A line of a sample sheet: what the sample is called, its group, and whatever else the sheet says of it. */
export interface Sample {
  readonly label: string;
  /** Absent in the sheet of a cohort that was followed and not parted. */
  readonly group?: string;
  /** The other columns, such as replicate, batch, age, time, event. */
  readonly covariates: Readonly<Record<string, string>>;
}

const labelNames = ["label", "sample", "column", "name", "sample_name", "sample name", "run", "file"];
const groupNames = ["group", "condition", "treatment", "class", "phenotype"];

/** What is wrong with a sample sheet, each with its line; nothing when it can be used. */
export function sheetErrors(text: string): string[] {
  const sheet = readSheet(text);
  return "errors" in sheet ? sheet.errors : [];
}

/**
 * Reads a sample sheet: a table with a header, a column of labels, and one of groups, which may be absent where
 * columns of a survival time and its event are there.
 */
export function readSheet(text: string): { samples: Sample[] } | { errors: string[] } {
  const table = tableOf(text);
  if ("errors" in table) return table;
  const [header, ...rows] = table.rows;
  const names = (header?.cells ?? []).map((name) => name.trim());
  const group = find(names, groupNames);
  if (group === -1 && !isFollowed(names)) {
    return { errors: [`has no column for the group: name one of its columns ${groupNames.join(" or ")}`] };
  }
  const label = Math.max(find(names, labelNames), 0);
  if (label === group) return { errors: ["has no column for the samples' labels before that of the group"] };
  if (rows.length === 0) return { errors: ["names no samples"] };
  const columns = { names, label, group };
  const errors = [
    ...nameErrors(names),
    ...rows.flatMap((row) => rowErrors(row, columns)),
    ...repeatedLabels(rows, label),
  ];
  return errors.length > 0 ? { errors } : { samples: rows.map(({ cells }) => sampleOf(cells, columns)) };
}

interface SheetRow {
  readonly cells: readonly string[];
  readonly line: number;
}

interface SheetColumns {
  readonly names: readonly string[];
  readonly label: number;
  /** -1 where there is none. */
  readonly group: number;
}

function sampleOf(cells: readonly string[], { names, label, group }: SheetColumns): Sample {
  const cell = (place: number) => cells[place]?.trim() ?? "";
  const others = names.flatMap((name, i) => (i === label || i === group ? [] : [[name, cell(i)] as const]));
  return {
    label: cell(label),
    ...(group !== -1 && { group: cell(group) }),
    covariates: Object.fromEntries(others),
  };
}

function tableOf(text: string): { rows: SheetRow[] } | { errors: string[] } {
  const rows: SheetRow[] = [];
  let line = 1;
  try {
    parse(text, {
      delimiter: guessDelimiter(text),
      bom: true,
      skip_empty_lines: true,
      relax_column_count: true,
      on_record(cells: readonly string[], { lines }) {
        rows.push({ cells, line: firstLine(cells, line, lines) });
        line = lines + 1;
        return null;
      },
    });
    return { rows };
  } catch (error) {
    return { errors: [`is not a table: ${error instanceof Error ? error.message : String(error)}`] };
  }
}

/** Whether columns say how long subjects were followed and what ended it. */
const isFollowed = (names: readonly string[]): boolean =>
  names.some((name) => /time|days|weeks|months|years|survival/i.test(name)) &&
  names.some((name) => /event|status|death|dead|deceased/i.test(name));

const nameErrors = (names: readonly string[]): string[] =>
  names.flatMap((name, i) => {
    if (name === "") return [`line 1: column ${i + 1} has no name`];
    const first = names.indexOf(name);
    return first < i ? [`line 1: columns ${first + 1} and ${i + 1} are both called ${name}`] : [];
  });

function repeatedLabels(rows: readonly SheetRow[], label: number): string[] {
  const lines = new Map<string, number>();
  return rows.flatMap(({ cells, line }) => {
    const one = cells[label]?.trim() ?? "";
    const before = lines.get(one);
    if (before === undefined) lines.set(one, line);
    return before === undefined || one === ""
      ? []
      : [`line ${line}: the label ${one} was in line ${before} already`];
  });
}

function rowErrors({ cells, line }: SheetRow, { names, label, group }: SheetColumns): string[] {
  if (cells.length !== names.length) {
    return [`line ${line}: ${cells.length} cells under a header of ${names.length}`];
  }
  if (!cells[label]?.trim()) return [`line ${line}: the ${names[label]} is blank`];
  return group === -1 || cells[group]?.trim() ? [] : [`line ${line}: the ${names[group]} is blank`];
}

const find = (names: readonly string[], wanted: readonly string[]) => {
  const known = names.map((name) => name.toLowerCase());
  return wanted.map((name) => known.indexOf(name)).find((place) => place !== -1) ?? -1;
};
