import { expect, test } from "vitest";
import { createVoxels } from "../../../shared/engine/kernels/voxels.ts";
import { createRandom } from "../../../shared/lm/random.ts";
import { render, renderBackward } from "../../../shared/methods/cp-nerf/field/render.ts";
import {
  createRayBatch,
  createRenderedGradient,
  type Field,
  type RayBatch,
} from "../../../shared/methods/cp-nerf/field/volume.ts";

const rays = 6;
const samples = 12;

function randomField(channels: number): { field: Field; batch: RayBatch } {
  const random = createRandom(3, "field", channels);
  const voxels = createVoxels({ size: [6, 5, 7], channels, points: rays * samples });
  for (let at = 0; at < voxels.grid.length; at++) voxels.grid[at] = random.normal();
  const field: Field = { voxels, corner: [-1, -0.8, -1.2], side: 0.4, shift: -1, unit: 0.5 };
  const batch = createRayBatch(rays, samples);
  for (let ray = 0; ray < rays; ray++) {
    batch.origins.set([random.normal() / 4, random.normal() / 4, 1.1], 3 * ray);
    batch.directions.set([random.normal() / 3, random.normal() / 3, -1], 3 * ray);
    const t = Array.from({ length: samples }, (_, i) => 0.1 + (2 * (i + random.uniform())) / samples);
    batch.t.set(t, ray * samples);
  }
  return { field, batch };
}

test.each([
  { channels: 4, part: "colour" },
  { channels: 16, part: "colour" },
  { channels: 4, part: "depth" },
  { channels: 4, part: "variance" },
  { channels: 4, part: "normal" },
  { channels: 16, part: "all" },
])("gradients of $part, $channels channels, are those of finite differences", ({ channels, part }) => {
  const { field, batch } = randomField(channels);
  const random = createRandom(4, "asked", part);
  const gradient = createRenderedGradient(rays);
  for (const name of ["colour", "depth", "variance", "normal"] as const)
    if (part === "all" || part === name)
      for (let at = 0; at < gradient[name].length; at++) gradient[name][at] = random.normal();
  const loss = (): number => {
    render(field, batch, { normals: true });
    let sum = 0;
    for (const name of ["colour", "depth", "variance", "normal"] as const)
      gradient[name].forEach((asked, at) => {
        sum += asked * (batch[name][at] ?? Number.NaN);
      });
    return sum;
  };
  loss();
  renderBackward(field, batch, gradient, { normals: true });
  const { grid, gradient: found } = field.voxels;
  let largest = 0;
  for (let at = 0; at < grid.length; at++) {
    const before = grid[at] ?? Number.NaN;
    const step = 2 ** -7;
    grid[at] = before + step;
    const above = loss();
    grid[at] = before - step;
    const below = loss();
    grid[at] = before;
    const expected = (above - below) / (2 * step);
    largest = Math.max(largest, Math.abs(expected));
    expect(Math.abs((found[at] ?? Number.NaN) - expected)).toBeLessThan(2e-4 + 2e-3 * Math.abs(expected));
  }
  expect(largest).toBeGreaterThan(0.05);
});
