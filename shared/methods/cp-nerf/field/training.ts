import { createVoxels, type GridSize } from "../../../engine/kernels/voxels.ts";
import { createRandom, type Random, type RandomState, restoreRandom } from "../../../lm/random.ts";
import { mergeDistances, normalDistances, quadraticDistances } from "./distances.ts";
import { colourLoss, createRayTargets, depthLoss, type RayTargets } from "./losses.ts";
import { render, renderBackward } from "./render.ts";
import { resample } from "./resample.ts";
import { type FieldView, writeRay } from "./view.ts";
import { createRayBatch, createRenderedGradient, type Field, type RayBatch } from "./volume.ts";

/** A box of the world, with its sides along the axes. */
export interface Box {
  readonly low: readonly [number, number, number];
  readonly high: readonly [number, number, number];
}

export interface FieldSettings {
  readonly box: Box;
  readonly near: number;
  readonly far: number;
  /** Voxels of each stage of the training, in all, and the share of the iterations at which it begins. */
  readonly stages: readonly { readonly voxels: number; readonly from: number }[];
  readonly channels: 4 | 16;
  readonly iterations: number;
  readonly rays: number;
  /** A ray, an even number: half of them from near to far, half around where its surface should be. */
  readonly samples: number;
  readonly rates: { readonly density: number; readonly colour: number; readonly final: number };
  /** Weights of the squared differences of neighbours. */
  readonly smoothness: { readonly density: number; readonly colour: number; readonly every: number };
  readonly depthWeight: number;
}

