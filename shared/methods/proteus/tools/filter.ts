import { indexes, rowOf } from "../matrix.ts";
import { counted, type Note, noteOf } from "../note.ts";
import { factorOf, membersOf } from "../sample-sheet.ts";
import { keyOf } from "../sheet-columns.ts";
import { type Annotations, type Study, selectProteins } from "../study.ts";

export interface Filtered {
  readonly study: Study;
  /** Ids of the rows that were taken out. */
  readonly removed: readonly string[];
  readonly note: Note;
}

/** How many numbers a protein must have to stay. */
export interface MeasuredRule {
  /** Numbers a group: a share of its samples, or a count, which no group needs more of than it has samples. */
  readonly least: { readonly share: number } | { readonly count: number };
  /** Whether one group with so many is enough, every group needs them, or all samples count as one group. */
  readonly where: "any group" | "every group" | "all samples";
}

interface Flag {
  readonly one: string;
  readonly more: string;
  readonly columns: ReadonlySet<string>;
  /** What search engines put before an accession. */
  readonly prefix: RegExp;
}

const flags: readonly Flag[] = [
  {
    one: "contaminant",
    more: "contaminants",
    columns: new Set([
      "potentialcontaminant",
      "potentialcontaminants",
      "contaminant",
      "contaminants",
      "iscontaminant",
    ]),
    prefix: /^(CON__|contam_|cont_)/i,
  },
  {
    one: "reversed sequence",
    more: "reversed sequences",
    columns: new Set(["reverse", "decoy", "isdecoy"]),
    prefix: /^(REV__|rev_|decoy_|XXX_)/i,
  },
  {
    one: "identified by a modified site only",
    more: "identified by a modified site only",
    columns: new Set(["onlyidentifiedbysite"]),
    prefix: /^(?!)/,
  },
];

/** Takes out what a search engine marks: contaminants, reversed sequences, proteins known by a modified site only. */
export function dropFlagged(study: Study): Filtered {
  const reasons = flags.map((flag) => ({ ...flag, marked: markedBy(flag, study.annotations), count: 0 }));
  const kept = indexes(study.matrix.rows.length).filter((row) => {
    const [id = ""] = (study.matrix.rows[row] ?? "").split(";");
    const reason = reasons.find(({ marked, prefix }) => marked(row) || prefix.test(id));
    if (reason !== undefined) reason.count++;
    return reason === undefined;
  });
  const found = reasons
    .filter(({ count }) => count > 0)
    .map(({ count, one, more }) => counted(count, one, more));
  return filtered(study, kept, {
    nothing: "The table marks no contaminants, reversed sequences or proteins known by a site only.",
    why: found.join(", "),
  });
}

/** Takes out proteins that were measured too seldom. Throws RangeError unless `least` is positive. */
export function dropSparse(study: Study, { least, where }: MeasuredRule): Filtered {
  if (!(("share" in least ? least.share : least.count) > 0)) {
    throw new RangeError("least: a protein stays with one value at least");
  }
  const { matrix, sheet } = study;
  const whole = factorOf(
    "all",
    matrix.columns.map(() => "all samples"),
  );
  const groups = membersOf(where === "all samples" ? whole : (sheet.groups ?? whole));
  const kept = indexes(matrix.rows.length).filter((row) => {
    const values = rowOf(matrix, row);
    const enough = ({ samples }: { readonly samples: readonly number[] }) =>
      samples.filter((sample) => !Number.isNaN(values[sample] ?? Number.NaN)).length >=
      wantedOf(least, samples.length);
    return where === "every group" ? groups.every(enough) : groups.some(enough);
  });
  const amount =
    "share" in least ? `${Math.round(100 * least.share)}% of the values` : counted(least.count, "value");
  const place = where === "all samples" ? "in all samples together" : `in ${where}`;
  return filtered(study, kept, {
    nothing: `Every protein has at least ${amount} ${place}.`,
    why: `fewer than ${amount} ${place}`,
  });
}

function wantedOf(least: MeasuredRule["least"], samples: number): number {
  // 0.1 x 30 is a little more than 3.
  if ("share" in least) return Math.ceil(least.share * samples - 1e-9);
  return Math.min(least.count, samples);
}

function filtered(study: Study, kept: readonly number[], words: { nothing: string; why: string }): Filtered {
  const { rows } = study.matrix;
  const keep = new Set(kept);
  const removed = rows.filter((_, row) => !keep.has(row));
  const figures = { proteinsBefore: rows.length, proteinsAfter: kept.length, removed: removed.length };
  if (removed.length === 0) return { study, removed, note: noteOf(words.nothing, figures) };
  const text = `${removed.length} of ${counted(rows.length, "protein")} taken out: ${words.why}.`;
  return { study: selectProteins(study, kept), removed, note: noteOf(text, figures) };
}

const marks: ReadonlySet<string> = new Set(["+", "true", "1", "yes", "y", "x"]);

function markedBy({ columns }: Flag, annotations: Annotations): (row: number) => boolean {
  const found = [...annotations].filter(([name]) => columns.has(keyOf(name))).map(([, cells]) => cells);
  return (row) => found.some((cells) => marks.has((cells[row] ?? "").trim().toLowerCase()));
}
