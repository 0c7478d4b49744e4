import { parse } from "csv-parse/sync";
import { guessDelimiter } from "./delimiter.ts";

/** A line of a sample sheet: what the sample is called, its group, and whatever else the sheet says of it. */
export interface Sample {
  readonly label: string;
  readonly group: string;
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

/** Reads a sample sheet: a table with a header, a column of labels, and one of groups. */
export function readSheet(text: string): { samples: Sample[] } | { errors: string[] } {
  const table = tableOf(text);
  if ("errors" in table) return table;
  const [header = [], ...rows] = table.rows;
  const names = header.map((name) => name.trim());
  const group = find(names, groupNames);
  if (group === -1) {
    return { errors: [`has no column for the group: name one of its columns ${groupNames.join(" or ")}`] };
  }
  const label = Math.max(find(names, labelNames), 0);
  if (label === group) return { errors: ["has no column for the samples' labels before that of the group"] };
  if (rows.length === 0) return { errors: ["names no samples"] };
  const errors = rows.flatMap((row, i) => rowErrors(row, { names, label, group }, i + 2));
  const labels = rows.map((row) => row[label]?.trim());
  labels.forEach((one, i) => {
    const first = labels.indexOf(one);
    if (first < i && one) errors.push(`line ${i + 2}: the label ${one} was in line ${first + 2} already`);
  });
  if (errors.length > 0) return { errors };
  return {
    samples: rows.map((row) => ({
      label: row[label]?.trim() ?? "",
      group: row[group]?.trim() ?? "",
      covariates: Object.fromEntries(
        names.flatMap((name, i) => (i === label || i === group ? [] : [[name, row[i]?.trim() ?? ""]])),
      ),
    })),
  };
}

function tableOf(text: string): { rows: string[][] } | { errors: string[] } {
  try {
    const options = {
      delimiter: guessDelimiter(text),
      bom: true,
      skip_empty_lines: true,
      relax_column_count: true,
    };
    return { rows: parse(text, options) };
  } catch (error) {
    return { errors: [`is not a table: ${error instanceof Error ? error.message : String(error)}`] };
  }
}

function rowErrors(
  row: readonly string[],
  { names, label, group }: { names: readonly string[]; label: number; group: number },
  line: number,
): string[] {
  if (row.length !== names.length) {
    return [`line ${line}: ${row.length} cells under a header of ${names.length}`];
  }
  if (!row[label]?.trim()) return [`line ${line}: the ${names[label]} is blank`];
  return row[group]?.trim() ? [] : [`line ${line}: the ${names[group]} is blank`];
}

const find = (names: readonly string[], wanted: readonly string[]) => {
  const known = names.map((name) => name.toLowerCase());
  return wanted.map((name) => known.indexOf(name)).find((place) => place !== -1) ?? -1;
};
