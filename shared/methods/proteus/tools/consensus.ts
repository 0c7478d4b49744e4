import type { Random } from "../../../lm/random.ts";
import { indexes } from "../matrix.ts";
import { type Distances, distanceAt, placeOf } from "./distances.ts";
import { cutTree, hierarchicalClustering } from "./hclust.ts";

/** How often two samples were in one cluster, of the draws that had both; a pair never drawn together is 0. */
export interface Consensus {
  readonly k: number;
  readonly together: Distances;
}

export interface ResampleOptions {
  readonly draws: number;
  /** Share of the samples in each draw. */
  readonly share: number;
}

/** From these on a pair is apart or together; between them it is ambiguous. */
const [apart, together] = [0.1, 0.9];

/**
 * Clusters draws of the samples by Ward's linkage into each number of clusters, and counts how often two are together
 * (Monti et al. 2003).
 */
export function consensus(
  distances: Distances,
  ks: readonly number[],
  { draws, share }: ResampleOptions,
  random: Random,
): Consensus[] {
  const { count } = distances;
  const size = Math.max(Math.max(...ks), Math.round(share * count));
  const pairs = distances.values.length;
  const drawnWith = new Float64Array(pairs);
  const counts = ks.map(() => new Float64Array(pairs));
  for (let draw = 0; draw < draws; draw++) {
    const chosen = random
      .shuffle(indexes(count))
      .slice(0, size)
      .sort((a, b) => a - b);
    const tree = hierarchicalClustering(among(distances, chosen), "ward.D2");
    const labels = ks.map((k) => cutTree(tree, k));
    for (const [a, i] of chosen.entries())
      for (let b = a + 1; b < chosen.length; b++) {
        const at = placeOf(count, i, chosen[b] ?? 0);
        drawnWith[at] = (drawnWith[at] ?? 0) + 1;
        for (const [which, label] of labels.entries()) {
          const into = counts[which];
          if (into !== undefined && label[a] === label[b]) into[at] = (into[at] ?? 0) + 1;
        }
      }
  }
  return ks.map((k, which) => ({
    k,
    together: {
      count,
      values: Float64Array.from(counts[which] ?? [], (one, at) => one / Math.max(1, drawnWith[at] ?? 0)),
    },
  }));
}

/** The share of pairs that are neither apart nor together (Senbabaoglu et al. 2014), never 0. */
export function ambiguity({ together: { values } }: Consensus): number {
  const unclear = values.reduce((sum, one) => sum + (one > apart && one < together ? 1 : 0), 0);
  return (unclear + 1) / (values.length + 1);
}

function among(distances: Distances, chosen: readonly number[]): Distances {
  const values = new Float64Array((chosen.length * (chosen.length - 1)) / 2);
  let at = 0;
  for (const [a, i] of chosen.entries())
    for (const j of chosen.slice(a + 1)) values[at++] = distanceAt(distances, i, j);
  return { count: chosen.length, values };
}
