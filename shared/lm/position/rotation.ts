/** What tables are made for; `offset` is the position of the first row. */
export interface RotationShape {
  readonly headDim: number;
  readonly heads: number;
  readonly length: number;
  readonly offset?: number;
}

/**
 * Per-position factors of the half-split rotation of a query or key x, h = headDim / 2:
 * `out_j = x_j cos_j - x_{j+h} sin_j` and `out_{j+h} = x_{j+h} cos_j + x_j sin_j`.
 * Both are [heads, length, h], or [1, length, h] where one table serves all heads (`shared`).
 */
export interface RotationTables {
  readonly cos: Float32Array;
  readonly sin: Float32Array;
  readonly shared: boolean;
}

/**
 * Tables of plain rotations by position x frequency, both multiplied by `amplitude`. Pairs beyond the
 * frequencies given are not rotated: cos 1, sin 0.
 */
export function plainRotation(
  frequencies: readonly number[],
  shape: RotationShape,
  amplitude = 1,
): RotationTables {
  const half = shape.headDim / 2;
  const cos = new Float32Array(shape.length * half).fill(1);
  const sin = new Float32Array(shape.length * half);
  for (let row = 0; row < shape.length; row++) {
    const position = row + (shape.offset ?? 0);
    frequencies.forEach((frequency, j) => {
      cos[row * half + j] = amplitude * Math.cos(position * frequency);
      sin[row * half + j] = amplitude * Math.sin(position * frequency);
    });
  }
  return { cos, sin, shared: true };
}
