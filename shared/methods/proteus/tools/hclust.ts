import { type Distances, placeOf } from "./distances.ts";

export type Linkage = "average" | "complete" | "single" | "ward.D2";

/** Two nodes that become one. Leaves are 0 to n - 1, the node of merge i is n + i. */
export interface Merge {
  readonly left: number;
  readonly right: number;
  readonly height: number;
}

/** A binary tree over n leaves, its n - 1 merges from the lowest to the highest. */
export interface Tree {
  readonly leaves: number;
  readonly merges: readonly Merge[];
  /** The leaves from left to right, so that no branches cross. */
  readonly order: readonly number[];
}

/**
 * Hierarchical clustering by the chain of nearest neighbours in O(n^2) time (Murtagh 1983; Muellner 2011). Heights
 * and the order of leaves are those of R's `hclust` where no two distances are equal; the left branch is a leaf
 * before a cluster, and the earlier of two clusters. Throws RangeError for fewer than two things and for distances that
 * are not finite.
 */
export function hierarchicalClustering(distances: Distances, linkage: Linkage): Tree {
  const { count } = distances;
  if (count < 2) throw new RangeError(`a tree has two leaves at least, not ${count}`);
  if (!distances.values.every(Number.isFinite)) throw new RangeError("a distance is not finite");
  const squared = linkage === "ward.D2";
  const between = squared ? distances.values.map((one) => one * one) : distances.values.slice();
  const found = chain(between, count, update[linkage]);
  const merges = labelled(found, count).map((merge) => ({
    ...merge,
    height: squared ? Math.sqrt(merge.height) : merge.height,
  }));
  return { leaves: count, merges, order: orderOf(merges, count) };
}

/**
 * The cluster of each leaf when the tree is cut into `clusters`; clusters are numbered from 0 by their first leaf.
 * Throws RangeError unless there are from 1 to n.
 */
export function cutTree({ leaves, merges }: Tree, clusters: number): Int32Array {
  if (!Number.isInteger(clusters) || clusters < 1 || clusters > leaves) {
    throw new RangeError(`${leaves} leaves cannot be cut into ${clusters} clusters`);
  }
  return labelsAfter(merges.slice(0, leaves - clusters), leaves);
}

/** The cluster of each leaf when all merges up to a height are made. */
export function cutTreeAt({ leaves, merges }: Tree, height: number): Int32Array {
  return labelsAfter(
    merges.filter((merge) => merge.height <= height),
    leaves,
  );
}

/** Lance and Williams's update: the distance from k to the union of i and j. */
type Update = (
  ik: number,
  jk: number,
  ij: number,
  sizes: { readonly i: number; readonly j: number; readonly k: number },
) => number;

const update: Readonly<Record<Linkage, Update>> = {
  single: (ik, jk) => Math.min(ik, jk),
  complete: (ik, jk) => Math.max(ik, jk),
  average: (ik, jk, _, { i, j }) => (i * ik + j * jk) / (i + j),
  "ward.D2": (ik, jk, ij, { i, j, k }) => ((i + k) * ik + (j + k) * jk - k * ij) / (i + j + k),
};

/** Merges as they are found, each by a leaf of both sides. */
function chain(distances: Float64Array, count: number, join: Update): Merge[] {
  const sizes = new Int32Array(count).fill(1);
  const merges: Merge[] = [];
  const path: number[] = [];
  const place = (i: number, j: number) => (i < j ? placeOf(count, i, j) : placeOf(count, j, i));
  while (merges.length < count - 1) {
    if (path.length === 0) path.push(sizes.findIndex((size) => size > 0));
    for (;;) {
      const top = path.at(-1) ?? 0;
      const below = path.at(-2);
      // The one below wins among equals, so that the path ends.
      let nearest = below ?? -1;
      let least = below === undefined ? Number.POSITIVE_INFINITY : (distances[place(top, below)] ?? 0);
      for (let other = 0; other < count; other++) {
        if (other === top || sizes[other] === 0) continue;
        const distance = distances[place(top, other)] ?? 0;
        if (distance < least) [nearest, least] = [other, distance];
      }
      if (nearest !== below) {
        path.push(nearest);
        continue;
      }
      path.length -= 2;
      const [left, right] = [Math.min(top, nearest), Math.max(top, nearest)];
      merges.push({ left, right, height: least });
      const [i, j] = [sizes[left] ?? 0, sizes[right] ?? 0];
      for (let other = 0; other < count; other++) {
        const k = sizes[other] ?? 0;
        if (k === 0 || other === left || other === right) continue;
        const [a, b] = [place(left, other), place(right, other)];
        distances[b] = join(distances[a] ?? 0, distances[b] ?? 0, least, { i, j, k });
      }
      sizes[left] = 0;
      sizes[right] = i + j;
      break;
    }
  }
  return merges;
}

/** Sorts merges by height and names the nodes that they join. */
function labelled(found: readonly Merge[], count: number): Merge[] {
  const sorted = found.toSorted((a, b) => a.height - b.height);
  const union = forest(2 * count - 1);
  return sorted.map(({ left, right, height }, i) => {
    const [a, b] = [union.root(left), union.root(right)];
    union.hang(a, count + i);
    union.hang(b, count + i);
    return { left: Math.min(a, b), right: Math.max(a, b), height };
  });
}

function orderOf(merges: readonly Merge[], count: number): number[] {
  const order: number[] = [];
  const open = [count + merges.length - 1];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const merge = merges[node - count];
    if (node < count || merge === undefined) order.push(node);
    else open.push(merge.right, merge.left);
  }
  return order;
}

function labelsAfter(merges: readonly Merge[], leaves: number): Int32Array {
  const union = forest(leaves + merges.length);
  for (const [i, { left, right }] of merges.entries()) {
    union.hang(left, leaves + i);
    union.hang(right, leaves + i);
  }
  const numbers = new Map<number, number>();
  return Int32Array.from({ length: leaves }, (_, leaf) => {
    const root = union.root(leaf);
    const number = numbers.get(root) ?? numbers.size;
    numbers.set(root, number);
    return number;
  });
}

/** Disjoint sets: each node hangs on another, or is a root. */
function forest(size: number) {
  const above = Int32Array.from({ length: size }, (_, node) => node);
  const parent = (node: number) => above[node] ?? node;
  return {
    hang(node: number, on: number): void {
      above[node] = on;
    },
    root(node: number): number {
      let at = node;
      while (parent(at) !== at) {
        above[at] = parent(parent(at));
        at = parent(at);
      }
      return at;
    },
  };
}
