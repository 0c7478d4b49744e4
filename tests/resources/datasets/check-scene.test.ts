import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkScene } from "../../../shared/resources/datasets/check-scene.ts";
import { openScene } from "../../../shared/resources/datasets/reading/scene.ts";
import { imageSize } from "../../../shared/resources/datasets/scene/image-size.ts";
import { fromColmap, poseFault } from "../../../shared/resources/datasets/scene/pose.ts";
import { png, zip } from "./zip.ts";

function sourceOf(archive: Buffer) {
  const read = { times: 0, bytes: 0 };
  const source = {
    bytes: archive.length,
    read: async (start: number, end: number) => {
      read.times++;
      read.bytes += end - start;
      return archive.subarray(start, end);
    },
  };
  return { source, read };
}
const check = (files: Parameters<typeof zip>[0]) => checkScene(sourceOf(zip(files)).source);
const open = (files: Parameters<typeof zip>[0]) => openScene(sourceOf(zip(files)).source);

const identity = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, 0, 1],
];
const moved = [
  [0, -1, 0, 2],
  [1, 0, 0, 3],
  [0, 0, 1, 4],
  [0, 0, 0, 1],
];

describe("transforms.json", () => {
  const blender = (split: string, count: number) =>
    JSON.stringify({
      camera_angle_x: 2 * Math.atan(0.5),
      frames: Array.from({ length: count }, (_, i) => ({
        file_path: `./${split}/r_${i}`,
        transform_matrix: i === 0 ? identity : moved,
      })),
    });

  test("of NeRF's synthetic scenes: splits, paths without an ending, the focal length of an angle", async () => {
    const files = {
      "lego/transforms_train.json": blender("train", 2),
      "lego/transforms_test.json": blender("test", 1),
      "lego/train/r_0.png": png(20, 10),
      "lego/train/r_1.png": png(20, 10),
      "lego/test/r_0.png": png(20, 10),
      "__MACOSX/lego/._transforms_train.json": "litter",
    };
    expect(await check(files)).toMatchObject({
      profile: {
        kind: "scene",
        source: "transforms",
        views: 3,
        missingImages: 0,
        splits: [
          { value: "train", count: 2 },
          { value: "test", count: 1 },
        ],
        cameras: [{ model: "PINHOLE", width: 20, height: 10, views: 3 }],
        images: [{ width: 20, height: 10, count: 3 }],
      },
      preview: {
        rows: [["lego/test/r_0.png", "test", "20 x 10", "20", "0 0 0"], expect.anything(), expect.anything()],
      },
    });
    const scene = await open(files);
    expect(scene.views[2]).toMatchObject({
      image: "lego/train/r_1.png",
      split: "train",
      camera: { fx: 20, fy: 20, cx: 10, cy: 5 },
      pose: moved.flat(),
    });
    expect(Buffer.from(await scene.file("lego/train/r_0.png")).equals(png(20, 10))).toBe(true);
    await expect(scene.file("../etc/passwd")).rejects.toThrow("no file");
  });

  test("of nerfstudio: intrinsics for all or each, distortion, depth maps, smaller images, missing ones", async () => {
    const files = {
      "transforms.json": JSON.stringify({
        camera_model: "OPENCV",
        w: 40,
        h: 20,
        fl_x: 30,
        fl_y: 32,
        cx: 20,
        cy: 10,
        k1: 0.1,
        p2: 0,
        frames: [
          { file_path: "images/a.png", depth_file_path: "depth/a.png", transform_matrix: identity },
          { file_path: "images/b.png", transform_matrix: moved, fl_x: 60, fl_y: 64 },
          { file_path: "images/gone.png", transform_matrix: moved },
        ],
      }),
      "images/a.png": png(40, 20),
      "images/b.png": png(20, 10),
      "depth/a.png": png(40, 20),
    };
    expect(await check(files)).toMatchObject({ profile: { views: 3, missingImages: 1, depthMaps: 1 } });
    const { views } = await open(files);
    expect(views).toMatchObject([
      {
        depth: "depth/a.png",
        camera: { model: "OPENCV", width: 40, fx: 30, fy: 32, cx: 20, distortion: { k1: 0.1 } },
      },
      { camera: { width: 20, height: 10, fx: 30, fy: 32, cx: 10, cy: 5 } },
      { name: "images/gone.png", camera: { width: 40, height: 20 } },
    ]);
    expect(views[2]).not.toHaveProperty("image");
  });
});

