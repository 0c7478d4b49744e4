import * as z from "zod";

const point = z.object({ step: z.int(), loss: z.number() });
export type LossPoint = z.infer<typeof point>;
export const lossPoints = z.array(point);

/** A loss curve of means over intervals of steps; the last interval may not be full yet. */
export const curve = z.object({ points: lossPoints, sum: z.number(), count: z.int() });
export type Curve = z.infer<typeof curve>;

export const noPoints: Curve = { points: [], sum: 0, count: 0 };

/** Mean loss over the last tenth of a training's steps; a curve has a point at least. */
export function lossAtEnd(points: readonly LossPoint[]): number {
  const last = points.at(-1)?.step ?? 0;
  const end = points.filter(({ step }) => step > 0.9 * last);
  return end.reduce((sum, { loss }) => sum + loss, 0) / end.length;
}

/** The curve with one more step; the point that this completes, if any. */
export function mark(
  { points, sum, count }: Curve,
  step: number,
  loss: number,
  interval: number,
): { curve: Curve; point?: LossPoint } {
  const total = sum + loss;
  if (count + 1 < interval) return { curve: { points, sum: total, count: count + 1 } };
  const completed = { step, loss: total / (count + 1) };
  return { curve: { points: [...points, completed], sum: 0, count: 0 }, point: completed };
}
