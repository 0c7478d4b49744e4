/** Four by four, by rows. */
export type Matrix4 = readonly number[];

/** Why a matrix is no pose: not finite, not affine, mirrored or sheared. Undefined for a good one. */
export function poseFault(matrix: Matrix4): string | undefined {
  const [a = 0, b = 0, c = 0, , d = 0, e = 0, f = 0, , g = 0, h = 0, i = 0, , p = 0, q = 0, r = 0, s = 0] =
    matrix;
  if (matrix.length !== 16 || !matrix.every(Number.isFinite)) return "must be 4 x 4 finite numbers";
  if (Math.hypot(p, q, r) > 1e-6 || Math.abs(s - 1) > 1e-6) return "must end in the row 0 0 0 1";
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const lengths = [Math.hypot(a, d, g), Math.hypot(b, e, h), Math.hypot(c, f, i)];
  const [x = 0, y = 0, z = 0] = lengths;
  const volume = x * y * z;
  if (volume < 1e-12 || Math.abs(determinant) < 0.97 * volume) return "has axes that are not at right angles";
  if (determinant < 0) return "is mirrored: its determinant is negative";
  if (Math.max(...lengths) > 1.03 * Math.min(...lengths)) return "has axes of unequal length";
  return undefined;
}

/**
 * Camera to world in OpenGL's axes, of COLMAP's world to camera in OpenCV's (y down, looking along +z): a unit
 * quaternion w, x, y, z and a translation.
 */
export function fromColmap(quaternion: readonly number[], translation: readonly number[]): Matrix4 {
  const norm = Math.hypot(...quaternion);
  const [w = 1, x = 0, y = 0, z = 0] = quaternion.map((one) => one / norm);
  const [tx = 0, ty = 0, tz = 0] = translation;
  const rows = [
    [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
    [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
    [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
  ] as const;
  const [[r00, r01, r02], [r10, r11, r12], [r20, r21, r22]] = rows;
  return [
    ...[r00, -r10, -r20, -(r00 * tx + r10 * ty + r20 * tz)],
    ...[r01, -r11, -r21, -(r01 * tx + r11 * ty + r21 * tz)],
    ...[r02, -r12, -r22, -(r02 * tx + r12 * ty + r22 * tz)],
    ...[0, 0, 0, 1],
  ];
}
