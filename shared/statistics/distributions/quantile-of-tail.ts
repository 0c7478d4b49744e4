/**
 * The z >= 0 with upper(z) = p, 0 <= p <= 1/2, of a distribution that is symmetric about 0: Newton's method on
 * the logarithm, halving its bracket where a step would leave it.
 */
export function quantileOfTail(
  upper: (z: number) => number,
  density: (z: number) => number,
  p: number,
): number {
  if (p === 0.5) return 0;
  if (p === 0) return Number.POSITIVE_INFINITY;
  let [low, high] = [0, 1];
  while (upper(high) > p) [low, high] = [high, 2 * high];
  let z = low === 0 ? high / 2 : low;
  for (let step = 0; step < 200; step++) {
    const tail = upper(z);
    if (tail > p) low = z;
    else high = z;
    const next = z + (tail * Math.log(tail / p)) / density(z);
    const to = next > low && next < high ? next : (low + high) / 2;
    if (Math.abs(to - z) <= 2 * Number.EPSILON * z) return to;
    z = to;
  }
  return z;
}
