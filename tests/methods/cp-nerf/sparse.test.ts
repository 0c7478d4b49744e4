import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom, type Random } from "../../../shared/lm/random.ts";
import type { FieldView } from "../../../shared/methods/cp-nerf/field/view.ts";
import { directionAt, type Point, pointAt, project } from "../../../shared/methods/cp-nerf/sparse/project.ts";
import { sparsePoints } from "../../../shared/methods/cp-nerf/sparse/sparse-points.ts";
import { triangulate } from "../../../shared/methods/cp-nerf/sparse/triangulate.ts";

const size = { width: 160, height: 120, fx: 150, fy: 148, cx: 81, cy: 59 };

/** A camera near the origin that looks along -z, turned by small angles about y and x. */
function cameraAt(place: Point, turn: number, tilt: number) {
  const [c, s, d, t] = [Math.cos(turn), Math.sin(turn), Math.cos(tilt), Math.sin(tilt)];
  const rows = [
    [c, s * t, s * d],
    [0, d, -t],
    [-s, c * t, c * d],
  ];
  const pose = [...rows.flatMap((row, axis) => [...row, place[axis] ?? 0]), 0, 0, 0, 1];
  return { ...size, pose };
}

const someCamera = (random: Random) =>
  cameraAt(
    [random.normal() / 3, random.normal() / 3, random.normal() / 3],
    random.normal() / 8,
    random.normal() / 8,
  );

test("projection and rays are inverse to each other, and triangulation finds the point that was projected", () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const random = createRandom(seed, "triangulate");
      const cameras = Array.from({ length: 2 + random.integer(4) }, () => someCamera(random));
      const point: Point = [random.normal() / 2, random.normal() / 2, -2 - random.uniform()];
      const sightings = cameras.map((camera, view) => {
        const { x, y, depth } = project(camera, point);
        const origin: Point = [camera.pose[3] ?? 0, camera.pose[7] ?? 0, camera.pose[11] ?? 0];
        const back = pointAt(origin, directionAt(camera, x, y), depth);
        back.forEach((part, axis) => {
          expect(part).toBeCloseTo(point[axis] ?? Number.NaN, 9);
        });
        return { view, x, y };
      });
      const found = triangulate(cameras, sightings);
      found?.position.forEach((part, axis) => {
        expect(part).toBeCloseTo(point[axis] ?? Number.NaN, 6);
      });
      expect(found?.error).toBeLessThan(1e-6);
      expect(found?.views).toHaveLength(cameras.length);
    }),
    { numRuns: 40 },
  );
});

test("with noisy sightings no nearby point has a smaller sum of squared pixels", () => {
  const random = createRandom(5, "noisy");
  const cameras = Array.from({ length: 4 }, () => someCamera(random));
  const sightings = cameras.map((camera, view) => {
    const { x, y } = project(camera, [0.2, -0.1, -2.5]);
    return { view, x: x + random.normal() / 2, y: y + random.normal() / 2 };
  });
  const cost = (point: Point) =>
    sightings.reduce((sum, { view, x, y }) => {
      const camera = cameras[view];
      if (camera === undefined) throw new RangeError();
      const shown = project(camera, point);
      return sum + (shown.x - x) ** 2 + (shown.y - y) ** 2;
    }, 0);
  const found = triangulate(cameras, sightings)?.position ?? [0, 0, 0];
  for (let trial = 0; trial < 200; trial++) {
    const near = found.map((part) => part + random.normal() * 10 ** -(1 + random.integer(4)));
    expect(cost(found)).toBeLessThanOrEqual(cost([near[0] ?? 0, near[1] ?? 0, near[2] ?? 0]) + 1e-9);
  }
});

test("rays that are parallel give no point, nor do those that meet behind a camera", () => {
  const camera = cameraAt([0, 0, 0], 0, 0);
  expect(
    triangulate(
      [camera, cameraAt([1, 0, 0], 0, 0)],
      [0, 1].map((view) => ({ view, x: 80, y: 60 })),
    ),
  ).toBe(undefined);
  const apart = [
    { view: 0, x: 60, y: 59 },
    { view: 1, x: 100, y: 59 },
  ];
  expect(triangulate([camera, cameraAt([1, 0, 0], 0, 0)], apart)).toBe(undefined);
});

/** Pictures of a wall at z = -2.5 covered with random blots, linear between the points of a lattice. */
function wallViews(): FieldView[] {
  const random = createRandom(7, "wall");
  const side = 128;
  const blots = Float32Array.from({ length: side * side }, () => random.uniform());
  const shade = (x: number, y: number): number => {
    const [u, v] = [(x + 3) * 20, (y + 3) * 20];
    const at = (i: number, j: number) => blots[Math.floor(u) + i + side * (Math.floor(v) + j)] ?? 0.5;
    const [fu, fv] = [u - Math.floor(u), v - Math.floor(v)];
    return (1 - fv) * ((1 - fu) * at(0, 0) + fu * at(1, 0)) + fv * ((1 - fu) * at(0, 1) + fu * at(1, 1));
  };
  return [-0.3, 0, 0.35].map((x, index) => {
    const camera = cameraAt([x, 0.1 * x, 0.05 * index], -x / 8, 0.02 * index);
    const colour = new Float32Array(3 * size.width * size.height);
    for (let pixel = 0; pixel < size.width * size.height; pixel++) {
      const d = directionAt(camera, (pixel % size.width) + 0.5, Math.floor(pixel / size.width) + 0.5);
      const t = (-2.5 - (camera.pose[11] ?? 0)) / d[2];
      colour.fill(
        shade((camera.pose[3] ?? 0) + t * d[0], (camera.pose[7] ?? 0) + t * d[1]),
        3 * pixel,
        3 * pixel + 3,
      );
    }
    return { name: String(index), ...camera, colour };
  });
}

test("points of a blotted wall lie on it", () => {
  const points = sparsePoints(wallViews(), { near: 1, far: 6, corners: 300, error: 1, parallax: 0.03 });
  expect(points.length).toBeGreaterThan(60);
  const off = points.map(({ position }) => Math.abs(position[2] + 2.5)).sort((a, b) => a - b);
  expect(off[Math.floor(off.length / 2)]).toBeLessThan(0.02);
  expect(off[Math.floor(off.length * 0.95)]).toBeLessThan(0.1);
});
