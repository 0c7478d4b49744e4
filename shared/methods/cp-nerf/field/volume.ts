import type { Voxels } from "../../../engine/kernels/voxels.ts";

/**
 * A radiance field on a dense grid of voxels. Channel 0 is density before its activation, channels 1 to 3 colour;
 * with 16 channels three further groups of four add what of the colour changes with the direction (the group of x has
 * its colour in the places of 1 to 3), which is degree 1 of spherical harmonics but for constants.
 */
export interface Field {
  readonly voxels: Voxels;
  /** Where the first voxel lies in the world. */
  readonly corner: readonly [number, number, number];
  /** Side of a voxel, in the units of the world. */
  readonly side: number;
  /** Added to density before its activation, softplus: how full empty voxels are at the beginning. */
  readonly shift: number;
  /** Density is a share lost in so much of the world, so that it means the same at every fineness of the grid. */
  readonly unit: number;
}

/** As many rays as samples are held for; what `render` reads and what it leaves. */
export interface RayBatch {
  readonly rays: number;
  readonly samples: number;
  /** [rays, 3], in the world. */
  readonly origins: Float32Array;
  /** [rays, 3]; of length 1 along the axis of the camera, so that t is depth. */
  readonly directions: Float32Array;
  /** [rays, samples]: distances t, ascending. */
  readonly t: Float32Array;
  /** [rays, samples]: share of the light of each sample; they sum to 1, for the last sample takes what is left. */
  readonly weights: Float32Array;
  /** [rays, 3], from 0 to 1. */
  readonly colour: Float32Array;
  /** [rays]: sum_i w_i t_i. */
  readonly depth: Float32Array;
  /** [rays]: sum_i w_i (t_i - depth)^2. */
  readonly variance: Float32Array;
  /** [rays, 3]: sum_i w_i n_i with n = -grad / |grad| of the density; not of length 1. */
  readonly normal: Float32Array;
}

/** Gradients of a loss by what was rendered, in the shapes of it. */
export interface RenderedGradient {
  readonly colour: Float32Array;
  readonly depth: Float32Array;
  readonly variance: Float32Array;
  readonly normal: Float32Array;
}

export function createRayBatch(rays: number, samples: number): RayBatch {
  const floats = (count: number) => new Float32Array(count);
  return {
    rays,
    samples,
    origins: floats(3 * rays),
    directions: floats(3 * rays),
    t: floats(rays * samples),
    weights: floats(rays * samples),
    ...createRenderedGradient(rays),
  };
}

export function createRenderedGradient(rays: number): RenderedGradient {
  const floats = (count: number) => new Float32Array(count);
  return { colour: floats(3 * rays), depth: floats(rays), variance: floats(rays), normal: floats(3 * rays) };
}
