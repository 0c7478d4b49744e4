import { median } from "../../../statistics/quantile.ts";
import type { Cells } from "../cells.ts";
import { columnOf, indexes, type Matrix, matrixOf } from "../matrix.ts";
import { counted, type Note, noteOf } from "../note.ts";
import { deviation, meanOf } from "../spread.ts";
import { rowDistances } from "./distances.ts";
import { cutTree, hierarchicalClustering } from "./hclust.ts";
import { kMeans } from "./kmeans.ts";
import { silhouettes } from "./silhouettes.ts";

export interface CellClusterOptions {
  /** How many clusters; the number with the greatest mean silhouette, up to `most`, where absent. */
  readonly k?: number;
  readonly most?: number;
  /** Small groups of cells that are joined to clusters. */
  readonly nodes?: number;
  readonly seed?: number;
}

export interface CellClusters {
  /** The cluster of each cell; cluster 0 has most cells. */
  readonly labels: Int32Array;
  readonly sizes: Int32Array;
  /** [clusters, markers]: the median of each marker. */
  readonly medians: Matrix;
  /** The mean silhouette of the nodes, by their cells, for each number of clusters that was looked at. */
  readonly candidates: readonly { readonly k: number; readonly silhouette: number }[];
  readonly note: Note;
}

/**
 * Clusters of cells in two steps, as FlowSOM has them (Van Gassen et al. 2015), with k-means in place of the map:
 * markers are brought to variance 1, cells to many small nodes, and the nodes' centres joined by average linkage.
 */
export function clusterCells(
  { matrix }: Cells,
  { k, most = 20, nodes = 100, seed = 0 }: CellClusterOptions = {},
): CellClusters {
  const count = matrix.rows.length;
  const small = Math.max(2, Math.min(nodes, Math.floor(count / 5)));
  const scaled = standardised(matrix);
  const first = kMeans(scaled, small, { starts: 1, seed, steps: 30 });
  const width = matrix.columns.length;
  const centres = matrixOf(
    indexes(first.centres.length / width).map((node) => `node ${node + 1}`),
    matrix.columns,
    first.centres,
  );
  const distances = rowDistances(centres);
  const tree = hierarchicalClustering(distances, "average");
  const weights = new Float64Array(centres.rows.length);
  for (const node of first.labels) weights[node] = (weights[node] ?? 0) + 1;
  const ks = k === undefined ? indexes(Math.min(most, centres.rows.length - 1) - 1).map((i) => i + 2) : [k];
  const candidates = ks.map((one) => ({
    k: one,
    silhouette: weighted(silhouettes(distances, cutTree(tree, one)), weights),
  }));
  const best = candidates.reduce((kept, one) => (one.silhouette > kept.silhouette ? one : kept));
  const nodeLabels = cutTree(tree, best.k);
  const labels = bySize(
    first.labels.map((node) => nodeLabels[node] ?? 0),
    best.k,
  );
  const sizes = new Int32Array(best.k);
  for (const label of labels) sizes[label] = (sizes[label] ?? 0) + 1;
  const how = k === undefined ? `, the number with the greatest mean silhouette up to ${most}` : "";
  const text = `${counted(count, "cell")} in ${small} nodes by k-means, joined to ${counted(best.k, "cluster")} by average linkage${how}.`;
  return {
    labels,
    sizes,
    medians: clusterMedians(matrix, labels, best.k),
    candidates,
    note: noteOf(text, { cells: count, nodes: small, clusters: best.k, silhouette: best.silhouette }),
  };
}

/** [clusters, columns]: medians of each cluster's rows. */
export function clusterMedians(matrix: Matrix, labels: Int32Array, clusters: number): Matrix {
  const columns = matrix.columns.map((_, column) => columnOf(matrix, column));
  const values = indexes(clusters).flatMap((cluster) =>
    columns.map((column) => median(column.filter((_, row) => labels[row] === cluster))),
  );
  return matrixOf(
    indexes(clusters).map((cluster) => `cluster ${cluster + 1}`),
    matrix.columns,
    Float64Array.from(values),
  );
}

/** Each column with mean 0 and variance 1; one that does not vary is 0. */
export function standardised(matrix: Matrix): Matrix {
  const width = matrix.columns.length;
  const columns = matrix.columns.map((_, column) => columnOf(matrix, column));
  const [means, sds] = [columns.map(meanOf), columns.map(deviation)];
  const values = matrix.values.map((value, at) => {
    const sd = sds[at % width] ?? 0;
    return sd > 0 ? (value - (means[at % width] ?? 0)) / sd : 0;
  });
  return { ...matrix, values };
}

const weighted = (values: Float64Array, weights: Float64Array): number =>
  values.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), 0) /
  weights.reduce((sum, one) => sum + one, 0);

/** The largest cluster becomes 0; of equals the one whose first cell is earlier. */
function bySize(labels: Int32Array, k: number): Int32Array {
  const sizes = new Int32Array(k);
  for (const label of labels) sizes[label] = (sizes[label] ?? 0) + 1;
  const order = indexes(k).sort(
    (a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0) || labels.indexOf(a) - labels.indexOf(b),
  );
  const names = new Int32Array(k);
  for (const [name, label] of order.entries()) names[label] = name;
  return labels.map((label) => names[label] ?? 0);
}
