import type { SignHashOptions } from "../../shared/engine/ops.ts";

export const chunksOf = (d: number, { bits }: Pick<SignHashOptions, "bits">): number => Math.floor(d / bits);

interface Layer {
  readonly rows: number;
  readonly d: number;
  readonly width: number;
  readonly hash: SignHashOptions;
}

/**
 * A Memory Layer and its gradients under the loss sum y c, chunk by chunk as the equations read:
 * y = sum_k w(z_k) T_k[h(z_k)], dL/dT_k[h] = w dL/dy, dL/dz_k = <dL/dy, T_k[h]> dw/dz_k.
 */
export function bruteMemoryLayer(
  { rows, d, width, hash }: Layer,
  { x, tables, c }: { x: Float32Array; tables: Float32Array; c: Float32Array },
) {
  const { bits } = hash;
  const y = new Array<number>(rows * width).fill(0);
  const dx = new Array<number>(rows * d).fill(0);
  const dTables = new Array<number>(tables.length).fill(0);
  const codes: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let chunk = 0; chunk < chunksOf(d, hash); chunk++) {
      const start = row * d + chunk * bits;
      const z = [...x.subarray(start, start + bits)];
      const code = z.reduce((sum, value, bit) => sum + (value >= 0 ? 2 ** bit : 0), 0);
      codes.push(code);
      const at = (chunk * 2 ** bits + code) * width;
      let along = 0; // <dL/dy, T_k[h]>
      for (let j = 0; j < width; j++) {
        const [value, slope] = [tables[at + j] ?? 0, c[row * width + j] ?? 0];
        y[row * width + j] = (y[row * width + j] ?? 0) + weightOf(z, hash) * value;
        dTables[at + j] = (dTables[at + j] ?? 0) + weightOf(z, hash) * slope;
        along += slope * value;
      }
      weightSlopes(z, hash).forEach((slope, i) => {
        dx[start + i] = along * slope;
      });
    }
  }
  return { y, dx, dTables, codes };
}

const sizeOf = (z: readonly number[]) => z.reduce((sum, value) => sum + Math.abs(value), 0);

const certainty = (z: readonly number[], t: number) =>
  z.reduce((product, value) => product / (1 + Math.exp((-2 * Math.abs(value)) / t)), 1);

/** p(z), or (sum |z|) p(z) with t = 1. */
export function weightOf(z: readonly number[], { weighting, temperature = 1 }: SignHashOptions): number {
  return weighting === "paper" ? certainty(z, temperature) : sizeOf(z) * certainty(z, 1);
}

/** dp/dz_i = p (2/t) sgn(z_i) / (1 + e^(2|z_i|/t)); as released sgn(z_i) p (1 + sum|z| 2 / (1 + e^(2|z_i|))). */
function weightSlopes(z: readonly number[], { weighting, temperature = 1 }: SignHashOptions): number[] {
  const t = weighting === "paper" ? temperature : 1;
  const p = certainty(z, t);
  return z.map((value) => {
    const sign = value >= 0 ? 1 : -1;
    const rise = 2 / t / (1 + Math.exp((2 * Math.abs(value)) / t));
    return sign * p * (weighting === "paper" ? rise : 1 + sizeOf(z) * rise);
  });
}
