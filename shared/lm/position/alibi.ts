/**
 * ALiBi's slopes (arXiv 2108.12409): what each head's scores lose for every token of distance. For n heads
 * they are 2^(-8/n), 2^(-16/n), ... where n is a power of two; otherwise those of the next lower power, then
 * every other one of the next higher power.
 */
export function alibiSlopes(heads: number): number[] {
  const power = 2 ** Math.floor(Math.log2(heads));
  const geometric = (n: number) => Array.from({ length: n }, (_, i) => 2 ** ((-8 * (i + 1)) / n));
  const between = geometric(2 * power).filter((_, i) => i % 2 === 0);
  return [...geometric(power), ...between.slice(0, heads - power)];
}
