import type { Field, RayBatch, RenderedGradient } from "./volume.ts";

/** A ray ends where less than this share of its light is left: the sample there takes it. */
const leastLight = 1e-5;
/** Added to the square of a slope before its root: a flat density has no normal. */
const flat = 1e-6;
/** Samples of less weight leave no gradient of colour. */
const leastWeight = 1e-7;

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/**
 * Renders a batch of rays: for sigma_i = softplus(density + shift) / unit and delta_i the way to the next sample,
 * alpha_i = 1 - exp(-sigma_i delta_i), w_i = alpha_i prod_{j<i} (1 - alpha_j) (Max 1995; arXiv 2003.08934, eq. 3).
 * The last sample has alpha 1, so that the weights sum to 1 and depth is a mean. Normals are left at 0 unless asked
 * for. Leaves in the voxels' memory what `renderBackward` needs: no other use of them may come between.
 */
export function render(field: Field, batch: RayBatch, options: { readonly normals: boolean }): void {
  const { voxels } = field;
  const count = batch.rays * batch.samples;
  placeSamples(field, batch);
  voxels.gather(count);
  if (options.normals) voxels.slope(count);
  batch.weights.fill(0);
  for (let ray = 0; ray < batch.rays; ray++) {
    weighSamples(field, batch, ray);
    sumColour(field, batch, ray);
    sumDepth(batch, ray);
    if (options.normals) sumNormal(field, batch, ray);
  }
}

/** Samples in voxels from the first one; those outside of the grid at its border. */
function placeSamples({ voxels, corner, side }: Field, batch: RayBatch): void {
  const { origins, directions, t, samples } = batch;
  const points = voxels.points;
  for (let axis = 0; axis < 3; axis++) {
    const far = (voxels.size[axis] ?? 1) - 1;
    const from = corner[axis] ?? 0;
    for (let ray = 0; ray < batch.rays; ray++) {
      const origin = ((origins[3 * ray + axis] ?? 0) - from) / side;
      const step = (directions[3 * ray + axis] ?? 0) / side;
      for (let at = ray * samples; at < (ray + 1) * samples; at++) {
        const place = origin + step * (t[at] ?? 0);
        points[4 * at + axis] = Math.min(Math.max(0, place), far);
      }
    }
  }
}

const directionLength = ({ directions }: RayBatch, ray: number): number =>
  Math.hypot(directions[3 * ray] ?? 0, directions[3 * ray + 1] ?? 0, directions[3 * ray + 2] ?? 0);

/** Weights of a ray's samples. The derivative of each one's density goes to the fourth place of its slope. */
function weighSamples({ voxels, shift, unit }: Field, batch: RayBatch, ray: number): void {
  const { t, weights, samples } = batch;
  const { values, slopes, channels } = voxels;
  const stretch = directionLength(batch, ray) / unit;
  const last = (ray + 1) * samples - 1;
  let light = 1;
  for (let at = ray * samples; at < last; at++) {
    const x = (values[at * channels] ?? 0) + shift;
    const e = Math.exp(-Math.abs(x));
    const density = Math.log(1 + e) + Math.max(0, x);
    slopes[4 * at + 3] = (x > 0 ? 1 : e) / (1 + e);
    const passed = light * Math.exp(-density * stretch * ((t[at + 1] ?? 0) - (t[at] ?? 0)));
    if (passed < leastLight) {
      weights[at] = light;
      return;
    }
    weights[at] = light - passed;
    light = passed;
  }
  weights[last] = light;
}

/** The colour of a ray; those of its samples, activated, replace what was gathered. */
function sumColour({ voxels }: Field, batch: RayBatch, ray: number): void {
  const { weights, samples, colour, directions } = batch;
  const { values, channels } = voxels;
  const length = directionLength(batch, ray);
  for (let c = 1; c <= 3; c++) {
    let sum = 0;
    for (let at = ray * samples; at < (ray + 1) * samples; at++) {
      const weight = weights[at] ?? 0;
      if (weight < leastWeight) continue;
      let raw = values[at * channels + c] ?? 0;
      for (let axis = 0, group = 4; group < channels; axis++, group += 4)
        raw += ((directions[3 * ray + axis] ?? 0) / length) * (values[at * channels + group + c] ?? 0);
      const shown = sigmoid(raw);
      values[at * channels + c] = shown;
      sum += weight * shown;
    }
    colour[3 * ray + c - 1] = sum;
  }
}

function sumDepth({ weights, samples, t, depth, variance }: RayBatch, ray: number): void {
  let mean = 0;
  for (let at = ray * samples; at < (ray + 1) * samples; at++) mean += (weights[at] ?? 0) * (t[at] ?? 0);
  let square = 0;
  for (let at = ray * samples; at < (ray + 1) * samples; at++)
    square += (weights[at] ?? 0) * ((t[at] ?? 0) - mean) ** 2;
  depth[ray] = mean;
  variance[ray] = square;
}

function sumNormal({ voxels: { slopes } }: Field, { weights, samples, normal }: RayBatch, ray: number): void {
  let [x, y, z] = [0, 0, 0];
  for (let at = ray * samples; at < (ray + 1) * samples; at++) {
    const weight = weights[at] ?? 0;
    if (weight < leastWeight) continue;
    const [gx, gy, gz] = [slopes[4 * at] ?? 0, slopes[4 * at + 1] ?? 0, slopes[4 * at + 2] ?? 0];
    const share = weight / Math.sqrt(gx * gx + gy * gy + gz * gz + flat);
    x -= share * gx;
    y -= share * gy;
    z -= share * gz;
  }
  normal[3 * ray] = x;
  normal[3 * ray + 1] = y;
  normal[3 * ray + 2] = z;
}

