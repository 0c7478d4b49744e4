import type { CurvePoint } from "../../report/curves.ts";

/** The outline of a histogram, for a plot of curves: each bar as its two upper corners. */
export function outline(
  bars: readonly { readonly from: number; readonly to: number; readonly value: number }[],
): CurvePoint[] {
  return bars.flatMap(({ from, to, value }) => [
    { x: from, y: value },
    { x: to, y: value },
  ]);
}
