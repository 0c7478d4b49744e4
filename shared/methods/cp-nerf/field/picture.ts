import { mergeDistances, normalDistances, quadraticDistances } from "./distances.ts";
import { render } from "./render.ts";
import { type FieldView, writeRay } from "./view.ts";
import { createRayBatch, type Field } from "./volume.ts";

/** A rendered view. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3], from 0 to 1. */
  readonly colour: Float32Array;
  /** [height, width], along the camera's axis. */
  readonly depth: Float32Array;
  /** [height, width]: standard deviation of depth along the ray. */
  readonly depthSd: Float32Array;
  /** [height, width, 3], in the world's axes, of length 1 or 0. */
  readonly normal: Float32Array;
}

export interface PictureSettings {
  readonly near: number;
  readonly far: number;
  /** A ray, an even number. */
  readonly samples: number;
}

type Camera = Omit<FieldView, "name" | "colour" | "depth" | "depthSd">;

/** A view of the field: half of the distances from near to far, half around the depth that the first half shows. */
export function renderPicture(
  field: Field,
  camera: Camera,
  { near, far, samples }: PictureSettings,
): Picture {
  const pixels = camera.width * camera.height;
  const half = samples / 2;
  const rays = Math.min(pixels, Math.floor(field.voxels.points.length / 4 / samples));
  const floats = (count: number) => new Float32Array(count);
  const picture = {
    colour: floats(3 * pixels),
    depth: floats(pixels),
    depthSd: floats(pixels),
    normal: floats(3 * pixels),
  };
  const guess = floats(half);
  for (let start = 0; start < pixels; start += rays) {
    const count = Math.min(rays, pixels - start);
    const [coarse, fine] = [createRayBatch(count, half), createRayBatch(count, samples)];
    for (let ray = 0; ray < count; ray++) {
      const pixel = start + ray;
      for (const batch of [coarse, fine])
        writeRay(camera, pixel % camera.width, Math.floor(pixel / camera.width), ray, batch);
      quadraticDistances(coarse.t.subarray(ray * half, (ray + 1) * half), near, far, 0.5);
    }
    render(field, coarse, { normals: false });
    for (let ray = 0; ray < count; ray++) {
      const around = { mean: coarse.depth[ray] ?? near, sd: Math.sqrt(coarse.variance[ray] ?? 0), near, far };
      normalDistances(guess, around, 0.5);
      const own = coarse.t.subarray(ray * half, (ray + 1) * half);
      mergeDistances(own, guess, fine.t.subarray(ray * samples, (ray + 1) * samples));
    }
    render(field, fine, { normals: true });
    picture.colour.set(fine.colour, 3 * start);
    picture.depth.set(fine.depth, start);
    picture.depthSd.set(fine.variance.map(Math.sqrt), start);
    picture.normal.set(unit(fine.normal), 3 * start);
  }
  return { width: camera.width, height: camera.height, ...picture };
}

function unit(normals: Float32Array): Float32Array {
  for (let at = 0; at < normals.length; at += 3) {
    const length = Math.hypot(normals[at] ?? 0, normals[at + 1] ?? 0, normals[at + 2] ?? 0);
    if (length > 0) for (let axis = at; axis < at + 3; axis++) normals[axis] = (normals[axis] ?? 0) / length;
  }
  return normals;
}
