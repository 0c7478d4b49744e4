import { expect, test } from "vitest";
import { createRandom } from "../../../shared/lm/random.ts";
import {
  mergeDistances,
  normalDistances,
  quadraticDistances,
} from "../../../shared/methods/cp-nerf/field/distances.ts";
import { createRayTargets, depthLoss } from "../../../shared/methods/cp-nerf/field/losses.ts";
import { type Picture, renderPicture } from "../../../shared/methods/cp-nerf/field/picture.ts";
import { createFieldTraining, type FieldSettings } from "../../../shared/methods/cp-nerf/field/training.ts";
import type { FieldView } from "../../../shared/methods/cp-nerf/field/view.ts";
import { createRayBatch, createRenderedGradient } from "../../../shared/methods/cp-nerf/field/volume.ts";
import { number } from "./number.ts";

test("distances are quantiles of their distributions, ascending and within near and far", () => {
  const quadratic = new Float32Array(4);
  quadraticDistances(quadratic, 1, 5, 0.5);
  expect([...quadratic]).toEqual([1 + 4 / 64, 1 + 36 / 64, 1 + 100 / 64, 1 + 196 / 64].map(Math.fround));
  const normal = new Float32Array(1000);
  normalDistances(normal, { mean: 3, sd: 0.5, near: 0, far: 10 }, 0.5);
  const mean = normal.reduce((sum, t) => sum + t / 1000, 0);
  const variance = normal.reduce((sum, t) => sum + (t - mean) ** 2 / 1000, 0);
  expect(mean).toBeCloseTo(3, 4);
  // Of a normal distribution cut at 3 standard deviations: 1 - 6 phi(3) / (2 Phi(3) - 1).
  expect(variance / 0.25).toBeCloseTo(1 - (6 * 0.00443184841) / 0.997300204, 3);
  expect(number(normal, 841) - 3).toBeCloseTo(0.5 * 0.9946, 2);
  normalDistances(normal, { mean: 3, sd: 0.5, near: 2.9, far: 3.1 }, 0.5);
  expect(Math.min(...normal)).toBeCloseTo(2.9, 6);
  expect(Math.max(...normal)).toBeCloseTo(3.1, 6);
  const merged = new Float32Array(5);
  mergeDistances(Float32Array.of(1, 4, 9), Float32Array.of(2, 4), merged);
  expect([...merged]).toEqual([1, 2, 4, 4, 9]);
});

test("the depth loss and its gradients are those of its formula; rays that are right and sure are left alone", () => {
  const random = createRandom(1, "depth loss");
  const rays = 8;
  const batch = createRayBatch(rays, 2);
  const targets = createRayTargets(rays);
  for (let ray = 0; ray < rays; ray++) {
    batch.depth[ray] = 2 + random.uniform();
    batch.variance[ray] = 0.05 + random.uniform();
    targets.depth[ray] = 2 + random.uniform();
    targets.depthSd[ray] = 0.1;
  }
  targets.depth[0] = Number.NaN;
  batch.depth[1] = number(targets.depth, 1) + 0.05;
  batch.variance[1] = 0.005;
  const gradient = createRenderedGradient(rays);
  const options = { weight: 0.5, floor: 0.01 };
  const loss = () => depthLoss(batch, targets, createRenderedGradient(rays), options);
  depthLoss(batch, targets, gradient, options);
  expect([0, 1].flatMap((ray) => [gradient.depth[ray], gradient.variance[ray]])).toEqual([0, 0, 0, 0]);
  for (const part of ["depth", "variance"] as const)
    for (let ray = 2; ray < rays; ray++) {
      const before = number(batch[part], ray);
      batch[part][ray] = before + 2 ** -8;
      const above = loss();
      batch[part][ray] = before - 2 ** -8;
      const below = loss();
      batch[part][ray] = before;
      expect(gradient[part][ray]).toBeCloseTo((options.weight * (above - below)) / 2 ** -7, 3);
    }
});

/** A camera on the z axis that looks at a wall at z = -2, whose colour turns with x; depth is known. */
function wallView(x: number, known: boolean): FieldView {
  const [width, height, fx] = [16, 12, 14];
  const pose = [1, 0, 0, x, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
  const colour = new Float32Array(3 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const across = x + (2 * ((pixel % width) + 0.5 - width / 2)) / fx;
    colour.set([0.5 + 0.2 * across, 0.4, 0.5 - 0.2 * across], 3 * pixel);
  }
  const all = (value: number) => new Float32Array(width * height).fill(value);
  const depth = known ? { depth: all(2), depthSd: all(0.03) } : {};
  return { name: `${x}`, width, height, fx, fy: fx, cx: width / 2, cy: height / 2, pose, colour, ...depth };
}

const settings: FieldSettings = {
  box: { low: [-2, -1.5, -2.6], high: [2, 1.5, -0.4] },
  near: 0.5,
  far: 2.6,
  stages: [
    { voxels: 3000, from: 0 },
    { voxels: 20_000, from: 0.4 },
  ],
  channels: 4,
  iterations: 250,
  rays: 128,
  samples: 32,
  rates: { density: 0.3, colour: 0.1, final: 0.3 },
  smoothness: { density: 1e-7, colour: 1e-8, every: 10 },
  depthWeight: 0.01,
};

const views = [-0.6, -0.2, 0.2, 0.6].map((x) => wallView(x, true));

function trained(cutAt?: number): { picture: Picture; losses: number[] } {
  let training = createFieldTraining(views, settings, 3);
  const losses: number[] = [];
  while (training.iteration < settings.iterations) {
    losses.push(training.step().colour);
    if (training.iteration === cutAt)
      training = createFieldTraining(views, settings, 3, structuredClone(training.state()));
  }
  return { picture: renderPicture(training.field, wallView(0, false), settings), losses };
}

test("a wall is learned: a view between those that were seen has its depth to 1 %, its normal and its colour", () => {
  const { picture, losses } = trained();
  expect(number(losses, losses.length - 1)).toBeLessThan(0.05 * number(losses, 0));
  const wanted = wallView(0, false).colour;
  const middle = Array.from({ length: 16 * 12 }, (_, pixel) => pixel).filter(
    (pixel) => pixel % 16 > 2 && pixel % 16 < 13 && pixel > 32 && pixel < 160,
  );
  const mean = (of: (pixel: number) => number) =>
    middle.reduce((sum, pixel) => sum + of(pixel) / middle.length, 0);
  expect(mean((pixel) => Math.abs(number(picture.depth, pixel) - 2) / 2)).toBeLessThan(0.01);
  expect(mean((pixel) => number(picture.normal, 3 * pixel + 2))).toBeGreaterThan(0.95);
  expect(mean((pixel) => (number(picture.colour, 3 * pixel) - number(wanted, 3 * pixel)) ** 2)).toBeLessThan(
    1e-3,
  );
});

test.each([60, 100, 180])("cut after %i iterations and resumed it is the same to the byte", (cutAt) => {
  const [whole, resumed] = [trained(), trained(cutAt)];
  expect(resumed.losses).toEqual(whole.losses);
  expect(resumed.picture).toEqual(whole.picture);
});
