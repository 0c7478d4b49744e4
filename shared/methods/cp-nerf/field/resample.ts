import type { Field } from "./volume.ts";

/** Fills a field with what another one shows at its voxels, trilinearly. The moments of Adam begin anew. */
export function resample(from: Field, to: Field): void {
  const { voxels } = from;
  const { size, grid, channels } = to.voxels;
  const [nx, ny, nz] = size;
  const capacity = voxels.points.length / 4;
  const total = nx * ny * nz;
  for (let start = 0; start < total; start += capacity) {
    const count = Math.min(capacity, total - start);
    for (let at = 0; at < count; at++) {
      const voxel = start + at;
      const place = [voxel % nx, Math.floor(voxel / nx) % ny, Math.floor(voxel / (nx * ny))];
      for (let axis = 0; axis < 3; axis++) {
        const world = (to.corner[axis] ?? 0) + (place[axis] ?? 0) * to.side;
        const inside = (world - (from.corner[axis] ?? 0)) / from.side;
        voxels.points[4 * at + axis] = Math.min(Math.max(0, inside), (voxels.size[axis] ?? 1) - 1);
      }
    }
    voxels.gather(count);
    grid.set(voxels.values.subarray(0, count * channels), start * channels);
  }
}
