import type { Matrix4 } from "./pose.ts";

/** Intrinsics as they are given: in pixels of an image of `width` x `height`, or the angle it takes in. */
export interface GivenCamera {
  readonly model: string;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly fx?: number | undefined;
  readonly fy?: number | undefined;
  readonly cx?: number | undefined;
  readonly cy?: number | undefined;
  /** Horizontal field of view, in radians. */
  readonly angleX?: number | undefined;
  readonly distortion: Readonly<Record<string, number>>;
}

/** A view as a file of poses has it, before its image was looked for. */
export interface DraftView {
  /** The path of its image as the file has it. */
  readonly path: string;
  readonly depthPath?: string | undefined;
  readonly split?: string | undefined;
  readonly camera: GivenCamera;
  readonly pose: Matrix4;
  /** Where the file speaks of it, for errors. */
  readonly where: { readonly file: string; readonly line?: number; readonly field?: string };
}
