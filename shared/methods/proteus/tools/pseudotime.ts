import { spearman } from "../association.ts";
import type { Cells } from "../cells.ts";
import { columnOf, indexes, type Matrix, matrixOf, rowOf } from "../matrix.ts";
import { counted, type Note, noteOf } from "../note.ts";

/** An edge of the tree that joins clusters. */
export interface Branch {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

export interface Pseudotime {
  readonly root: number;
  /** Edges of the tree, each from the side of the root. */
  readonly branches: readonly Branch[];
  /** For each cell its way along the tree from the root's centre, in the units of the markers. */
  readonly times: Float64Array;
  /** For each marker Spearman's rho with the times, from -1 to 1. */
  readonly trends: readonly { readonly marker: string; readonly rho: number }[];
  readonly note: Note;
}

/**
 * Orders cells along the shortest tree that joins the centres of their clusters, as TSCAN does (Ji and Ji 2016): each
 * cell is projected onto the nearest edge at its own cluster, and its time is the way from the root. It is an order by
 * likeness and no measured time; what is the beginning is for its user to say. Throws RangeError for fewer than three
 * clusters and for a root that there is not.
 */
export function pseudotime(
  { matrix }: Cells,
  labels: Int32Array,
  clusters: number,
  root: number,
): Pseudotime {
  if (clusters < 3)
    throw new RangeError(`an order along ${clusters} clusters says nothing; three are needed`);
  if (!Number.isInteger(root) || root < 0 || root >= clusters)
    throw new RangeError(`there is no cluster ${root}`);
  const centres = clusterMeans(matrix, labels, clusters);
  const branches = rooted(spanningTree(centres), root, clusters);
  const starts = new Float64Array(clusters);
  for (const { from, to, length } of branches) starts[to] = (starts[from] ?? 0) + length;
  const times = Float64Array.from({ length: matrix.rows.length }, (_, cell) =>
    timeOf(rowOf(matrix, cell), labels[cell] ?? 0, { centres, branches, starts }),
  );
  const trends = matrix.columns
    .map((marker, column) => ({ marker, rho: spearman(columnOf(matrix, column), times).r }))
    .sort((a, b) => Math.abs(b.rho) - Math.abs(a.rho));
  const text = `Cells are ordered along a tree of ${counted(branches.length, "branch", "branches")} from cluster ${root + 1}, an order by likeness.`;
  return { root, branches, times, trends, note: noteOf(text, { branches: branches.length }) };
}

interface TreePlaces {
  readonly centres: Matrix;
  readonly branches: readonly Branch[];
  readonly starts: Float64Array;
}

/** The way from the root to the cell's projection onto the nearest of the branches that end at its cluster. */
function timeOf(cell: Float64Array, own: number, { centres, branches, starts }: TreePlaces): number {
  let [time, least] = [starts[own] ?? 0, Number.POSITIVE_INFINITY];
  for (const { from, to, length } of branches) {
    if (from !== own && to !== own) continue;
    const [a, b] = [rowOf(centres, from), rowOf(centres, to)];
    const along = cell.reduce(
      (sum, value, j) => sum + (value - (a[j] ?? 0)) * ((b[j] ?? 0) - (a[j] ?? 0)),
      0,
    );
    const share = length === 0 ? 0 : Math.max(0, Math.min(1, along / (length * length)));
    const distance = cell.reduce(
      (sum, value, j) => sum + (value - (a[j] ?? 0) - share * ((b[j] ?? 0) - (a[j] ?? 0))) ** 2,
      0,
    );
    if (distance < least) [time, least] = [(starts[from] ?? 0) + share * length, distance];
  }
  return time;
}

/** The shortest tree that joins all rows (Prim 1957). */
export function spanningTree(centres: Matrix): Branch[] {
  const count = centres.rows.length;
  const nearest = indexes(count).map(() => ({ from: 0, length: Number.POSITIVE_INFINITY }));
  const inside = new Set([0]);
  const branches: Branch[] = [];
  let last = 0;
  while (inside.size < count) {
    const [own, open] = [rowOf(centres, last), indexes(count).filter((node) => !inside.has(node))];
    for (const node of open) {
      const length = Math.hypot(...rowOf(centres, node).map((value, j) => value - (own[j] ?? 0)));
      if (length < (nearest[node]?.length ?? 0)) nearest[node] = { from: last, length };
    }
    const next = open.reduce((best, node) =>
      (nearest[node]?.length ?? 0) < (nearest[best]?.length ?? 0) ? node : best,
    );
    branches.push({ from: nearest[next]?.from ?? 0, to: next, length: nearest[next]?.length ?? 0 });
    inside.add(next);
    last = next;
  }
  return branches;
}

/** The edges of a tree in the order of their way from the root, each pointing away from it. */
function rooted(edges: readonly Branch[], root: number, count: number): Branch[] {
  const branches: Branch[] = [];
  const reached = new Set([root]);
  while (reached.size < count) {
    const next = edges.find(({ from, to }) => reached.has(from) !== reached.has(to));
    if (next === undefined) break;
    const branch = reached.has(next.from) ? next : { ...next, from: next.to, to: next.from };
    branches.push(branch);
    reached.add(branch.to);
  }
  return branches;
}

/** [clusters, columns]: means of each cluster's rows; NaN for a cluster without any. */
function clusterMeans(matrix: Matrix, labels: Int32Array, clusters: number): Matrix {
  const width = matrix.columns.length;
  const sums = new Float64Array(clusters * width);
  const sizes = new Float64Array(clusters);
  for (let row = 0; row < matrix.rows.length; row++) {
    const cluster = labels[row] ?? 0;
    const values = rowOf(matrix, row);
    sizes[cluster] = (sizes[cluster] ?? 0) + 1;
    for (let j = 0; j < width; j++)
      sums[cluster * width + j] = (sums[cluster * width + j] ?? 0) + (values[j] ?? 0);
  }
  return matrixOf(
    indexes(clusters).map((cluster) => `cluster ${cluster + 1}`),
    matrix.columns,
    sums.map((sum, at) => sum / (sizes[Math.floor(at / width)] ?? 0)),
  );
}