describe("a COLMAP model", () => {
  const half = Math.SQRT1_2;
  const cameras = "# id model size parameters\n1 SIMPLE_RADIAL 40 20 30 20 10 0.05\n";
  const images = `# images
1 1 0 0 0 0 0 0 1 a.png
3.5 4.5 -1 1 1 7

2 ${half} 0 0 ${half} 1 2 3 1 sub/b c.png

`;
  const points = "7 0.5 0.25 -1 255 0 9 0.1 1 0 2 0\n8 1 2 3 1 2 3 0.2\n";

  const doubles = (...values: number[]) => Buffer.from(Float64Array.from(values).buffer);
  const int = (value: number) => Buffer.from(Int32Array.of(value).buffer);
  const long = (value: number) => Buffer.from(BigUint64Array.of(BigInt(value)).buffer);
  const binary = {
    cameras: Buffer.concat([long(1), int(1), int(2), long(40), long(20), doubles(30, 20, 10, 0.05)]),
    images: Buffer.concat([
      long(2),
      ...[int(1), doubles(1, 0, 0, 0, 0, 0, 0), int(1), Buffer.from("a.png\0")],
      ...[long(1), doubles(3.5, 4.5), long(0)],
      ...[int(2), doubles(half, 0, 0, half, 1, 2, 3), int(1), Buffer.from("sub/b c.png\0"), long(0)],
    ]),
    points: Buffer.concat([
      long(2),
      ...[long(7), doubles(0.5, 0.25, -1), Buffer.from([255, 0, 9]), doubles(0.1), long(1), int(1), int(0)],
      ...[long(8), doubles(1, 2, 3), Buffer.from([1, 2, 3]), doubles(0.2), long(0)],
    ]),
  };
  const pictures = { "scene/images/a.png": png(40, 20), "scene/images/sub/b c.png": png(40, 20) };
  const text = {
    "scene/sparse/0/cameras.txt": cameras,
    "scene/sparse/0/images.txt": images,
    "scene/sparse/0/points3D.txt": points,
    ...pictures,
  };
  const packed = {
    "scene/sparse/0/cameras.bin": binary.cameras,
    "scene/sparse/0/images.bin": binary.images,
    "scene/sparse/0/points3D.bin": binary.points,
    ...pictures,
  };

  test.each([
    ["text", text, "colmap-text"],
    ["binary", packed, "colmap-binary"],
  ] as const)("as %s", async (_, files, source) => {
    expect(await check(files)).toMatchObject({
      profile: {
        source,
        views: 2,
        points: 2,
        missingImages: 0,
        cameras: [{ model: "SIMPLE_RADIAL", views: 2 }],
      },
    });
    const { views, points: read } = await open(files);
    expect(views).toMatchObject([
      { image: "scene/images/a.png", camera: { fx: 30, fy: 30, cx: 20, cy: 10, distortion: { k1: 0.05 } } },
      { image: "scene/images/sub/b c.png" },
    ]);
    expect(views.map(({ pose }) => pose.map((one) => Number(one.toFixed(9)) + 0))).toEqual([
      [1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1],
      // A quarter turn about z, then (1, 2, 3): the camera stands at -R't.
      [0, -1, 0, -2, -1, 0, 0, 1, 0, 0, -1, -3, 0, 0, 0, 1],
    ]);
    expect(await Array.fromAsync(read())).toEqual([
      { position: [0.5, 0.25, -1], colour: [255, 0, 9] },
      { position: [1, 2, 3], colour: [1, 2, 3] },
    ]);
  });

  test("stands a camera where COLMAP sees it, for any pose", () => {
    const unit = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.tuple(unit, unit, unit, unit),
        fc.tuple(unit, unit, unit),
        fc.tuple(unit, unit, unit),
        (q, t, p) => {
          fc.pre(Math.hypot(...q) > 0.1);
          const pose = fromColmap(q, t);
          expect(poseFault(pose)).toBeUndefined();
          // A point in front of the camera, in OpenCV's axes, goes to the world and back by COLMAP's own formula.
          const gl = [p[0], -p[1], -p[2], 1];
          const world = [0, 4, 8].map((row) =>
            gl.reduce((sum, one, i) => sum + one * (pose[row + i] ?? 0), 0),
          );
          const [w = 0, x = 0, y = 0, z = 0] = q.map((one) => one / Math.hypot(...q));
          const turned = rotate([w, x, y, z], world);
          for (const [i, one] of turned.entries()) expect(one + (t[i] ?? 0)).toBeCloseTo(p[i] ?? 0, 9);
        },
      ),
    );
  });

  /** v + 2 u x (u x v + w v), with the quaternion (w, u). */
  function rotate([w = 0, ...u]: readonly number[], v: readonly number[]): number[] {
    const cross = (a: readonly number[], b: readonly number[]) =>
      [0, 1, 2].map((i) => {
        const [j, k] = [(i + 1) % 3, (i + 2) % 3];
        return (a[j] ?? 0) * (b[k] ?? 0) - (a[k] ?? 0) * (b[j] ?? 0);
      });
    const inner = cross(u, v).map((one, i) => one + w * (v[i] ?? 0));
    return cross(u, inner).map((one, i) => (v[i] ?? 0) + 2 * one);
  }
});

