/** Share of an epoch that counts as early. */
export const earlyShare = 0.1;

/** Steps that make the early part of an epoch. */
export function earlySteps(steps: number): number {
  return Math.round(earlyShare * steps);
}

/**
 * Steps after which a model is judged: before the first, `early` times up to the tenth, `later` times to the end. Steps
 * that fall together are one.
 */
export function evaluationSteps(
  steps: number,
  { early, later }: { readonly early: number; readonly later: number },
): number[] {
  const tenth = earlySteps(steps);
  const first = Array.from({ length: early + 1 }, (_, i) => Math.round((i * tenth) / early));
  const rest = Array.from({ length: later }, (_, i) =>
    Math.round(tenth + ((i + 1) * (steps - tenth)) / later),
  );
  return [...new Set([...first, ...rest])];
}

/** Area under a curve from its first point to x = `until` by the trapezoid rule, divided by that width. */
export function meanUnder(
  points: readonly { readonly x: number; readonly y: number }[],
  until: number,
): number {
  let area = 0;
  let last = points[0];
  const from = last?.x ?? Number.NaN;
  for (const point of points.slice(1)) {
    if (last === undefined || point.x > until) break;
    area += ((point.x - last.x) * (point.y + last.y)) / 2;
    last = point;
  }
  return area / ((last?.x ?? Number.NaN) - from);
}
