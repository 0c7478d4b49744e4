import { ContentFault, type Faults } from "../faults.ts";
import { addBadCells, type Column, count, newColumn } from "./column-tally.ts";
import { familyColumns, matchSamples } from "./columns.ts";
import type { TableRecord } from "./records.ts";
import { widthFault } from "./row-checks.ts";
import type { Sample } from "./sheet.ts";
import type { TableFacts } from "./wide.ts";

/** The columns of a long table, which has a line for each row and sample of the matrix. */
export interface LongColumns {
  readonly id: number;
  readonly sample: number;
  readonly value: number;
}

const idNames =
  /^(protein|proteins|protein[ ._-]?ids?|protein[ ._-]?groups?|pg[ ._]proteingroups|id|accession)$/i;
const sampleNames = /^(sample|sample[ ._-]?(name|id)|run|r[ ._]filename|file|file[ ._]?name|raw[ ._]?file)$/i;
const valueNames =
  /^(value|intensity|abundance|quantity|pg[ ._](quantity|maxlfq)|maxlfq|lfq([ ._]intensity)?|expression|log2[ ._]?(intensity|abundance))$/i;

/** Pairs of row and sample that a long table may have: each takes a bit while it is checked. */
const maxPairs = 256 * 1024 * 1024;
/** Characters of ids and samples, and what each takes besides. */
const maxNameBytes = 32 * 1024 * 1024;
const nameBytes = 80;

/**
 * The columns of a long table: those that are called sample and value, or what software calls them, and the id,
 * which is the first other column where none is called so. Undefined where the table has a column for each sample.
 */
export function longColumns(
  header: readonly string[],
  sheet: readonly Sample[] | undefined,
): LongColumns | undefined {
  const sample = header.findIndex((name) => sampleNames.test(name));
  const value = header.findIndex((name) => valueNames.test(name));
  if (sample === -1 || value === -1) return undefined;
  const wide = sheet === undefined ? familyColumns(header) : columnsOf(matchSamples(header, sheet));
  if (wide !== undefined) return undefined;
  const called = header.findIndex((name) => idNames.test(name));
  const id = called === -1 ? header.findIndex((_, i) => i !== sample && i !== value) : called;
  return id === -1 ? undefined : { id, sample, value };
}

const columnsOf = (matched: ReturnType<typeof matchSamples>) =>
  "columns" in matched ? matched.columns : undefined;

/** Takes the lines of a long table one after the other; what is wrong goes to `faults`. */
export function longReader(
  header: readonly string[],
  columns: LongColumns,
  sheet: readonly Sample[] | undefined,
  faults: Faults,
) {
  const names = nameTally();
  const ids = new Map<string, number>();
  /** For each sample a bit for each id, set once it has a line. */
  const seen: Uint32Array[] = [];
  const places = new Map((sheet ?? []).map(({ label }, place) => [label, place]));
  const tallies = (sheet ?? []).map(newColumn);
  const unknown = new Set<string>();

  const placeOf = (sample: string, line: number): number | undefined => {
    const known = places.get(sample);
    if (known !== undefined) return known;
    if (sheet === undefined) {
      names.add(sample, line);
      places.set(sample, places.size);
      tallies.push(newColumn());
      return places.size - 1;
    }
    if (!unknown.has(sample) && unknown.size < 20) {
      unknown.add(sample);
      const message = `the sample ${JSON.stringify(sample)} is in no line of the sample sheet`;
      faults.add({ message, line, field: header[columns.sample] ?? "" });
    }
    return undefined;
  };
  const idOf = (id: string, line: number): number => {
    const known = ids.get(id);
    if (known !== undefined) return known;
    names.add(id, line);
    ids.set(id, ids.size);
    return ids.size - 1;
  };
  const bitsOf = (place: number, id: number, line: number): Uint32Array => {
    const own = seen[place] ?? new Uint32Array(16);
    seen[place] = own;
    if (id < 32 * own.length) return own;
    const longer = new Uint32Array(2 * own.length);
    longer.set(own);
    seen[place] = longer;
    if (seen.reduce((sum, { length }) => sum + 32 * length, 0) > maxPairs) {
      const message = `${ids.size} rows of ${places.size} samples are more than fit: a table with a column for each sample may be larger`;
      throw new ContentFault({ message, line });
    }
    return bitsOf(place, id, line);
  };

  return {
    take({ cells, line }: TableRecord) {
      if (cells.length > header.length)
        return faults.add({ message: widthFault(cells.length, header), line });
      const [id = "", sample = "", value = ""] = [columns.id, columns.sample, columns.value].map(
        (at) => cells[at],
      );
      const blank = id.trim() === "" ? columns.id : sample.trim() === "" ? columns.sample : undefined;
      if (blank !== undefined) {
        return faults.add({ message: `the ${header[blank]} is blank`, line, field: header[blank] ?? "" });
      }
      const place = placeOf(sample.trim(), line);
      if (place === undefined) return;
      const row = idOf(id, line);
      const bits = bitsOf(place, row, line);
      const [word, bit] = [row >>> 5, 1 << (row & 31)];
      if (((bits[word] ?? 0) & bit) !== 0) {
        const message = `${JSON.stringify(id)} in sample ${JSON.stringify(sample.trim())} was there before`;
        return faults.add({ message, line, field: header[columns.id] ?? "" });
      }
      bits[word] = (bits[word] ?? 0) | bit;
      count(tallies[place], value, line, header[columns.value] ?? "");
    },
    result(): TableFacts {
      for (const { label } of (sheet ?? []).filter((_, place) => isEmpty(tallies[place]))) {
        faults.add({
          message: `the sample sheet has a sample "${label}", and the table no line of it`,
          line: 1,
        });
      }
      addBadCells(tallies, faults);
      const taken = new Set(Object.values(columns));
      return {
        rows: ids.size,
        idColumn: header[columns.id] ?? "",
        samples: [...places].map(([label, index]) => {
          const tally = tallies[index] ?? newColumn();
          // A sample without a line for an id has no number for it.
          return {
            ...sheet?.[index],
            label,
            column: label,
            index,
            tally: { ...tally, missing: ids.size - tally.numbers },
          };
        }),
        annotations: header.filter((_, i) => !taken.has(i)),
      };
    },
  };
}

const isEmpty = (tally: Column | undefined) =>
  tally === undefined || tally.numbers + tally.missing + tally.others === 0;

function nameTally() {
  let bytes = 0;
  return {
    add(name: string, line: number): void {
      bytes += name.length + nameBytes;
      if (bytes <= maxNameBytes) return;
      throw new ContentFault({ message: "the table has more different ids and samples than fit", line });
    },
  };
}
