import type { Faults } from "../faults.ts";
import { addBadCells, type Column, count, newColumn } from "./column-tally.ts";
import { familyColumns, matchSamples, type SampleColumn } from "./columns.ts";
import type { TableRecord } from "./records.ts";
import { idCheck, shortRows, widthFault } from "./row-checks.ts";
import type { Sample } from "./sheet.ts";

/** Share of numbers from which a column that no sheet names is taken for a sample's. */
const numericShare = 0.9;

/** What a table holds: its samples, what was counted of each, and the columns that are no samples. */
export interface TableFacts {
  readonly rows: number;
  readonly idColumn: string;
  readonly samples: readonly (SampleColumn & { readonly tally: Column })[];
  readonly annotations: readonly string[];
}

/** Takes the rows of a table with a column for each sample, one after the other; what is wrong goes to `faults`. */
export function wideReader(
  header: readonly string[],
  line: number,
  sheet: readonly Sample[] | undefined,
  faults: Faults,
) {
  const named = sheet === undefined ? familyColumns(header) : namedColumns(header, line, sheet, faults);
  const columns = header.map(newColumn);
  const isNewId = idCheck();
  const short = shortRows();
  let rows = 0;
  return {
    take({ cells, line }: TableRecord) {
      if (cells.length > header.length && cells.slice(header.length).some((cell) => cell.trim() !== "")) {
        return faults.add({ message: widthFault(cells.length, header), line });
      }
      if (cells.length < header.length) short.add(cells, line);
      const fault = isNewId(cells[0] ?? "", line);
      if (fault !== undefined) faults.add({ message: fault, line, field: header[0] ?? "" });
      for (let i = 1; i < header.length; i++) count(columns[i], cells[i] ?? "", line, header[i] ?? "");
      rows++;
    },
    result(): TableFacts {
      const samples = named ?? numericColumns(header, columns);
      if (samples.length === 0 && rows > 0) {
        faults.add({ message: "the table has no column of numbers", line: 1 });
      }
      short.addFaults(samples, header, faults);
      addBadCells(
        samples.map(({ index }) => columns[index]),
        faults,
      );
      const sampled = new Set(samples.map(({ index }) => index));
      return {
        rows,
        idColumn: header[0] ?? "",
        samples: samples.map((sample) => ({ ...sample, tally: columns[sample.index] ?? newColumn() })),
        annotations: header.filter((_, i) => i > 0 && !sampled.has(i)),
      };
    },
  };
}

function namedColumns(header: readonly string[], line: number, sheet: readonly Sample[], faults: Faults) {
  const matched = matchSamples(header, sheet);
  if ("columns" in matched) return matched.columns;
  for (const message of matched.errors) faults.add({ message, line });
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
