import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createVoxels, type Voxels } from "../../shared/engine/kernels/voxels.ts";
import { createRandom } from "../../shared/lm/random.ts";

const size = [4, 3, 5] as const;
const count = 40;

function filled(seed: number, channels: number): Voxels {
  const voxels = createVoxels({ size, channels, points: count });
  const random = createRandom(seed, "voxels");
  voxels.grid.forEach((_, at) => {
    voxels.grid[at] = random.normal();
  });
  for (let point = 0; point < count; point++) {
    // The first two lie on the far corner and on a face.
    const at = point === 0 ? [3, 2, 4] : size.map((side) => random.uniform() * (side - 1));
    if (point === 1) at[0] = 3;
    voxels.points.set(at, 4 * point);
  }
  return voxels;
}

const number = (values: ArrayLike<number>, at: number): number => {
  const value = values[at];
  if (value === undefined) throw new RangeError(`no value at ${at}`);
  return value;
};

/** Weight of voxel [i, j, k] at a point, and how it changes along x, y and z, by hat functions. */
function hats(voxels: Voxels, point: number, voxel: readonly number[]) {
  const parts = voxel.map((place, axis) => {
    const at = number(voxels.points, 4 * point + axis);
    const cell = Math.min(Math.floor(at), number(voxels.size, axis) - 2);
    if (place === cell) return { weight: 1 - (at - cell), slope: -1 };
    return place === cell + 1 ? { weight: at - cell, slope: 1 } : { weight: 0, slope: 0 };
  });
  const weight = parts.reduce((product, part) => product * part.weight, 1);
  const slopes = parts.map((own, axis) =>
    parts.reduce((product, part, other) => (other === axis ? product : product * part.weight), own.slope),
  );
  return { weight, slopes };
}

function* everyVoxel(voxels: Voxels): Generator<{ at: number; voxel: [number, number, number] }> {
  const [nx, ny, nz] = voxels.size;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++) yield { at: i + nx * (j + ny * k), voxel: [i, j, k] };
}

describe.each([4, 16])("a grid of %i channels", (channels) => {
  test("gather is the sum over all voxels by hat functions, slope its derivative", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const voxels = filled(seed, channels);
        voxels.gather(count);
        voxels.slope(count);
        for (let point = 0; point < count; point++) {
          const value = new Float64Array(channels);
          const slope = new Float64Array(3);
          for (const { at, voxel } of everyVoxel(voxels)) {
            const { weight, slopes } = hats(voxels, point, voxel);
            for (let c = 0; c < channels; c++)
              value[c] = number(value, c) + weight * number(voxels.grid, at * channels + c);
            slopes.forEach((part, axis) => {
              slope[axis] = number(slope, axis) + part * number(voxels.grid, at * channels);
            });
          }
          value.forEach((one, c) => {
            expect(voxels.values[point * channels + c]).toBeCloseTo(one, 4);
          });
          slope.forEach((one, axis) => {
            expect(voxels.slopes[4 * point + axis]).toBeCloseTo(one, 4);
          });
        }
      }),
      { numRuns: 10 },
    );
  });

  test("scatter and scatterSlope are their adjoints: <gather(g), a> = <g, scatter(a)>", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const voxels = filled(seed, channels);
        const random = createRandom(seed, "asked");
        const asked = Float32Array.from({ length: channels * count }, () => random.normal());
        const askedSlopes = Float32Array.from({ length: 4 * count }, () => random.normal());
        voxels.gather(count);
        voxels.slope(count);
        const forward = dot(voxels.values, asked) + dot3(voxels.slopes, askedSlopes);
        voxels.values.set(asked);
        voxels.slopes.set(askedSlopes);
        voxels.scatter(count);
        voxels.scatterSlope(count);
        expect(dot(voxels.grid, voxels.gradient)).toBeCloseTo(forward, 2);
      }),
      { numRuns: 10 },
    );
  });

  test("smooth adds the gradient of the squared differences of neighbours", () => {
    const voxels = filled(1, channels);
    const weights = Array.from({ length: channels }, (_, c) => 0.5 + c);
    voxels.smooth(weights);
    const energy = (): number => {
      let sum = 0;
      for (const { at, voxel } of everyVoxel(voxels))
        [1, size[0], size[0] * size[1]].forEach((stride, axis) => {
          if (number(voxel, axis) + 1 >= number(size, axis)) return;
          for (let c = 0; c < channels; c++) {
            const difference =
              number(voxels.grid, at * channels + c) - number(voxels.grid, (at + stride) * channels + c);
            sum += (number(weights, c) / 2) * difference ** 2;
          }
        });
      return sum;
    };
    for (let at = 0; at < voxels.grid.length; at += 7) {
      const before = number(voxels.grid, at);
      voxels.grid[at] = before + 0.25;
      const above = energy();
      voxels.grid[at] = before - 0.25;
      const below = energy();
      voxels.grid[at] = before;
      expect(voxels.gradient[at]).toBeCloseTo((above - below) / 0.5, 2); // exact but for rounding: it is quadratic
    }
  });

  test("adam moves what has a gradient as the algorithm says, and leaves the rest", () => {
    const voxels = filled(2, channels);
    const before = voxels.grid.slice();
    const rates = Array.from({ length: channels }, (_, c) => 0.01 * (1 + c));
    const [m, v] = [new Float64Array(channels), new Float64Array(channels)];
    const expected = Float64Array.from(before.subarray(0, channels));
    for (const step of [1, 2, 3]) {
      for (let c = 0; c < channels; c++) {
        const g = Math.sin(step + c);
        voxels.gradient[c] = g;
        m[c] = 0.9 * number(m, c) + 0.1 * g;
        v[c] = 0.99 * number(v, c) + 0.01 * g * g;
        const [mHat, vHat] = [number(m, c) / (1 - 0.9 ** step), number(v, c) / (1 - 0.99 ** step)];
        expected[c] = number(expected, c) - (number(rates, c) * mHat) / (Math.sqrt(vHat) + 1e-8);
      }
      voxels.adam({ step, rates });
    }
    expected.forEach((value, c) => {
      expect(voxels.grid[c]).toBeCloseTo(value, 5);
    });
    expect(voxels.grid.subarray(channels)).toEqual(before.subarray(channels));
    expect(voxels.gradient.every((value) => value === 0)).toBe(true);
  });
});

test("sizes that are none are refused", () => {
  expect(() => createVoxels({ size: [1, 2, 2], channels: 4, points: 1 })).toThrow(RangeError);
  expect(() => createVoxels({ size: [2, 2, 2], channels: 6, points: 1 })).toThrow(RangeError);
  expect(() => createVoxels({ size: [2, 2, 2], channels: 4, points: 1 }).gather(2)).toThrow(RangeError);
});

const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, at) => sum + value * number(b, at), 0);
const dot3 = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, at) => (at % 4 === 3 ? sum : sum + value * number(b, at)), 0);
