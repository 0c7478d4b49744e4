import type { Products } from "./products.ts";
import type { UnitVectors } from "./vectors.ts";

/** Of each item to a set of test items: over all of them, of the nearest, of the farthest, and to their mean vector. */
export interface Measure {
  readonly average: Float32Array;
  readonly minimum: Float32Array;
  readonly maximum: Float32Array;
  readonly centroid: Float32Array;
}

export interface Measures {
  /** Cosines; `maximum` is that of the nearest test item. */
  readonly cosine: Measure;
  /** Euclidean distances of the vectors as they were given; `minimum` is that of the nearest. */
  readonly euclidean: Measure;
}

/** All measures of every item to the test items at `chosen`, in one pass over blocks of products of unit vectors. */
export async function measuresTo(
  products: Products,
  items: UnitVectors,
  tests: UnitVectors,
  chosen: Int32Array,
): Promise<Measures> {
  const all = Int32Array.from({ length: items.count }, (_, item) => item);
  const [cosines, distances] = [extremesOf(items.count), extremesOf(items.count)];
  for await (const {
    firstTest,
    tests: rows,
    firstItem,
    items: columns,
    stride,
    products: block,
  } of products.over(all, chosen)) {
    for (let row = 0; row < rows; row++) {
      const testLength = tests.lengths[chosen[firstTest + row] as number] as number; // within the blocks' sizes
      for (let column = 0; column < columns; column++) {
        const item = firstItem + column;
        const cosine = block[row * stride + column] as number;
        add(cosines, item, cosine);
        add(distances, item, distance(items.lengths[item] as number, testLength, cosine));
      }
    }
  }
  const centroid = centroidOf(tests, chosen);
  const cosine = measureOf(cosines, chosen.length);
  const euclidean = measureOf(distances, chosen.length);
  for (let item = 0; item < items.count; item++) {
    const towards = cosineWith(items, item, centroid.direction);
    cosine.centroid[item] = towards;
    euclidean.centroid[item] = distance(items.lengths[item] as number, centroid.length, towards);
  }
  return { cosine, euclidean };
}

interface Extremes {
  readonly total: Float64Array;
  readonly minimum: Float32Array;
  readonly maximum: Float32Array;
}

function extremesOf(count: number): Extremes {
  return {
    total: new Float64Array(count),
    minimum: new Float32Array(count).fill(Number.POSITIVE_INFINITY),
    maximum: new Float32Array(count).fill(Number.NEGATIVE_INFINITY),
  };
}

function add({ total, minimum, maximum }: Extremes, item: number, value: number): void {
  total[item] = (total[item] as number) + value; // item is below the count
  if (value < (minimum[item] as number)) minimum[item] = value;
  if (value > (maximum[item] as number)) maximum[item] = value;
}

function measureOf({ total, minimum, maximum }: Extremes, tests: number): Measure {
  const average = Float32Array.from(total, (sum) => sum / tests);
  return { average, minimum, maximum, centroid: new Float32Array(total.length) };
}

/** |a - b| from both lengths and the cosine. */
function distance(a: number, b: number, cosine: number): number {
  return Math.sqrt(Math.max(0, a * a + b * b - 2 * a * b * cosine));
}

/** The mean of the vectors as they were given: its direction and its length. */
export function centroidOf(
  { values, dimensions, lengths }: UnitVectors,
  chosen: Int32Array,
): { readonly direction: Float64Array; readonly length: number } {
  const mean = new Float64Array(dimensions);
  for (const row of chosen) {
    const weight = (lengths[row] as number) / chosen.length; // a row of the vectors
    for (let i = 0; i < dimensions; i++)
      mean[i] = (mean[i] as number) + weight * (values[row * dimensions + i] as number);
  }
  const length = Math.hypot(...mean);
  return { direction: mean.map((value) => (length > 0 ? value / length : 0)), length };
}

/** Cosine of an item with a direction of length 1. */
export function cosineWith(
  { values, dimensions }: UnitVectors,
  item: number,
  direction: Float64Array,
): number {
  let sum = 0;
  for (let i = 0; i < dimensions; i++)
    sum += (values[item * dimensions + i] as number) * (direction[i] as number);
  return sum;
}

/**
 * Weighted similarity distance, on distances 1 - cosine: w average + minimum with w = mean of the minima / mean
 * of the averages over all items, so that both weigh alike.
 */
export function weightedDistance({ cosine: { average, maximum } }: Pick<Measures, "cosine">): Float64Array {
  const [averages, minima] = [average, maximum].map((cosines) =>
    Float64Array.from(cosines, (value) => 1 - value),
  );
  if (averages === undefined || minima === undefined) throw new Error("two lists expected");
  const [a, m] = [meanOf(averages), meanOf(minima)];
  const weight = a > 0 ? m / a : 0;
  return averages.map((value, item) => weight * value + (minima[item] as number)); // of the same length
}

export function meanOf(values: Float64Array | Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}
