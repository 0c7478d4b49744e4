import type { Sample } from "./sheet.ts";

/** A sample and the column of the table that has its numbers. */
export interface SampleColumn extends Partial<Sample> {
  readonly label: string;
  readonly column: string;
  readonly index: number;
}

/** What mass spectrometry software puts before a sample's name, from the most to the least wanted. */
const families = [
  /^LFQ[ ._]intensity[ ._]/i,
  /^MaxLFQ[ ._]intensity[ ._]/i,
  /^Reporter[ ._]intensity[ ._]corrected[ ._]/i,
  /^iBAQ[ ._]/i,
  /^Abundances?:?[ ._]/i,
  /^Intensity[ ._]/i,
];

/**
 * Finds the column of each sample: of its own name, or of its name behind words that are the same for all of
 * them, as `LFQ intensity` in MaxQuant's tables.
 */
export function matchSamples(
  header: readonly string[],
  samples: readonly Sample[],
): { columns: SampleColumn[] } | { errors: string[] } {
  const exact = withPrefix(header, samples, "");
  if (exact !== undefined) return { columns: exact };
  const prefixes = prefixesOf(header, samples).filter((prefix) => withPrefix(header, samples, prefix));
  const known = families.flatMap((family) => prefixes.filter((prefix) => family.test(prefix)));
  const chosen = known[0] ?? (prefixes.length === 1 ? prefixes[0] : undefined);
  const columns = chosen === undefined ? undefined : withPrefix(header, samples, chosen);
  if (columns !== undefined) return { columns };
  if (prefixes.length > 1) {
    const some = prefixes.slice(0, 5).map((prefix) => `"${prefix}"`);
    return {
      errors: [
        `the samples could be columns behind ${some.join(" or ")}: name whole columns in the sample sheet`,
      ],
    };
  }
  const missing = samples.filter(({ label }) => !header.some((name) => name.endsWith(label)));
  const named = missing.length > 0 ? missing : samples;
  return {
    errors: named
      .slice(0, 20)
      .map(
        ({ label }) => `the sample sheet has a sample "${label}", and the table no column of its own for it`,
      ),
  };
}

/** Without a sample sheet: the columns of the most wanted family; undefined where there is none. */
export function familyColumns(header: readonly string[]): SampleColumn[] | undefined {
  for (const family of families) {
    const columns = header.flatMap((column, index) =>
      family.test(column) ? [{ label: column.replace(family, ""), column, index }] : [],
    );
    if (columns.length > 0) return columns;
  }
  return undefined;
}

function withPrefix(header: readonly string[], samples: readonly Sample[], prefix: string) {
  const columns = samples.map((sample) => {
    const column = prefix + sample.label;
    return { ...sample, column, index: header.indexOf(column) };
  });
  return columns.every(({ index }) => index !== -1) ? columns : undefined;
}

/** What stands before the first sample's label in the columns that end in it, cut at a separator. */
function prefixesOf(header: readonly string[], [first]: readonly Sample[]): string[] {
  if (first === undefined) return [];
  return header.flatMap((name) => {
    const prefix = name.endsWith(first.label) ? name.slice(0, -first.label.length) : "";
    return /[ ._:-]$/.test(prefix) ? [prefix] : [];
  });
}
