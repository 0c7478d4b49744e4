import type { MatrixSample } from "../contract.ts";
import { listed } from "./note.ts";

/** The columns of a sample sheet besides label and group, by name: a cell a sample, "" where it says nothing. */
export type SheetColumns = ReadonlyMap<string, readonly string[]>;

const blanks: ReadonlySet<string> = new Set([
  "",
  "na",
  "n/a",
  "nan",
  "null",
  "none",
  "-",
  "unknown",
  "missing",
]);

export function sheetColumns(samples: readonly MatrixSample[]): SheetColumns {
  const cellOf = ({ covariates }: MatrixSample, name: string) => {
    const cell = covariates[name]?.trim() ?? "";
    return blanks.has(cell.toLowerCase()) ? "" : cell;
  };
  const names = Object.keys(samples[0]?.covariates ?? {});
  return new Map(names.map((name) => [name, samples.map((sample) => cellOf(sample, name))]));
}

/** A column's name without what people write differently: `OS.time`, `os_time` and `OS Time` are one. */
export const keyOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "");

/** The cells of a column that was asked for. Throws RangeError where the sheet has none of this name. */
export function cellsOf(columns: SheetColumns, name: string): readonly string[] {
  const cells = columns.get(name);
  if (cells !== undefined) return cells;
  const there = columns.size === 0 ? "no column besides label and group" : listed([...columns.keys()]);
  throw new RangeError(`samples: the sheet has no column "${name}"; it has ${there}`);
}
