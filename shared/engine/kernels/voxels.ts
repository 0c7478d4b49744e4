import { voxelsBytes } from "./voxels-bytes.ts";
import { kernel, kernelMemory } from "./web-assembly.ts";

/** Voxels along x, y and z, at least two each. */
export type GridSize = readonly [number, number, number];

export interface VoxelOptions {
  readonly size: GridSize;
  /** Numbers a voxel, a multiple of 4. */
  readonly channels: number;
  /** The most points that one call takes. */
  readonly points: number;
}

/** Settings of one step of Adam; `rates` has a rate a channel. */
export interface AdamStep {
  /** From 1. */
  readonly step: number;
  readonly rates: ArrayLike<number>;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/**
 * A dense grid of voxels in one WebAssembly memory, x fastest, with its gradient and the moments of Adam; between
 * voxels it is trilinear. The views are of that memory: write `points`, call, read or write `values` and `slopes`.
 */
export interface Voxels {
  readonly size: GridSize;
  readonly channels: number;
  /** [nz, ny, nx, channels], as are the gradient and the two moments. */
  readonly grid: Float32Array;
  readonly gradient: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** [points, 4]: x, y, z in voxels from the first one, each from 0 to its side less 1; the fourth is not read. */
  readonly points: Float32Array;
  /** [points, channels]. */
  readonly values: Float32Array;
  /** [points, 4]: x, y, z, and 0. */
  readonly slopes: Float32Array;
  /** The grid at the first `count` points, to `values`. */
  gather(count: number): void;
  /** Adds to the gradient of the grid what `values`, now gradients at those points, ask of it. */
  scatter(count: number): void;
  /** Slopes of channel 0 along x, y and z at the first `count` points, a voxel's side being 1, to `slopes`. */
  slope(count: number): void;
  /** Adds to the gradient of channel 0 what `slopes`, now gradients of the slopes, ask of it. */
  scatterSlope(count: number): void;
  /** Adds the gradient of weight / 2 (a - b)^2, summed over neighbours; a weight a channel. */
  smooth(weights: ArrayLike<number>): void;
  /**
   * One step of Adam (arXiv 1412.6980, algorithm 1) for the voxels that have a gradient, in groups of four channels;
   * the others rest, moments and all. The gradient is zeroed.
   */
  adam(options: AdamStep): void;
}

const floatBytes = 4;
const alignment = 16;

/** A grid of zeros. Throws RangeError for a side below 2, channels that are no multiple of 4, or above 4 GiB. */
export function createVoxels({ size, channels, points }: VoxelOptions): Voxels {
  if (size.some((side) => !Number.isInteger(side) || side < 2))
    throw new RangeError(`a grid of ${size.join(" x ")} voxels has a side below 2`);
  if (channels < 4 || channels % 4 !== 0) throw new RangeError(`${channels} channels are no multiple of 4`);
  const [nx, ny, nz] = size;
  const elements = nx * ny * nz * channels;
  let end = 0;
  const reserve = (floats: number): number => {
    const at = end;
    end += alignment * Math.ceil((floatBytes * floats) / alignment);
    return at;
  };
  const at = {
    grid: reserve(elements),
    gradient: reserve(elements),
    first: reserve(elements),
    second: reserve(elements),
    points: reserve(4 * points),
    values: reserve(channels * points),
    slopes: reserve(4 * points),
    settings: reserve(channels),
  };
  const memory = kernelMemory(end);
  const view = (start: number, floats: number) => new Float32Array(memory.buffer, start, floats);
  const call = (name: string) => kernel(voxelsBytes, memory, name);
  const [gather, scatter, slope] = [call("gather"), call("scatter"), call("slope")];
  const [scatterSlope, smooth, adam] = [call("scatterSlope"), call("smooth"), call("adam")];
  const vectors = channels / 4;
  const settings = view(at.settings, channels);
  const setAll = (given: ArrayLike<number>, factor: number) => {
    if (given.length !== channels) throw new RangeError(`${given.length} settings for ${channels} channels`);
    settings.set(Array.from(given, (value) => factor * value));
  };
  const check = (count: number) => {
    if (count > points) throw new RangeError(`${count} points, and room for ${points}`);
  };
  return {
    size,
    channels,
    grid: view(at.grid, elements),
    gradient: view(at.gradient, elements),
    first: view(at.first, elements),
    second: view(at.second, elements),
    points: view(at.points, 4 * points),
    values: view(at.values, channels * points),
    slopes: view(at.slopes, 4 * points),
    gather(count) {
      check(count);
      gather(at.points, count, at.grid, vectors, nx, ny, nz, at.values);
    },
    scatter(count) {
      check(count);
      scatter(at.points, count, at.gradient, vectors, nx, ny, nz, at.values);
    },
    slope(count) {
      check(count);
      slope(at.points, count, at.grid, vectors, nx, ny, nz, at.slopes);
    },
    scatterSlope(count) {
      check(count);
      scatterSlope(at.points, count, at.gradient, vectors, nx, ny, nz, at.slopes);
    },
    smooth(weights) {
      setAll(weights, 1);
      smooth(at.grid, at.gradient, vectors, nx, ny, nz, at.settings);
    },
    adam({ step, rates, beta1 = 0.9, beta2 = 0.99, epsilon = 1e-8 }) {
      setAll(rates, 1 / (1 - beta1 ** step));
      const secondScale = 1 / Math.sqrt(1 - beta2 ** step);
      adam(
        ...[at.grid, at.first, at.second, at.gradient, elements / 4, vectors, at.settings],
        ...[beta1, beta2, secondScale, epsilon],
      );
    },
  };
}
