/** From here on the asymptotic series below reach full precision. */
const asymptotic = 15;

/**
 * What Stirling's formula leaves of ln Gamma(x), x > 0: ln Gamma(x) - ((x - 1/2) ln x - x + ln(2 pi)/2), which is
 * ln x! less Stirling's formula for it, too. Small, so that sums of such remain exact where logarithms of
 * factorials would cancel.
 */
export function stirlingError(x: number): number {
  let shifted = 0;
  let from = x;
  while (from < asymptotic) {
    shifted += (from + 0.5) * Math.log1p(1 / from) - 1;
    from++;
  }
  const s = 1 / (from * from);
  const series =
    (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - (s * 691) / 360360))))) / from;
  return shifted + series;
}

/** psi(x) = d ln Gamma(x) / dx, x > 0. */
export function digamma(x: number): number {
  if (x === Number.POSITIVE_INFINITY) return x;
  let shifted = 0;
  let from = x;
  for (; from < asymptotic; from++) shifted -= 1 / from;
  const s = 1 / (from * from);
  const series =
    s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s * (1 / 132 - (s * 691) / 32760)))));
  return shifted + Math.log(from) - 0.5 / from - series;
}

/** psi'(x), x > 0. */
export function trigamma(x: number): number {
  let shifted = 0;
  let from = x;
  for (; from < asymptotic; from++) shifted += 1 / (from * from);
  const s = 1 / (from * from);
  const series = s * (1 / 6 - s * (1 / 30 - s * (1 / 42 - s * (1 / 30 - s * (5 / 66 - (s * 691) / 2730)))));
  return shifted + (1 + 0.5 / from + series) / from;
}

/** psi''(x), x > 0. */
export function tetragamma(x: number): number {
  let shifted = 0;
  let from = x;
  for (; from < asymptotic; from++) shifted -= 2 / (from * from * from);
  const s = 1 / (from * from);
  const series = s * (1 / 2 - s * (1 / 6 - s * (1 / 6 - s * (3 / 10 - s * (5 / 6 - (s * 691) / 210)))));
  return shifted - s * (1 + 1 / from + series);
}

/**
 * The y with psi'(y) = x, x > 0, by Newton's method on 1/psi', which is convex and nearly linear, so that it
 * comes from one side without fail (limma's trigammaInverse).
 */
export function trigammaInverse(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
  if (x > 1e7) return 1 / Math.sqrt(x);
  if (x < 1e-6) return 1 / x;
  let y = 0.5 + 1 / x;
  for (let step = 0; step < 50; step++) {
    const value = trigamma(y);
    const by = (value * (1 - value / x)) / tetragamma(y);
    y += by;
    if (-by / y < 1e-8) break;
  }
  return y;
}
