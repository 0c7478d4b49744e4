import type { FieldView } from "../field/view.ts";
import { findCorners, greyOf } from "./corners.ts";
import { type CornerView, matchViews } from "./matching.ts";
import { type Sighting, type TriangulatedPoint, triangulate } from "./triangulate.ts";

export interface SparseSettings {
  readonly near: number;
  readonly far: number;
  /** Corners that are looked for in each view. */
  readonly corners: number;
  /** Largest distance of a sighting from its point's projection, in pixels. */
  readonly error: number;
  /** Least angle between two of a point's rays, in radians. */
  readonly parallax: number;
}

/**
 * Points of the world from pictures whose poses are known: corners, matched between pairs of views along epipolar
 * lines, joined into tracks, triangulated, and kept where all sightings agree. No pose is moved.
 */
export function sparsePoints(views: readonly FieldView[], settings: SparseSettings): TriangulatedPoint[] {
  const cornered = views.map(
    (view): CornerView => ({
      camera: view,
      corners: findCorners(greyOf(view.colour, view.width, view.height), settings.corners),
    }),
  );
  const points: TriangulatedPoint[] = [];
  for (const track of tracksOf(cornered, settings)) {
    const point = triangulate(views, track);
    if (point === undefined || point.error > settings.error || point.parallax < settings.parallax) continue;
    points.push(point);
  }
  return points;
}

/** Sightings of the same thing in two or more views, each view at most once; what is seen twice in a view is dropped. */
function tracksOf(views: readonly CornerView[], { near, far, error }: SparseSettings): Sighting[][] {
  const starts: number[] = [];
  let total = 0;
  for (const { corners } of views) {
    starts.push(total);
    total += corners.count;
  }
  const joined = createForest(total);
  views.forEach((a, first) => {
    for (let second = first + 1; second < views.length; second++) {
      const b = views[second];
      if (b === undefined) continue;
      const matches = matchViews(a, b, { near, far, tolerance: error, correlation: 0.8, ratio: 0.92 });
      for (const [own, other] of matches)
        joined.join((starts[first] ?? 0) + own, (starts[second] ?? 0) + other);
    }
  });
  const tracks = new Map<number, Sighting[]>();
  views.forEach(({ corners }, view) => {
    for (let corner = 0; corner < corners.count; corner++) {
      const root = joined.root((starts[view] ?? 0) + corner);
      const track = tracks.get(root) ?? [];
      track.push({ view, x: corners.places[2 * corner] ?? 0, y: corners.places[2 * corner + 1] ?? 0 });
      tracks.set(root, track);
    }
  });
  return [...tracks.values()].filter(
    (track) => track.length > 1 && new Set(track.map(({ view }) => view)).size === track.length,
  );
}

/** Disjoint sets of numbers below `count`. */
function createForest(count: number): { root(of: number): number; join(a: number, b: number): void } {
  const parents = Uint32Array.from({ length: count }, (_, at) => at);
  const root = (of: number): number => {
    let at = of;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at] ?? 0] ?? 0;
      at = parents[at] ?? 0;
    }
    return at;
  };
  return {
    root,
    join(a, b) {
      const [one, other] = [root(a), root(b)];
      parents[Math.max(one, other)] = Math.min(one, other);
    },
  };
}
