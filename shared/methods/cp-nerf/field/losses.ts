import type { RayBatch, RenderedGradient } from "./volume.ts";

/** What the rays of a batch should show. */
export interface RayTargets {
  /** [rays, 3]. */
  readonly colour: Float32Array;
  /** [rays]: NaN where no depth is known. */
  readonly depth: Float32Array;
  /** [rays]. */
  readonly depthSd: Float32Array;
}

export function createRayTargets(rays: number): RayTargets {
  return {
    colour: new Float32Array(3 * rays),
    depth: new Float32Array(rays).fill(Number.NaN),
    depthSd: new Float32Array(rays),
  };
}

/** Mean squared error of colours over rays and channels; writes its gradient. */
export function colourLoss(
  { colour, rays }: RayBatch,
  targets: RayTargets,
  gradient: RenderedGradient,
): number {
  let sum = 0;
  for (let at = 0; at < 3 * rays; at++) {
    const difference = (colour[at] ?? 0) - (targets.colour[at] ?? 0);
    sum += difference * difference;
    gradient.colour[at] = (2 * difference) / (3 * rays);
  }
  return sum / (3 * rays);
}

/**
 * The depth loss of Dense Depth Priors (arXiv 2112.03288, eq. 6), summed over rays and divided by their number:
 * 1/2 [log v + (d - z)^2 / v] with v the rendered variance, where the rendered depth d is further than one standard
 * deviation from the prior z or less certain than it. `floor`, a variance, is added to v, and bounds the gradient.
 * Writes the gradients of depth and variance, times `weight`.
 */
export function depthLoss(
  { depth, variance, rays }: RayBatch,
  targets: RayTargets,
  gradient: RenderedGradient,
  { weight, floor }: { readonly weight: number; readonly floor: number },
): number {
  let sum = 0;
  for (let ray = 0; ray < rays; ray++) {
    const prior = targets.depth[ray] ?? Number.NaN;
    const sd = targets.depthSd[ray] ?? 0;
    const difference = (depth[ray] ?? 0) - prior;
    const rendered = variance[ray] ?? 0;
    gradient.depth[ray] = 0;
    gradient.variance[ray] = 0;
    if (Number.isNaN(prior) || (Math.abs(difference) <= sd && rendered <= sd * sd)) continue;
    const v = rendered + floor;
    sum += 0.5 * (Math.log(v) + (difference * difference) / v);
    gradient.depth[ray] = (weight * difference) / v / rays;
    gradient.variance[ray] = (weight * 0.5 * (1 / v - (difference * difference) / (v * v))) / rays;
  }
  return sum / rays;
}
