import { createRandom, fillNormal } from "../random.ts";
import type { FopeConfig } from "./config.ts";
import { ropeFrequencies } from "./rope.ts";
import type { RotationShape, RotationTables } from "./rotation.ts";

/** The frozen part of FoPE: what a model is trained with and what another framework needs to run it. */
export interface FourierCoefficients {
  /** The D live frequencies, highest first, in radians a token. */
  readonly frequencies: readonly number[];
  /** How many frequencies were dropped. */
  readonly clipped: number;
  /** d, the rotated pairs: D, or fewer with `columns: "released"`. */
  readonly columns: number;
  /** S, [heads, D, d]. */
  readonly sin: Float32Array;
  /** C, [heads, D, d]. */
  readonly cos: Float32Array;
}

/**
 * FoPE's frequencies and coefficients (arXiv 2412.17739): identity plus normal noise, drawn from the
 * seed alone, of standard deviation `sigma sqrt(2 / ((D + heads) d))`. That is the released code's Xavier
 * initialisation of a [heads, D, d] tensor, where the fans are D d and heads d.
 */
export function fourierCoefficients(
  config: FopeConfig,
  { headDim, heads }: Pick<RotationShape, "headDim" | "heads">,
): FourierCoefficients {
  const all = ropeFrequencies(config.theta, headDim);
  const floor = (2 * Math.PI) / config.trainingLength;
  const frequencies = config.clip ? all.filter((frequency) => frequency >= floor) : all;
  const live = frequencies.length;
  const few = config.series && config.columns === "released";
  const columns = few ? Math.min(live, Math.floor(headDim / 4)) : live;
  const noisy = config.series && config.sigma > 0 && columns > 0;
  const std = config.sigma * Math.sqrt(2 / ((live + heads) * columns));
  const draw = (name: string) => {
    const noise = new Float32Array(heads * live * columns);
    if (noisy) fillNormal(createRandom(config.seed, "fope", name), noise, std);
    return addIdentity(noise, live, columns);
  };
  return { frequencies, clipped: all.length - live, columns, sin: draw("sin"), cos: draw("cos") };
}

/**
 * FoPE's tables: `s_j(n) = sum_i S[h,i,j] sin(f_i n)` and the same for cos, and the padding for the pairs
 * that are left. A table for each head, or one for all where there is no noise.
 */
export function fopeTables(config: FopeConfig, shape: RotationShape): RotationTables {
  const shared = !config.series || config.sigma === 0;
  const heads = shared ? 1 : shape.heads;
  const coefficients = fourierCoefficients(config, { headDim: shape.headDim, heads });
  const padding = config.pad === "released" ? 1 : 0;
  return {
    cos: seriesTable(Math.cos, coefficients.cos, coefficients, heads, shape, 1),
    sin: seriesTable(Math.sin, coefficients.sin, coefficients, heads, shape, padding),
    shared,
  };
}

function seriesTable(
  wave: (angle: number) => number,
  weights: Float32Array,
  { frequencies, columns }: FourierCoefficients,
  heads: number,
  { headDim, length, offset = 0 }: RotationShape,
  padding: number,
): Float32Array {
  const half = headDim / 2;
  const table = new Float32Array(heads * length * half).fill(padding);
  const sums = new Float64Array(columns);
  for (let row = 0; row < length; row++) {
    const waves = frequencies.map((frequency) => wave((row + offset) * frequency));
    for (let head = 0; head < heads; head++) {
      sums.fill(0);
      waves.forEach((value, i) => {
        const from = (head * waves.length + i) * columns;
        for (let j = 0; j < columns; j++) sums[j] = (sums[j] ?? 0) + (weights[from + j] ?? 0) * value;
      });
      table.set(sums, (head * length + row) * half);
    }
  }
  return table;
}

/**
 * Adds the identity to each [live, columns] matrix, and to fewer columns than rows the released code's
 * "step eye": column j gets row j ceil(live / columns), and the columns that this runs out on get none.
 */
function addIdentity(weights: Float32Array, live: number, columns: number): Float32Array {
  const step = Math.ceil(live / columns);
  for (let from = 0; from < weights.length; from += live * columns) {
    for (let j = 0; j < columns && j * step < live; j++) {
      const at = from + j * step * columns + j;
      weights[at] = (weights[at] ?? 0) + 1;
    }
  }
  return weights;
}
