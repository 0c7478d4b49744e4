import type { FieldView } from "../field/view.ts";

export type Camera = Pick<FieldView, "fx" | "fy" | "cx" | "cy" | "pose" | "width" | "height">;
export type Point = readonly [number, number, number];

/** A point of the world in a picture: column and row, and depth along the camera's axis, negative behind it. */
export function project(
  { fx, fy, cx, cy, pose }: Camera,
  point: Point,
): { x: number; y: number; depth: number } {
  const [px, py, pz] = [point[0] - (pose[3] ?? 0), point[1] - (pose[7] ?? 0), point[2] - (pose[11] ?? 0)];
  const along = (axis: number) =>
    (pose[axis] ?? 0) * px + (pose[4 + axis] ?? 0) * py + (pose[8 + axis] ?? 0) * pz;
  const depth = -along(2);
  return { x: cx + (fx * along(0)) / depth, y: cy - (fy * along(1)) / depth, depth };
}

/** Direction of the ray through a place of a picture, of length 1 along the camera's axis. */
export function directionAt({ fx, fy, cx, cy, pose }: Camera, x: number, y: number): Point {
  const [right, up] = [(x - cx) / fx, -(y - cy) / fy];
  const along = (axis: number) =>
    (pose[4 * axis] ?? 0) * right + (pose[4 * axis + 1] ?? 0) * up - (pose[4 * axis + 2] ?? 0);
  return [along(0), along(1), along(2)];
}

export const centreOf = ({ pose }: Camera): Point => [pose[3] ?? 0, pose[7] ?? 0, pose[11] ?? 0];

export const pointAt = (origin: Point, direction: Point, t: number): Point => [
  origin[0] + t * direction[0],
  origin[1] + t * direction[1],
  origin[2] + t * direction[2],
];

export const dot = (a: Point, b: Point): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const minus = (a: Point, b: Point): Point => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const lengthOf = (a: Point): number => Math.sqrt(dot(a, a));
