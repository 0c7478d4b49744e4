/**
 * ALiBi's slopes (arXiv 2108.12409): 2^(-8/n), 2^(-16/n), ... for n heads where n is a power of two;
 * otherwise those of the next lower power, then every other one of the next higher power.
 */
export function alibiSlopes(heads: number): number[] {
  const power = 2 ** Math.floor(Math.log2(heads));
  const geometric = (n: number) => Array.from({ length: n }, (_, i) => 2 ** ((-8 * (i + 1)) / n));
  const between = geometric(2 * power).filter((_, i) => i % 2 === 0);
  return [...geometric(power), ...between.slice(0, heads - power)];
}

/** What masked scores become: no weight is left after a softmax in float32, and no infinity is subtracted. */
export const masked = -1e9;

/** `-slope_h (i - j)` for key j <= query i and `masked` for later keys: [heads, length, length]. */
export function alibiBias({ heads, length }: { heads: number; length: number }): Float32Array {
  const bias = new Float32Array(heads * length * length).fill(masked);
  alibiSlopes(heads).forEach((slope, head) => {
    for (let i = 0; i < length; i++) {
      const row = (head * length + i) * length;
      for (let j = 0; j <= i; j++) bias[row + j] = slope * (j - i);
    }
  });
  return bias;
}
