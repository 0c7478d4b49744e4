import { type Corners, patchSize } from "./corners.ts";
import { type Camera, centreOf, directionAt, dot, lengthOf, minus, pointAt, project } from "./project.ts";

/** A view with its corners. */
export interface CornerView {
  readonly camera: Camera;
  readonly corners: Corners;
}

export interface MatchSettings {
  /** Depths between which a point may lie. */
  readonly near: number;
  readonly far: number;
  /** How far from the line of the other view a place may lie, in pixels. */
  readonly tolerance: number;
  /** Least correlation of the surroundings. */
  readonly correlation: number;
  /** The second best may correlate at most this share as well. */
  readonly ratio: number;
}

/** Indices of corners of two views that show the same, each the best of the other. */
export type Match = readonly [number, number];

/** Cosine between the axes of two cameras that may show the same from sides too different to be matched. */
const leastAlike = Math.cos((50 * Math.PI) / 180);

/**
 * Matches between two views whose poses are known: a corner is looked for near the segment on which its ray, from
 * near to far, appears in the other view.
 */
export function matchViews(a: CornerView, b: CornerView, settings: MatchSettings): Match[] {
  if (dot(axisOf(a.camera), axisOf(b.camera)) < leastAlike) return [];
  if (lengthOf(minus(centreOf(a.camera), centreOf(b.camera))) === 0) return [];
  const forth = bestMatches(a, b, settings);
  const back = bestMatches(b, a, settings);
  const matches: Match[] = [];
  forth.forEach((other, own) => {
    if (other >= 0 && back[other] === own) matches.push([own, other]);
  });
  return matches;
}

const axisOf = ({ pose }: Camera): readonly [number, number, number] => [
  -(pose[2] ?? 0),
  -(pose[6] ?? 0),
  -(pose[10] ?? 0),
];

/** For every corner of `a` the corner of `b` that looks most like it, or -1. */
function bestMatches(a: CornerView, b: CornerView, settings: MatchSettings): Int32Array {
  const best = new Int32Array(a.corners.count).fill(-1);
  for (let own = 0; own < a.corners.count; own++) {
    const segment = segmentIn(a, own, b.camera, settings);
    if (segment !== undefined) best[own] = bestAlong(a.corners, own, b.corners, segment, settings);
  }
  return best;
}

interface Segment {
  readonly x: number;
  readonly y: number;
  /** From (x, y) along this unit vector, so many pixels. */
  readonly alongX: number;
  readonly alongY: number;
  readonly length: number;
}

function segmentIn(
  { camera, corners }: CornerView,
  own: number,
  other: Camera,
  settings: MatchSettings,
): Segment | undefined {
  const direction = directionAt(camera, corners.places[2 * own] ?? 0, corners.places[2 * own + 1] ?? 0);
  const centre = centreOf(camera);
  const at = (t: number) => project(other, pointAt(centre, direction, t));
  const [from, to] = [at(settings.near), at(settings.far)];
  if (from.depth <= 0 || to.depth <= 0) return undefined;
  const [x, y] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(x, y);
  if (length === 0) return undefined;
  return { x: from.x, y: from.y, alongX: x / length, alongY: y / length, length };
}

function bestAlong(a: Corners, own: number, b: Corners, line: Segment, settings: MatchSettings): number {
  const { tolerance, correlation, ratio } = settings;
  let [best, first, second] = [-1, correlation, 0];
  for (let other = 0; other < b.count; other++) {
    const [x, y] = [(b.places[2 * other] ?? 0) - line.x, (b.places[2 * other + 1] ?? 0) - line.y];
    if (Math.abs(x * line.alongY - y * line.alongX) > tolerance) continue;
    const along = x * line.alongX + y * line.alongY;
    if (along < -tolerance || along > line.length + tolerance) continue;
    const alike = correlationOf(a.patches, own, b.patches, other);
    if (alike > first) [best, first, second] = [other, alike, best < 0 ? second : first];
    else second = Math.max(second, alike);
  }
  return best >= 0 && second < ratio * first ? best : -1;
}

function correlationOf(a: Float32Array, own: number, b: Float32Array, other: number): number {
  let sum = 0;
  for (let at = 0; at < patchSize; at++)
    sum += (a[own * patchSize + at] ?? 0) * (b[other * patchSize + at] ?? 0);
  return sum;
}
