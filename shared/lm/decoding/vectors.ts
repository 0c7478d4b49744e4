/** Arithmetic on vectors of one token. Arrays that are indexed here have the length that the loop runs to. */

export function addTo(x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < x.length; i++) x[i] = (x[i] as number) + (y[i] as number);
}

/** into = x / sqrt(mean(x^2) + epsilon) * gain. */
export function rmsNorm(x: Float32Array, gain: Float32Array, epsilon: number, into: Float32Array): void {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] as number) ** 2;
  const scale = 1 / Math.sqrt(sum / x.length + epsilon);
  for (let i = 0; i < x.length; i++) into[i] = (x[i] as number) * scale * (gain[i] as number);
}

/** into = (x - mean) / sqrt(variance + epsilon) * gain + bias. */
export function layerNorm(
  x: Float32Array,
  { gain, bias }: { readonly gain: Float32Array; readonly bias: Float32Array },
  epsilon: number,
  into: Float32Array,
): void {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < x.length; i++) sum += x[i] as number;
  const mean = sum / x.length;
  for (let i = 0; i < x.length; i++) squares += ((x[i] as number) - mean) ** 2;
  const scale = 1 / Math.sqrt(squares / x.length + epsilon);
  for (let i = 0; i < x.length; i++) {
    into[i] = ((x[i] as number) - mean) * scale * (gain[i] as number) + (bias[i] as number);
  }
}

/** x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2, in place. */
export function geluTanhInPlace(x: Float32Array): void {
  const rate = Math.sqrt(2 / Math.PI);
  for (let i = 0; i < x.length; i++) {
    const value = x[i] as number;
    x[i] = 0.5 * value * (1 + Math.tanh(rate * (value + 0.044715 * value ** 3)));
  }
}

export function multiplyBy(x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < x.length; i++) x[i] = (x[i] as number) * (y[i] as number);
}
