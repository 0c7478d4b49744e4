/**
 * Benjamini and Hochberg's adjusted p values (1995): min over j >= i of m p_(j) / j, at most 1. Missing ones
 * (NaN) stay missing and do not count. Throws a RangeError on a p outside [0, 1].
 */
export function benjaminiHochberg(p: ArrayLike<number>): Float64Array {
  const adjusted = new Float64Array(p.length).fill(Number.NaN);
  const order: number[] = [];
  for (let at = 0; at < p.length; at++) {
    const value = p[at] ?? Number.NaN;
    if (value < 0 || value > 1) throw new RangeError(`p value ${at} is ${value}, outside [0, 1]`);
    if (!Number.isNaN(value)) order.push(at);
  }
  order.sort((a, b) => (p[a] ?? 0) - (p[b] ?? 0));
  let least = 1;
  for (let rank = order.length; rank > 0; rank--) {
    const at = order[rank - 1] ?? 0;
    // Divided first, as in R: p times a number of at least 1 is never under p by rounding.
    least = Math.min(least, (order.length / rank) * (p[at] ?? 0));
    adjusted[at] = least;
  }
  return adjusted;
}
