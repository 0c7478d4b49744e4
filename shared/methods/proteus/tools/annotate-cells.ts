import { formatFixed } from "../../../report/format.ts";
import { quantiles } from "../../../statistics/quantile.ts";
import type { Cells } from "../cells.ts";
import { columnOf, indexes, type Matrix, valueAt } from "../matrix.ts";
import { counted, listed, type Note, noteOf } from "../note.ts";
import { keyOf } from "../sheet-columns.ts";

/** A kind of cell: markers that it has, and that it lacks. */
export interface CellType {
  readonly name: string;
  readonly positive: readonly string[];
  readonly negative: readonly string[];
}

export interface ClusterType {
  /** The kind that fits best; "unassigned" where none fits, or two fit as well. */
  readonly type: string;
  /** Mean of the positive markers' levels and of 1 - those of the negative ones, in [0, 1]. */
  readonly score: number;
  /** Of the kind that fits next. */
  readonly next: { readonly type: string; readonly score: number } | undefined;
}

export const unassigned = "unassigned";

/** A kind fits from this score, and by so much more than the next. */
const [leastScore, leastLead] = [0.6, 0.05];
/** Levels are shares of the way between these quantiles of all cells. */
const [low, high] = [0.01, 0.99];

/**
 * Reads kinds of cells of a text: a line a kind, its name and then its markers, as in `CD4 T cell: CD3+ CD4+ CD8-`.
 * Throws RangeError with the lines of what is none.
 */
export function readCellTypes(text: string): CellType[] {
  const lines = text.split(/\r\n|\n|\r/).map((line, at) => ({ line: line.trim(), number: at + 1 }));
  const filled = lines.filter(({ line }) => line !== "" && !line.startsWith("#"));
  const types = filled.map(({ line, number }) => {
    const [, name = "", list = ""] = /^([^:\t]+)[:\t](.*)$/.exec(line) ?? [];
    const marks = list.split(/[\s,;]+/).filter((mark) => mark !== "");
    const wrong = marks.find((mark) => !/.[+-]$/.test(mark));
    if (name.trim() === "" || marks.length === 0 || wrong !== undefined) {
      const what =
        wrong === undefined
          ? "a kind is a name, a colon and its markers"
          : `${wrong} ends with neither + nor -`;
      throw new RangeError(`cellTypes: line ${number}: ${what}`);
    }
    const ending = (sign: string) =>
      marks.filter((mark) => mark.endsWith(sign)).map((mark) => mark.slice(0, -1));
    return { name: name.trim(), positive: ending("+"), negative: ending("-"), number };
  });
  const names = types.map(({ name }) => name);
  const twice = types.find(({ name }, at) => names.indexOf(name) < at);
  if (twice !== undefined)
    throw new RangeError(`cellTypes: line ${twice.number}: ${twice.name} was there before`);
  return types.map(({ number: _, ...type }) => type);
}

/**
 * Gives each cluster the kind of cell that its median markers fit best: each marker's level is where its median lies
 * between the 1% and 99% quantiles of all cells. Throws RangeError where no kind has a marker of the table.
 */
export function annotateClusters(
  { matrix }: Cells,
  medians: Matrix,
  types: readonly CellType[],
): { readonly clusters: readonly ClusterType[]; readonly note: Note } {
  const columnByName = new Map(
    matrix.columns.flatMap((name, column) => namesOf(name).map((key) => [key, column] as const)),
  );
  const columnOfMarker = (marker: string) => columnByName.get(keyOf(marker));
  const usable = types.filter(({ positive, negative }) =>
    [...positive, ...negative].every((one) => columnOfMarker(one) !== undefined),
  );
  const left = types.filter((type) => !usable.includes(type));
  if (usable.length === 0) {
    throw new RangeError(`cellTypes: no kind of cell has all of its markers among ${listed(matrix.columns)}`);
  }
  const levels = levelsOf(matrix, medians);
  const scoreOf = (type: CellType, cluster: number) => {
    const level = (marker: string) => valueAt(levels, cluster, columnOfMarker(marker) ?? -1);
    const parts = [...type.positive.map(level), ...type.negative.map((marker) => 1 - level(marker))];
    return parts.reduce((sum, one) => sum + one, 0) / parts.length;
  };
  const clusters = indexes(medians.rows.length).map((cluster) => {
    const scored = usable
      .map((type) => ({ type: type.name, score: scoreOf(type, cluster) }))
      .sort((a, b) => b.score - a.score);
    const [best, next] = scored;
    const fits =
      best !== undefined && best.score >= leastScore && best.score - (next?.score ?? 0) >= leastLead;
    return { type: fits ? best.type : unassigned, score: best?.score ?? 0, next };
  });
  const open = clusters.filter(({ type }) => type === unassigned).length;
  const without =
    left.length === 0
      ? ""
      : ` Not looked for, since markers are not in the table: ${listed(left.map(({ name }) => name))}.`;
  const text = `${clusters.length - open} of ${counted(clusters.length, "cluster")} fit a kind of cell with a score of ${formatFixed(leastScore, 1)} or more, ${formatFixed(leastLead, 2)} ahead of the next.${without}`;
  return {
    clusters,
    note: noteOf(text, { assigned: clusters.length - open, unassigned: open, typesLeftOut: left.length }),
  };
}

/** Where each cluster's medians lie between the low and the high end of all cells, in [0, 1]. */
export function levelsOf(matrix: Matrix, medians: Matrix): Matrix {
  const ends = matrix.columns.map((_, column) => quantiles(columnOf(matrix, column), [low, high]));
  const width = matrix.columns.length;
  const values = medians.values.map((value, at) => {
    const [from = 0, to = 1] = ends[at % width] ?? [];
    return to > from ? Math.max(0, Math.min(1, (value - from) / (to - from))) : 0;
  });
  return { ...medians, values };
}

/** What a channel may be called: `CD3`, `CD3(Cd110)Di`, `170Er_CD3`. */
function namesOf(channel: string): string[] {
  const parts = channel.split(/[()[\]_\s]+/).map(keyOf);
  return [keyOf(channel), ...parts.filter((part) => part !== "")];
}
