import { createRandom } from "../../../lm/random.ts";
import { formatPercent } from "../../../report/format.ts";
import { pearson } from "../association.ts";
import { completeRows, indexes, type Matrix, matrixOf, rowOf, selectRows, transposed } from "../matrix.ts";
import { counted, type Note, noteOf } from "../note.ts";
import { deviation, meanOf } from "../spread.ts";
import { topologicalOverlap } from "./adjacency.ts";
import { cutTreeAt, hierarchicalClustering } from "./hclust.ts";
import { principalComponents } from "./pca.ts";

export interface ModuleOptions {
  /** Proteins that vary most, of those that every sample has. */
  readonly proteins?: number;
  /** The power that a correlation, brought to [0, 1], is raised to. */
  readonly power?: number;
  readonly smallest?: number;
  /** Modules whose first components correlate by more become one. */
  readonly mergeAt?: number;
  /** Tables with every protein's values in an order of its own that modules are held against. */
  readonly permutations?: number;
  readonly seed?: number;
}

export interface CoModule {
  readonly name: string;
  readonly proteins: readonly string[];
  /** Share of the proteins' variance that their first principal component has. */
  readonly share: number;
  /** Each protein's correlation with that component. */
  readonly membership: Float64Array;
}

export interface Modules {
  /** The largest first. */
  readonly modules: readonly CoModule[];
  /** [modules, samples]: the first principal component of each, of variance 1, up where its proteins are up. */
  readonly eigengenes: Matrix;
  /** The greatest share that a module of the permuted tables has; a module with less is dropped. */
  readonly shareByChance: number;
  readonly note: Note;
}

/** Fewer samples have correlations that are mostly noise. */
const fewestSamples = 12;
const cuts = 60;

/**
 * Modules of proteins that go up and down together, as WGCNA finds them (Zhang and Horvath 2005): correlations raised to
 * a power, their topological overlap, average linkage. The tree is cut where the modularity is greatest, and modules
 * that a table without correlations has as well are dropped. Throws RangeError for fewer than twelve samples.
 */
export function findModules(matrix: Matrix, options: ModuleOptions = {}): Modules {
  const { proteins = 1000, power = 12, smallest = 10, mergeAt = 0.85, permutations = 5, seed = 0 } = options;
  const samples = matrix.columns.length;
  if (samples < fewestSamples) {
    throw new RangeError(`modules take ${fewestSamples} samples at least, not ${samples}`);
  }
  const chosen = varyingRows(matrix, proteins);
  const table = selectRows(matrix, chosen);
  const how = { power, smallest, mergeAt };
  const byChance = indexes(permutations).flatMap((permutation) =>
    partition(permuted(table, seed, permutation), how).map(({ share }) => share),
  );
  const shareByChance = Math.max(0, ...byChance);
  const found = partition(table, how).filter(({ share }) => share > shareByChance);
  const modules = found.map(({ rows, share, component }, at) => ({
    name: `M${at + 1}`,
    proteins: rows.map((row) => table.rows[row] ?? ""),
    share,
    membership: Float64Array.from(rows, (row) => pearson(rowOf(table, row), component).r),
  }));
  const inModules = modules.reduce((sum, one) => sum + one.proteins.length, 0);
  const text =
    modules.length === 0
      ? `No co-expression modules are beyond chance among ${counted(chosen.length, "protein")}.`
      : `${counted(modules.length, "co-expression module")} with ${inModules} of ${counted(chosen.length, "protein")}; the first component of each has ${formatPercent(Math.min(...modules.map(({ share }) => share)))} of its variance or more, by chance at most ${formatPercent(shareByChance)}.`;
  return {
    modules,
    eigengenes: matrixOf(
      modules.map(({ name }) => name),
      matrix.columns,
      Float64Array.from(found.flatMap(({ component }) => [...component])),
    ),
    shareByChance,
    note: noteOf(text, { modules: modules.length, proteinsInModules: inModules, shareByChance }),
  };
}

interface Part {
  readonly rows: readonly number[];
  readonly share: number;
  readonly component: Float64Array;
}

/** The rows that vary most, of the complete ones, in their order. */
function varyingRows(matrix: Matrix, most: number): number[] {
  const spread = new Map(completeRows(matrix).map((row) => [row, deviation(rowOf(matrix, row))]));
  const varying = [...spread].filter(([, sd]) => sd > 0).sort(([a, x], [b, y]) => y - x || a - b);
  return varying
    .slice(0, most)
    .map(([row]) => row)
    .sort((a, b) => a - b);
}

/** The modules of a table, the largest first. */
function partition(
  table: Matrix,
  {
    power,
    smallest,
    mergeAt,
  }: { readonly power: number; readonly smallest: number; readonly mergeAt: number },
): Part[] {
  if (table.rows.length < smallest) return [];
  const { adjacency, apart } = topologicalOverlap(table, power);
  const tree = hierarchicalClustering(apart, "average");
  const heights = tree.merges.map(({ height }) => height);
  const candidates = indexes(cuts).map(
    (cut) => heights[Math.floor(((cut + 1) / (cuts + 1)) * heights.length)] ?? 0,
  );
  const labels = candidates.map((height) => cutTreeAt(tree, height));
  const qualities = labels.map(adjacency.modularity);
  const best = labels[qualities.indexOf(Math.max(...qualities))] ?? new Int32Array(table.rows.length);
  const groups = [...Map.groupBy(best.keys(), (row) => best[row] ?? 0).values()];
  const parts = groups.filter((rows) => rows.length >= smallest).map((rows) => partOf(table, rows));
  return merged(table, parts, mergeAt).sort(
    (a, b) => b.rows.length - a.rows.length || (a.rows[0] ?? 0) - (b.rows[0] ?? 0),
  );
}

/** Joins the two modules whose components correlate most, as long as they do so by more than `mergeAt`. */
function merged(table: Matrix, parts: readonly Part[], mergeAt: number): Part[] {
  let left = [...parts];
  for (;;) {
    let best: { readonly a: Part; readonly b: Part; readonly r: number } | undefined;
    for (const [i, a] of left.entries())
      for (const b of left.slice(i + 1)) {
        const { r } = pearson(a.component, b.component);
        if (r > (best?.r ?? mergeAt)) best = { a, b, r };
      }
    if (best === undefined) return left;
    const { a, b } = best;
    left = [...left.filter((one) => one !== a && one !== b), partOf(table, [...a.rows, ...b.rows])];
  }
}

function partOf(table: Matrix, rows: readonly number[]): Part {
  const sorted = rows.toSorted((a, b) => a - b);
  const own = selectRows(table, sorted);
  const { scores, shares } = principalComponents(transposed(own), { components: 1, scale: true });
  const sd = deviation(scores.values) || 1;
  const means = Float64Array.from(own.columns, (_, column) =>
    meanOf(Float64Array.from(sorted, (_, row) => own.values[row * own.columns.length + column] ?? 0)),
  );
  const sign = pearson(scores.values, means).r < 0 ? -1 : 1;
  return {
    rows: sorted,
    share: shares[0] ?? 0,
    component: scores.values.map((value) => (sign * value) / sd),
  };
}

/** Every protein's values in an order of its own. */
function permuted(table: Matrix, seed: number, permutation: number): Matrix {
  const random = createRandom(seed, "modules", permutation);
  const values = table.values.slice();
  for (let row = 0; row < table.rows.length; row++) {
    random.shuffle(values.subarray(row * table.columns.length, (row + 1) * table.columns.length));
  }
  return { ...table, values };
}
