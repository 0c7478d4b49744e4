import { posix } from "node:path";
import type { ScenePoint } from "../../../methods/contract.ts";
import type { Archive } from "./archive.ts";
import type { GivenCamera } from "./draft.ts";

/** COLMAP's camera models in the order of their numbers, each with its parameters. */
export const cameraModels: readonly (readonly [model: string, parameters: readonly string[]])[] = [
  ["SIMPLE_PINHOLE", ["f", "cx", "cy"]],
  ["PINHOLE", ["fx", "fy", "cx", "cy"]],
  ["SIMPLE_RADIAL", ["f", "cx", "cy", "k1"]],
  ["RADIAL", ["f", "cx", "cy", "k1", "k2"]],
  ["OPENCV", ["fx", "fy", "cx", "cy", "k1", "k2", "p1", "p2"]],
  ["OPENCV_FISHEYE", ["fx", "fy", "cx", "cy", "k1", "k2", "k3", "k4"]],
  ["FULL_OPENCV", ["fx", "fy", "cx", "cy", "k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6"]],
  ["FOV", ["fx", "fy", "cx", "cy", "omega"]],
  ["SIMPLE_RADIAL_FISHEYE", ["f", "cx", "cy", "k1"]],
  ["RADIAL_FISHEYE", ["f", "cx", "cy", "k1", "k2"]],
  ["THIN_PRISM_FISHEYE", ["fx", "fy", "cx", "cy", "k1", "k2", "p1", "p2", "k3", "k4", "sx1", "sy1"]],
];

/** A model's camera from its parameters, in their order. */
export function colmapCamera(
  [model, names]: (typeof cameraModels)[number],
  width: number,
  height: number,
  values: readonly number[],
): GivenCamera {
  const by = Object.fromEntries(names.map((name, i) => [name, values[i] ?? 0]));
  const { f, fx = f, fy = f, cx, cy, ...distortion } = by;
  return { model, width, height, fx, fy, cx, cy, distortion };
}

/** An image of a model before its camera was looked up. */
export interface ColmapImage {
  readonly name: string;
  readonly camera: number;
  readonly quaternion: readonly number[];
  readonly translation: readonly number[];
  readonly line?: number;
}

/** A model's files: `cameras`, `images` and, where it is there, `points3D`, all as text or all binary. */
export interface ColmapFiles {
  readonly source: "colmap-text" | "colmap-binary";
  readonly folder: string;
  readonly cameras: string;
  readonly images: string;
  readonly points?: string;
}

/** Finds a model in an archive: of several, such as `sparse/0` and `sparse/1`, the shallowest, then the first. */
export function findColmap({ files }: Archive): ColmapFiles | undefined {
  const depth = (name: string) => name.split("/").length;
  const found = [...files.keys()]
    .filter((name) => /(^|\/)cameras\.(txt|bin)$/.test(name))
    .sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))
    .find((name) => files.has(besides(name, "images")));
  if (found === undefined) return undefined;
  const points = besides(found, "points3D");
  return {
    source: found.endsWith(".bin") ? "colmap-binary" : "colmap-text",
    folder: posix.dirname(found),
    cameras: found,
    images: besides(found, "images"),
    ...(files.has(points) && { points }),
  };
}

const besides = (cameras: string, name: string) => cameras.replace(/cameras(\.\w+)$/, `${name}$1`);

export type PointStream = AsyncGenerator<ScenePoint>;
