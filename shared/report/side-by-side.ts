import type { Series } from "./curves.ts";

/** Pixels between series that stand side by side: a marker and a little air. */
const step = 10;

/**
 * Moves the series to the side whose points share their x, near enough that their markers or bars would hide
 * each other, so that all can be seen. `near` is the largest relative distance of such points.
 */
export function sideBySide(series: readonly Series[], near = 0.01): Series[] {
  const meets = (one: Series, other: Series) =>
    one.points.some((p) => other.points.some((q) => Math.abs(p.x - q.x) <= near * Math.abs(p.x)));
  return series.map((one) => {
    const group = series.filter((other) => other === one || meets(one, other));
    return { ...one, shift: step * (group.indexOf(one) - (group.length - 1) / 2) };
  });
}