/**
 * Adds to the gradient of the field's voxels what gradients of the rendered batch ask of it; right after `render`
 * with the same options. With D_i = dL/dw_i: dL/dsigma_i = delta_i (T_{i+1} D_i - sum_{j>i} w_j D_j).
 */
export function renderBackward(
  field: Field,
  batch: RayBatch,
  gradient: RenderedGradient,
  options: { readonly normals: boolean },
): void {
  let kept = 0;
  for (let ray = 0; ray < batch.rays; ray++) kept = rayBackward(field, batch, gradient, options, ray, kept);
  field.voxels.scatter(kept);
  if (options.normals) field.voxels.scatterSlope(kept);
}

/**
 * Gradients of one ray's samples, those that the light reaches alone: they are written, with their points, to places
 * from `kept` on, which have been read. Answers the place after the last one.
 */
function rayBackward(
  field: Field,
  batch: RayBatch,
  gradient: RenderedGradient,
  { normals }: { readonly normals: boolean },
  ray: number,
  kept: number,
): number {
  const { t, weights, samples, depth } = batch;
  const { values, slopes, channels } = field.voxels;
  const first = ray * samples;
  let end = first + samples;
  while (end > first + 1 && weights[end - 1] === 0) end--;
  const stretch = directionLength(batch, ray) / field.unit;
  const [red, green, blue] = three(gradient.colour, ray);
  const [nx, ny, nz] = three(gradient.normal, ray);
  const byDepth = gradient.depth[ray] ?? 0;
  const byVariance = gradient.variance[ray] ?? 0;
  const mean = depth[ray] ?? 0;
  // From the last to the first: what is behind a sample is summed on the way.
  let [behind, lightBehind] = [0, 0];
  for (let at = end - 1; at >= first; at--) {
    const weight = weights[at] ?? 0;
    const value = at * channels;
    const away = (t[at] ?? 0) - mean;
    let byWeight = byDepth * (t[at] ?? 0) + byVariance * away * away;
    if (weight >= leastWeight) {
      const [r, g, b] = [values[value + 1] ?? 0, values[value + 2] ?? 0, values[value + 3] ?? 0];
      byWeight += red * r + green * g + blue * b;
      values[value + 1] = weight * red * r * (1 - r);
      values[value + 2] = weight * green * g * (1 - g);
      values[value + 3] = weight * blue * b * (1 - b);
    } else {
      values[value + 1] = values[value + 2] = values[value + 3] = 0;
    }
    const slope = 4 * at;
    if (normals) {
      const [gx, gy, gz] = [slopes[slope] ?? 0, slopes[slope + 1] ?? 0, slopes[slope + 2] ?? 0];
      const inverse = 1 / Math.sqrt(gx * gx + gy * gy + gz * gz + flat);
      const along = (nx * gx + ny * gy + nz * gz) * inverse * inverse;
      if (weight >= leastWeight) byWeight -= (nx * gx + ny * gy + nz * gz) * inverse;
      const share = weight >= leastWeight ? -weight * inverse : 0;
      slopes[slope] = share * (nx - along * gx);
      slopes[slope + 1] = share * (ny - along * gy);
      slopes[slope + 2] = share * (nz - along * gz);
    }
    const isLast = at === end - 1; // it takes what light is left, whatever its density
    const way = isLast ? 0 : stretch * ((t[at + 1] ?? 0) - (t[at] ?? 0));
    values[value] = way * (lightBehind * byWeight - behind) * (slopes[slope + 3] ?? 0);
    behind += weight * byWeight;
    lightBehind += weight;
  }
  keepSamples(field, batch, ray, { first, end, kept });
  return kept + end - first;
}

/** Moves what `rayBackward` left of one ray to places from `kept` on, and spreads colours over their directions. */
function keepSamples(
  { voxels }: Field,
  { directions }: RayBatch,
  ray: number,
  { first, end, kept }: { readonly first: number; readonly end: number; readonly kept: number },
): void {
  const { values, slopes, points, channels } = voxels;
  const [x, y, z] = three(directions, ray);
  const length = Math.hypot(x, y, z);
  for (let at = first, to = kept; at < end; at++, to++) {
    for (let axis = 0; axis < 3; axis++) {
      points[4 * to + axis] = points[4 * at + axis] ?? 0;
      slopes[4 * to + axis] = slopes[4 * at + axis] ?? 0;
    }
    for (let c = 0; c < 4; c++) values[to * channels + c] = values[at * channels + c] ?? 0;
    for (let axis = 0, group = 4; group < channels; axis++, group += 4) {
      const share = (directions[3 * ray + axis] ?? 0) / length;
      values[to * channels + group] = 0;
      for (let c = 1; c <= 3; c++)
        values[to * channels + group + c] = share * (values[to * channels + c] ?? 0);
    }
  }
}

const three = (values: Float32Array, ray: number): [number, number, number] => [
  values[3 * ray] ?? 0,
  values[3 * ray + 1] ?? 0,
  values[3 * ray + 2] ?? 0,
];
