import { UMAP } from "umap-js";
import { createRandom } from "../../../lm/random.ts";
import { indexes, type Matrix, matrixOf, rowOf } from "../matrix.ts";

export interface UmapOptions {
  readonly neighbours?: number;
  /** How near points may lie in the map. */
  readonly minDistance?: number;
  readonly seed?: number;
}

/** So many observations take about a minute; a sample of more shows the same. */
const mostRows = 20_000;

/**
 * A map of observations, a row each, in two dimensions in which neighbours stay neighbours (McInnes et al. 2018).
 * Distances between far groups mean little. The same seed gives the same map. Throws RangeError for missing values,
 * for fewer than four observations, and for more than fit.
 */
export function umap(
  observations: Matrix,
  { neighbours = 15, minDistance = 0.1, seed = 0 }: UmapOptions = {},
): Matrix {
  const { rows } = observations;
  if (rows.length < 4) throw new RangeError("a map takes four observations at least");
  if (rows.length > mostRows) {
    throw new RangeError(`a map takes at most ${mostRows} observations, not ${rows.length}`);
  }
  if (observations.values.some(Number.isNaN)) throw new RangeError("a map takes no missing values");
  const random = createRandom(seed, "umap");
  const map = new UMAP({
    nNeighbors: Math.min(neighbours, rows.length - 1),
    minDist: minDistance,
    random: () => random.uniform(),
  });
  const places = map.fit(indexes(rows.length).map((row) => [...rowOf(observations, row)]));
  return matrixOf(rows, ["UMAP1", "UMAP2"], Float64Array.from(places.flat()));
}