/** Where a training stands: plain data and typed arrays, fit for a checkpoint. */
export interface FieldState {
  readonly iteration: number;
  readonly random: RandomState;
  readonly size: GridSize;
  readonly grid: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** Losses of one iteration: that of colour is a mean squared error. */
export interface FieldLosses {
  readonly colour: number;
  readonly depth: number;
}

export interface FieldTraining {
  readonly field: Field;
  readonly iteration: number;
  step(): FieldLosses;
  state(): FieldState;
}

/** How full a voxel is at the beginning: its share of the light that passes one voxel's side (DirectVoxGO's alpha init). */
const startAlpha = 1e-2;

/** Sides of cubic voxels, of which a box holds about so many; at least two along each axis. */
export function gridOf({ low, high }: Box, voxels: number): { size: GridSize; side: number } {
  const [x, y, z] = [high[0] - low[0], high[1] - low[1], high[2] - low[2]];
  const side = Math.cbrt((x * y * z) / voxels);
  const count = (length: number) => Math.max(2, Math.ceil(length / side) + 1);
  return { size: [count(x), count(y), count(z)], side };
}

function stageAt(settings: FieldSettings, iteration: number): { size: GridSize; side: number } {
  const reached = settings.stages.filter(({ from }) => iteration >= Math.round(from * settings.iterations));
  return gridOf(settings.box, reached.at(-1)?.voxels ?? settings.stages[0]?.voxels ?? 8);
}

function emptyField(settings: FieldSettings, { size, side }: { size: GridSize; side: number }): Field {
  const voxels = createVoxels({
    size,
    channels: settings.channels,
    points: settings.rays * settings.samples,
  });
  const unit = gridOf(settings.box, settings.stages.at(-1)?.voxels ?? 8).side;
  return { voxels, corner: settings.box.low, side, unit, shift: Math.log(1 / (1 - startAlpha) - 1) };
}

/** Trains a field on posed pictures; from `state`, where there is one, to the same bytes as without the cut. */
export function createFieldTraining(
  views: readonly FieldView[],
  settings: FieldSettings,
  seed: number,
  state?: FieldState,
): FieldTraining {
  const random = state === undefined ? createRandom(seed, "field") : restoreRandom(state.random);
  const room = createRoom(settings);
  let iteration = state?.iteration ?? 0;
  let field = emptyField(settings, stageAt(settings, Math.max(0, iteration - 1)));
  if (state !== undefined)
    for (const part of ["grid", "first", "second"] as const) field.voxels[part].set(state[part]);
  return {
    get field() {
      return field;
    },
    get iteration() {
      return iteration;
    },
    step() {
      field = refined(field, settings, iteration);
      iteration++;
      return trainOnce(field, views, settings, room, random, iteration);
    },
    state: () => ({
      iteration,
      random: random.state(),
      size: field.voxels.size,
      grid: field.voxels.grid.slice(),
      first: field.voxels.first.slice(),
      second: field.voxels.second.slice(),
    }),
  };
}

/** The field as the stage of this iteration wants it: the same, or a finer one that begins as it is. */
function refined(field: Field, settings: FieldSettings, iteration: number): Field {
  const stage = stageAt(settings, iteration);
  if (stage.side === field.side) return field;
  const finer = emptyField(settings, stage);
  resample(field, finer);
  return finer;
}

/** What one iteration works in. */
interface Room {
  readonly batch: RayBatch;
  readonly targets: RayTargets;
  readonly gradient: ReturnType<typeof createRenderedGradient>;
  readonly coarse: RayBatch;
  readonly guess: Float32Array;
  readonly unguided: Uint32Array;
}

function createRoom({ rays, samples }: FieldSettings): Room {
  return {
    batch: createRayBatch(rays, samples),
    targets: createRayTargets(rays),
    gradient: createRenderedGradient(rays),
    coarse: createRayBatch(rays, samples / 2),
    guess: new Float32Array(samples / 2),
    unguided: new Uint32Array(rays),
  };
}

function trainOnce(
  field: Field,
  views: readonly FieldView[],
  settings: FieldSettings,
  room: Room,
  random: Random,
  iteration: number,
): FieldLosses {
  drawRays(views, settings, room, random);
  placeDistances(field, settings, room, random);
  const { batch, targets, gradient } = room;
  render(field, batch, { normals: false });
  const colour = colourLoss(batch, targets, gradient);
  const floor = (0.5 * field.unit) ** 2;
  const depth = depthLoss(batch, targets, gradient, { weight: settings.depthWeight, floor });
  renderBackward(field, batch, gradient, { normals: false });
  descend(field, settings, iteration);
  return { colour, depth };
}

function drawRays(
  views: readonly FieldView[],
  { rays }: FieldSettings,
  { batch, targets }: Room,
  random: Random,
): void {
  for (let ray = 0; ray < rays; ray++) {
    const view = views[random.integer(views.length)];
    if (view === undefined) throw new RangeError("there are no views to learn from");
    const pixel = random.integer(view.width * view.height);
    writeRay(view, pixel % view.width, Math.floor(pixel / view.width), ray, batch);
    for (let c = 0; c < 3; c++) targets.colour[3 * ray + c] = view.colour[3 * pixel + c] ?? 0;
    targets.depth[ray] = view.depth?.[pixel] ?? Number.NaN;
    targets.depthSd[ray] = view.depthSd?.[pixel] ?? 0;
  }
}

/** Half of the distances from near to far; half around the prior, or around what the first half shows without one. */
function placeDistances(field: Field, settings: FieldSettings, room: Room, random: Random): void {
  const { batch, coarse, targets, guess, unguided } = room;
  const { near, far, samples, rays } = settings;
  const half = samples / 2;
  let count = 0;
  for (let ray = 0; ray < rays; ray++) {
    quadraticDistances(coarse.t.subarray(ray * half, (ray + 1) * half), near, far, random.uniform());
    if (Number.isNaN(targets.depth[ray])) unguided[count++] = ray;
  }
  const shown = lookAhead(field, room, unguided.subarray(0, count));
  let next = 0;
  for (let ray = 0; ray < rays; ray++) {
    const known = !Number.isNaN(targets.depth[ray]);
    const mean = (known ? targets.depth[ray] : shown.depth[next]) ?? near;
    const sd = known ? (targets.depthSd[ray] ?? 0) : Math.sqrt(shown.variance[next] ?? 0);
    if (!known) next++;
    normalDistances(guess, { mean, sd, near, far }, random.uniform());
    const own = coarse.t.subarray(ray * half, (ray + 1) * half);
    mergeDistances(own, guess, batch.t.subarray(ray * samples, (ray + 1) * samples));
  }
}

/** Depth and variance of some rays as their first half of distances shows them. */
function lookAhead(field: Field, { batch, coarse }: Room, rays: Uint32Array): RayBatch {
  const ahead = createRayBatch(rays.length, coarse.samples);
  rays.forEach((ray, at) => {
    ahead.origins.set(batch.origins.subarray(3 * ray, 3 * ray + 3), 3 * at);
    ahead.directions.set(batch.directions.subarray(3 * ray, 3 * ray + 3), 3 * at);
    ahead.t.set(coarse.t.subarray(ray * coarse.samples, (ray + 1) * coarse.samples), at * coarse.samples);
  });
  if (rays.length > 0) render(field, ahead, { normals: false });
  return ahead;
}

function descend({ voxels }: Field, settings: FieldSettings, iteration: number): void {
  const { density, colour, every } = settings.smoothness;
  if (every > 0 && iteration % every === 0) {
    voxels.smooth(byChannel(settings.channels, density * every, colour * every));
  }
  const decay = settings.rates.final ** (iteration / settings.iterations);
  const rates = byChannel(settings.channels, decay * settings.rates.density, decay * settings.rates.colour);
  voxels.adam({ step: iteration, rates });
}

/** Density is channel 0 of each group of four in the first group alone; all other channels are of colour. */
const byChannel = (channels: number, density: number, colour: number): number[] =>
  Array.from({ length: channels }, (_, c) => (c === 0 ? density : colour));
