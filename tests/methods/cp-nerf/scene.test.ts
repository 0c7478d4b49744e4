import { encode as encodePng } from "fast-png";
import { encode as encodeJpeg } from "jpeg-js";
import { expect, test } from "vitest";
import type { SceneCamera } from "../../../shared/methods/contract.ts";
import { distort } from "../../../shared/methods/cp-nerf/scene/distortion.ts";
import { decodeImage, toColour, toDepth } from "../../../shared/methods/cp-nerf/scene/images.ts";
import { pinholeOf, resampleColour, resampleDepth } from "../../../shared/methods/cp-nerf/scene/pinhole.ts";
import { number } from "./number.ts";

test("PNG of 8 and 16 bits, with and without alpha, and JPEG are read", () => {
  const rgba = encodePng({
    width: 2,
    height: 1,
    channels: 4,
    data: Uint8Array.of(255, 0, 51, 255, 0, 0, 0, 0),
  });
  const seen = [...toColour(decodeImage(rgba, "a.png"))];
  [1, 0, 0.2, 1, 1, 1].forEach((value, at) => {
    expect(seen[at]).toBeCloseTo(value, 6);
  });
  const depth = encodePng({
    width: 3,
    height: 1,
    channels: 1,
    depth: 16,
    data: Uint16Array.of(0, 1500, 65_535),
  });
  expect([...toDepth(decodeImage(depth, "d.png"), 0.001)]).toEqual([
    Number.NaN,
    Math.fround(1.5),
    Number.NaN,
  ]);
  const grey = new Uint8Array(4 * 64).fill(128);
  const jpeg = decodeImage(new Uint8Array(encodeJpeg({ width: 8, height: 8, data: grey }, 90).data), "a.jpg");
  expect(jpeg).toMatchObject({ width: 8, height: 8, channels: 3 });
  expect(number(toColour(jpeg), 5)).toBeCloseTo(0.5, 2);
});

test("what is no image is refused by its name", () => {
  expect(() => decodeImage(Uint8Array.of(1, 2, 3), "view.png")).toThrow(/view\.png is no image/);
  expect(() => decodeImage(Uint8Array.of(0xff, 0xd8, 3), "view.jpg")).toThrow(/view\.jpg is no image/);
});

test("lenses bend as OpenCV's models say", () => {
  // Radial and tangential terms by hand at (0.5, -0.25): r^2 = 0.3125.
  const [x, y] = distort("OPENCV", { k1: 0.1, k2: -0.05, p1: 0.01, p2: -0.02 }, 0.5, -0.25);
  const radial = 1 + 0.3125 * (0.1 - 0.05 * 0.3125);
  expect(x).toBeCloseTo(0.5 * radial + 2 * 0.01 * 0.5 * -0.25 - 0.02 * (0.3125 + 0.5), 12);
  expect(y).toBeCloseTo(-0.25 * radial + 0.01 * (0.3125 + 0.125) + 2 * -0.02 * 0.5 * -0.25, 12);
  const [u, v] = distort("OPENCV_FISHEYE", {}, 3, 4);
  expect(Math.hypot(u, v)).toBeCloseTo(Math.atan(5), 12);
  expect(v / u).toBeCloseTo(4 / 3, 12);
});

const camera: SceneCamera = {
  model: "PINHOLE",
  ...{ width: 8, height: 6, fx: 7, fy: 7, cx: 4, cy: 3 },
  distortion: {},
};

test("at its own size a pinhole's picture stays as it is; at half, pixels are means of four", () => {
  const data = Float32Array.from({ length: 48 }, (_, at) => Math.sin(at));
  const picture = { width: 8, height: 6, data };
  const same = resampleColour(picture, 1, camera, pinholeOf(camera, 8));
  data.forEach((value, at) => {
    expect(same[at]).toBeCloseTo(value, 6);
  });
  const half = pinholeOf(camera, 4);
  expect(half).toEqual({ width: 4, height: 3, fx: 3.5, fy: 3.5, cx: 2, cy: 1.5 });
  const small = resampleColour(picture, 1, camera, half);
  const means = [18, 19, 26, 27].reduce((sum, at) => sum + number(data, at) / 4, 0);
  expect(number(small, 5)).toBeCloseTo(means, 6);
});

test("depth keeps the nearest pixel's number, and what a lens shows from outside is not known", () => {
  const data = Float32Array.from({ length: 48 }, (_, at) => at);
  const near = resampleDepth({ width: 8, height: 6, data }, camera, pinholeOf(camera, 8));
  expect(near).toEqual(data);
  const bent = { ...camera, model: "SIMPLE_RADIAL", distortion: { k1: 2 } };
  const shown = resampleDepth({ width: 8, height: 6, data }, bent, pinholeOf(bent, 8));
  expect(shown[0]).toBeNaN();
  expect(number(shown, 3 * 8 + 4)).toBe(28);
});
