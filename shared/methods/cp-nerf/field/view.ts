import type { Pinhole } from "../scene/pinhole.ts";

/** A posed picture as the field learns from it, all in its own pixels. */
export interface FieldView extends Pinhole {
  readonly name: string;
  /** Camera to world, 4 x 4 by rows, OpenGL's axes: x right, y up, looking along -z. */
  readonly pose: readonly number[];
  /** [height, width, 3], from 0 to 1. */
  readonly colour: Float32Array;
  /** [height, width]: depth along the camera's axis in units of the world, NaN where it is not known. */
  readonly depth?: Float32Array;
  /** [height, width]: its standard deviation, where `depth` has a number. */
  readonly depthSd?: Float32Array;
}

/** The ray through the middle of pixel (column, row): its direction has length 1 along the camera's axis. */
export function writeRay(
  { fx, fy, cx, cy, pose }: Pick<FieldView, "fx" | "fy" | "cx" | "cy" | "pose">,
  column: number,
  row: number,
  ray: number,
  out: { readonly origins: Float32Array; readonly directions: Float32Array },
): void {
  const x = (column + 0.5 - cx) / fx;
  const y = -(row + 0.5 - cy) / fy;
  for (let axis = 0; axis < 3; axis++) {
    const [right, up, back] = [pose[4 * axis] ?? 0, pose[4 * axis + 1] ?? 0, pose[4 * axis + 2] ?? 0];
    out.directions[3 * ray + axis] = right * x + up * y - back;
    out.origins[3 * ray + axis] = pose[4 * axis + 3] ?? 0;
  }
}
