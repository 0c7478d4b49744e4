/**
 * Solves A x = b for a symmetric positive definite matrix whose lower half is given, by Cholesky's decomposition, which
 * takes the matrix's place.
 */
export function solvePositive(matrix: Float64Array, b: Float64Array): Float64Array {
  const size = b.length;
  const at = (row: number, column: number): number => matrix[row * size + column] as number; // within the matrix
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = at(i, j);
      for (let k = 0; k < j; k++) sum -= at(i, k) * at(j, k);
      matrix[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / at(j, j);
    }
  }
  const x = b.slice();
  const known = (i: number): number => x[i] as number; // within the vector
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i] = known(i) - at(i, k) * known(k);
    x[i] = known(i) / at(i, i);
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i] = known(i) - at(k, i) * known(k);
    x[i] = known(i) / at(i, i);
  }
  return x;
}
