import { type Camera, centreOf, directionAt, dot, lengthOf, minus, type Point, project } from "./project.ts";

/** Where a view shows a point, in pixels. */
export interface Sighting {
  readonly view: number;
  readonly x: number;
  readonly y: number;
}

export interface TriangulatedPoint {
  readonly position: Point;
  /** Indices of the views that show it. */
  readonly views: readonly number[];
  /** Largest distance of a sighting from where the point projects, in pixels. */
  readonly error: number;
  /** Largest angle between two of its rays, in radians. */
  readonly parallax: number;
}

/**
 * The point that is nearest to the rays of its sightings, in the sense of squared pixels: nearest to the lines, then
 * five steps of Gauss-Newton on the reprojections. Undefined where the rays are parallel or it lies behind a camera.
 */
export function triangulate(
  cameras: readonly Camera[],
  sightings: readonly Sighting[],
): TriangulatedPoint | undefined {
  const seen = sightings.flatMap((sighting) => {
    const camera = cameras[sighting.view];
    return camera === undefined ? [] : [{ camera, ...sighting }];
  });
  let position = nearestToLines(seen);
  for (let step = 0; step < 5 && position !== undefined; step++) position = gaussNewton(seen, position);
  if (position === undefined) return undefined;
  let error = 0;
  for (const { camera, x, y } of seen) {
    const shown = project(camera, position);
    if (!(shown.depth > 0)) return undefined;
    error = Math.max(error, Math.hypot(shown.x - x, shown.y - y));
  }
  return { position, views: seen.map(({ view }) => view), error, parallax: parallaxOf(seen, position) };
}

interface Seen extends Sighting {
  readonly camera: Camera;
}

/** Solves sum (1 - d d^T) p = sum (1 - d d^T) o over rays o + t d. */
function nearestToLines(seen: readonly Seen[]): Point | undefined {
  const normal = new Float64Array(6);
  const right = new Float64Array(3);
  for (const { camera, x, y } of seen) {
    const long = directionAt(camera, x, y);
    const length = lengthOf(long);
    const d = long.map((part) => part / length);
    const o = centreOf(camera);
    symmetric.forEach(([row, column], at) => {
      const part = (row === column ? 1 : 0) - (d[row] ?? 0) * (d[column] ?? 0);
      normal[at] = (normal[at] ?? 0) + part;
      right[row] = (right[row] ?? 0) + part * (o[column] ?? 0);
      if (row !== column) right[column] = (right[column] ?? 0) + part * (o[row] ?? 0);
    });
  }
  return solve(normal, right);
}

/** Places of the six numbers of a symmetric 3 x 3 matrix. */
const symmetric = [
  [0, 0],
  [0, 1],
  [0, 2],
  [1, 1],
  [1, 2],
  [2, 2],
] as const;

/** Undefined when the matrix is close to singular. */
function solve(
  [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]: Float64Array,
  [x = 0, y = 0, z = 0]: Float64Array,
): Point | undefined {
  const [p, q, r] = [d * f - e * e, c * e - b * f, b * e - c * d];
  const determinant = a * p + b * q + c * r;
  if (!(Math.abs(determinant) > 1e-12 * (a + d + f) ** 3)) return undefined;
  const [s, t, u] = [a * f - c * c, b * c - a * e, a * d - b * b];
  return [
    (p * x + q * y + r * z) / determinant,
    (q * x + s * y + t * z) / determinant,
    (r * x + t * y + u * z) / determinant,
  ];
}

/** One step down the squared distances, in pixels, of the sightings from the projections. */
function gaussNewton(seen: readonly Seen[], position: Point): Point | undefined {
  const normal = new Float64Array(6);
  const right = new Float64Array(3);
  for (const { camera, x, y } of seen) {
    const { fx, fy, pose } = camera;
    const shown = project(camera, position);
    const rows = [
      { miss: shown.x - x, axis: 0, focal: fx, off: (shown.x - camera.cx) / fx },
      { miss: shown.y - y, axis: 1, focal: -fy, off: -(shown.y - camera.cy) / fy },
    ];
    for (const { miss, axis, focal, off } of rows) {
      // d(focal u / depth)/dp = focal (e_u + off e_back) / depth, with depth along -e_back.
      const slope = [0, 4, 8].map(
        (from) => (focal * ((pose[from + axis] ?? 0) + off * (pose[from + 2] ?? 0))) / shown.depth,
      );
      symmetric.forEach(([row, column], at) => {
        normal[at] = (normal[at] ?? 0) + (slope[row] ?? 0) * (slope[column] ?? 0);
      });
      slope.forEach((part, at) => {
        right[at] = (right[at] ?? 0) - part * miss;
      });
    }
  }
  const step = solve(normal, right);
  return step === undefined
    ? undefined
    : [position[0] + step[0], position[1] + step[1], position[2] + step[2]];
}

function parallaxOf(seen: readonly Seen[], position: Point): number {
  const rays = seen.map(({ camera }) => minus(position, centreOf(camera)));
  let least = 1;
  rays.forEach((a, at) => {
    for (const b of rays.slice(at + 1)) least = Math.min(least, dot(a, b) / (lengthOf(a) * lengthOf(b)));
  });
  return Math.acos(Math.max(-1, least));
}
