import type { Faults } from "../faults.ts";
import { readCell } from "./cells.ts";

const maxColumns = 16_384;

/** Tells what is wrong with the names of a table's columns. */
export function checkHeader(header: readonly string[], line: number, faults: Faults): void {
  if (header.length < 2) {
    faults.add({ message: "one column only: cells are parted by tabs, commas or semicolons", line });
  } else if (header.length > maxColumns) {
    faults.add({
      message: `${header.length} columns are more than the ${maxColumns} that are allowed`,
      line,
    });
  } else if (header.slice(1).every((name) => readCell(name) !== undefined && name !== "")) {
    faults.add({ message: "the first line has numbers where the names of the columns belong", line });
  }
  const seen = new Map<string, number>();
  header.forEach((name, i) => {
    // R leaves the cell above the row names blank.
    if (name === "" && i > 0) faults.add({ message: `column ${i + 1} has no name`, line });
    else if (seen.has(name)) {
      const before = (seen.get(name) ?? 0) + 1;
      faults.add({ message: `columns ${before} and ${i + 1} have the same name`, line, field: name });
    }
    seen.set(name, i);
  });
}