test("an archive of many files is read in few requests, and its images in part", async () => {
  const many = Object.fromEntries(
    Array.from({ length: 400 }, (_, i) => [`images/${i}.png`, Buffer.concat([png(8, 6), noise(4000)])]),
  );
  const frames = Array.from({ length: 400 }, (_, i) => ({
    file_path: `images/${i}.png`,
    transform_matrix: identity,
  }));
  const archive = zip({ "transforms.json": JSON.stringify({ camera_angle_x: 1, frames }), ...many });
  const { source, read } = sourceOf(archive);
  expect(await checkScene(source)).toHaveProperty("profile.views", 400);
  expect(read.times).toBeLessThan(100);
});

/** Bytes that do not pack. */
const noise = (bytes: number) =>
  Buffer.from(Array.from({ length: bytes }, (_, i) => (i * i * 7919 + (i >> 3)) & 255));

describe("the size of an image", () => {
  const jpeg = Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]),
    Buffer.alloc(14),
    Buffer.from([0xff, 0xc2, 0, 17, 8, 0, 6, 0, 8, 3]),
    Buffer.alloc(20),
  ]);
  test.each<[string, Buffer, unknown]>([
    ["PNG", png(8, 6), { width: 8, height: 6 }],
    ["JPEG", jpeg, { width: 8, height: 6 }],
    ["JPEG with the size further on", jpeg.subarray(0, 20).fill(0xff, 2, 3), undefined],
    [
      "WebP, lossy",
      Buffer.from(`RIFF\0\0\0\0WEBPVP8 ${"\0".repeat(10)}\x08\0\x06\0`),
      { width: 8, height: 6 },
    ],
    [
      "WebP, lossless",
      Buffer.from(`RIFF\0\0\0\0WEBPVP8L\0\0\0\0/\x07\x40\x01\0${"\0".repeat(9)}`),
      { width: 8, height: 6 },
    ],
    [
      "WebP, extended",
      Buffer.from(`RIFF\0\0\0\0WEBPVP8X${"\0".repeat(8)}\x07\0\0\x05\0\0`),
      { width: 8, height: 6 },
    ],
    ["GIF", Buffer.from(`GIF89a${"\0".repeat(40)}`), undefined],
  ])("%s", (_, head, size) => {
    expect(imageSize(head)).toEqual(size);
  });
});
