/** Row vectors one after the other: `values` has `count` x `dimensions` numbers. */
export interface Vectors {
  readonly values: Float32Array;
  readonly count: number;
  readonly dimensions: number;
}

/** Vectors of length 1, and the length that each had. */
export interface UnitVectors extends Vectors {
  readonly lengths: Float32Array;
}

/** Vectors scaled to length 1, in place. */
export function toUnit({ values, count, dimensions }: Vectors): UnitVectors {
  const lengths = new Float32Array(count);
  for (let row = 0; row < count; row++) {
    lengths[row] = scaleToUnit(values.subarray(row * dimensions, (row + 1) * dimensions));
  }
  return { values, count, dimensions, lengths };
}

/** Scales a vector to length 1, in place, and answers the length it had; zeros stay, and their cosine with all is 0. */
function scaleToUnit(vector: Float32Array): number {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  if (length > 0) for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) / length; // i is within it
  return length;
}

/** The rows at `indices`, copied. */
export function rowsAt({ values, dimensions, lengths }: UnitVectors, indices: Int32Array): UnitVectors {
  const chosen = new Float32Array(indices.length * dimensions);
  gather({ values, dimensions }, indices, chosen);
  return {
    values: chosen,
    count: indices.length,
    dimensions,
    lengths: Float32Array.from(indices, (index) => lengths[index] ?? 0),
  };
}

/** Copies the rows at `indices` one after the other into `into`. */
export function gather(
  { values, dimensions }: Pick<Vectors, "values" | "dimensions">,
  indices: Int32Array,
  into: Float32Array,
): void {
  for (const [at, index] of indices.entries()) {
    into.set(values.subarray(index * dimensions, (index + 1) * dimensions), at * dimensions);
  }
}
