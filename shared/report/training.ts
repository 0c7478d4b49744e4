import type { Axis } from "./axes.ts";
import { type CurvePoint, curves } from "./curves.ts";

/** The loss of one training (one seed of a variant) by step. */
export interface TrainingRun {
  readonly name: string;
  readonly style: number;
  readonly points: readonly { readonly step: number; readonly loss: number }[];
}

export interface TrainingOptions {
  readonly id: string;
  readonly title: string;
  readonly subtitle?: string;
  readonly width?: number;
  readonly loss: Axis;
  /** At most so many points a curve; each is the mean over its share of the steps. */
  readonly points?: number;
  readonly runs: readonly TrainingRun[];
}

/** Training curves: a line for every run, one look for the runs of one name. */
export function trainingCurves(options: TrainingOptions): string {
  const { runs, loss, points = 120, ...rest } = options;
  const series = runs.map((run) => ({
    name: run.name,
    style: run.style,
    points: thin(
      run.points.map((point) => ({ x: point.step, y: point.loss })),
      points,
    ),
  }));
  return curves({
    ...rest,
    x: { label: "Training step" },
    y: loss,
    labels: "legend",
    markers: false,
    series,
  });
}

/**
 * At most `most` points: the curve is cut into equal runs of points, and each is replaced by its mean in x and
 * y. Points that are not finite are left out.
 */
export function thin(points: readonly CurvePoint[], most: number): CurvePoint[] {
  const finite = points.filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y));
  if (finite.length <= most) return finite;
  return Array.from({ length: most }, (_, bucket) => {
    const from = Math.floor((bucket * finite.length) / most);
    const to = Math.floor(((bucket + 1) * finite.length) / most);
    const part = finite.slice(from, to);
    const mean = (pick: (point: CurvePoint) => number) =>
      part.reduce((sum, p) => sum + pick(p), 0) / part.length;
    return { x: mean((point) => point.x), y: mean((point) => point.y) };
  });
}
