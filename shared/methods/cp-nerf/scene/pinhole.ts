import type { SceneCamera } from "../../contract.ts";
import { distort } from "./distortion.ts";

/** A pinhole camera of the pictures that the field learns from. */
export type Pinhole = Pick<SceneCamera, "width" | "height" | "fx" | "fy" | "cx" | "cy">;

/** The camera without its distortion, for pictures whose longer side has at most so many pixels. */
export function pinholeOf(camera: SceneCamera, longest: number): Pinhole {
  const scale = Math.min(1, longest / Math.max(camera.width, camera.height));
  const [width, height] = [Math.round(scale * camera.width), Math.round(scale * camera.height)];
  const [alongX, alongY] = [width / camera.width, height / camera.height];
  return {
    width,
    height,
    fx: camera.fx * alongX,
    fy: camera.fy * alongY,
    cx: camera.cx * alongX,
    cy: camera.cy * alongY,
  };
}

/** Where a picture of `camera` shows what the pinhole shows at (column, row), both with halves at the middles of pixels. */
function sourcePlace(camera: SceneCamera, to: Pinhole, column: number, row: number): [number, number] {
  const [x, y] = distort(camera.model, camera.distortion, (column - to.cx) / to.fx, (row - to.cy) / to.fy);
  return [x * camera.fx + camera.cx, y * camera.fy + camera.cy];
}

const within = (value: number, count: number): number => Math.min(Math.max(0, value), count - 1);

/**
 * A picture [height, width, channels] as the pinhole shows it: each pixel is the mean over a lattice as fine as the
 * picture's own pixels, linear between them.
 */
export function resampleColour(
  picture: { readonly width: number; readonly height: number; readonly data: Float32Array },
  channels: number,
  camera: SceneCamera,
  to: Pinhole,
): Float32Array {
  const lattice = Math.max(1, Math.round(picture.width / to.width));
  const out = new Float32Array(to.width * to.height * channels);
  // The picture may be larger or smaller than the camera says: poses are often made on another size.
  const [stretchX, stretchY] = [picture.width / camera.width, picture.height / camera.height];
  for (let pixel = 0; pixel < to.width * to.height; pixel++) {
    const [column, row] = [pixel % to.width, Math.floor(pixel / to.width)];
    for (let part = 0; part < lattice * lattice; part++) {
      const [u, v] = sourcePlace(
        camera,
        to,
        column + ((part % lattice) + 0.5) / lattice,
        row + (Math.floor(part / lattice) + 0.5) / lattice,
      );
      const x = within(u * stretchX - 0.5, picture.width);
      const y = within(v * stretchY - 0.5, picture.height);
      const [left, top] = [
        Math.min(Math.floor(x), picture.width - 2),
        Math.min(Math.floor(y), picture.height - 2),
      ];
      const [fx, fy] = [x - left, y - top];
      const at = channels * (top * picture.width + left);
      const below = at + channels * picture.width;
      for (let c = 0; c < channels; c++) {
        const upper = (1 - fx) * (picture.data[at + c] ?? 0) + fx * (picture.data[at + channels + c] ?? 0);
        const lower =
          (1 - fx) * (picture.data[below + c] ?? 0) + fx * (picture.data[below + channels + c] ?? 0);
        const sum = ((1 - fy) * upper + fy * lower) / (lattice * lattice);
        out[channels * pixel + c] = (out[channels * pixel + c] ?? 0) + sum;
      }
    }
  }
  return out;
}

/** A depth map [height, width] as the pinhole shows it: the nearest pixel's, since a mean over an edge is nowhere. */
export function resampleDepth(
  picture: { readonly width: number; readonly height: number; readonly data: Float32Array },
  camera: SceneCamera,
  to: Pinhole,
): Float32Array {
  return Float32Array.from({ length: to.width * to.height }, (_, pixel) => {
    const [u, v] = sourcePlace(camera, to, (pixel % to.width) + 0.5, Math.floor(pixel / to.width) + 0.5);
    const column = Math.floor((u * picture.width) / camera.width);
    const row = Math.floor((v * picture.height) / camera.height);
    const outside = column < 0 || row < 0 || column >= picture.width || row >= picture.height;
    return outside ? Number.NaN : (picture.data[row * picture.width + column] ?? Number.NaN);
  });
}
