import type { Faults } from "../faults.ts";
import type { SampleColumn } from "./columns.ts";

/** Ids are held against each other until they take about so many bytes: some 170,000 of the usual length. */
const maxIdBytes = 16 * 1024 * 1024;
/** What one id takes beside its characters. */
const idBytes = 64;
/** Rows of one width that are told of. */
const keptPerWidth = 20;

export const widthFault = (width: number, header: readonly string[]) =>
  `${width} cells under a header of ${header.length}`;

/**
 * Keeps rows that end before the header does: some programs leave empty cells at the end away, which does no harm
 * as long as the samples' cells are there.
 */
export function shortRows() {
  const linesBy = new Map<number, number[]>();
  return {
    add(cells: readonly string[], line: number) {
      const lines = linesBy.get(cells.length) ?? [];
      if (lines.length < keptPerWidth) lines.push(line);
      linesBy.set(cells.length, lines);
    },
    addFaults(samples: readonly SampleColumn[], header: readonly string[], faults: Faults) {
      const last = Math.max(...samples.map(({ index }) => index));
      const cut = [...linesBy].filter(([width]) => width <= last);
      const all = cut.flatMap(([width, lines]) => lines.map((line) => ({ width, line })));
      for (const { width, line } of all.sort((a, b) => a.line - b.line))
        faults.add({ message: widthFault(width, header), line });
    },
  };
}

/** Says of each id whether it is blank or was there before. */
export function idCheck() {
  const seen = new Map<string, number>();
  let bytes = 0;
  return (id: string, line: number): string | undefined => {
    if (id.trim() === "") return "the row has no id";
    const before = seen.get(id);
    if (before !== undefined) return `the id ${JSON.stringify(id)} was in line ${before} already`;
    bytes += id.length + idBytes;
    if (bytes <= maxIdBytes) seen.set(id, line);
    return undefined;
  };
}
