import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FopeConfig } from "../../../shared/lm/position/config.ts";
import { fopeTables, fourierCoefficients } from "../../../shared/lm/position/fope.ts";
import { fourierTensors } from "../../../shared/lm/position/fope-tensors.ts";
import { ropeTables } from "../../../shared/lm/position/rope.ts";
import { rotationTables } from "../../../shared/lm/position/tables.ts";
import { asFloat32, decodeSafetensors, encodeSafetensors } from "../../../shared/lm/safetensors.ts";
import { dot, rotate } from "./rotate.ts";

const config: FopeConfig = {
  type: "fope",
  theta: 10_000,
  trainingLength: 64,
  sigma: 0.3,
  clip: true,
  series: true,
  pad: "released",
  seed: 1,
};

describe("clipping", () => {
  // m is live while 10000^(-2m/d) >= 2 pi / N, so while m <= (d/2) ln(N / 2 pi) / ln 10000.
  test.each([
    { headDim: 64, trainingLength: 512, live: 16 }, // m <= 15.3, the paper's 60M model
    { headDim: 128, trainingLength: 512, live: 31 }, // m <= 30.6, its 1.2B model
    { headDim: 32, trainingLength: 64, live: 5 }, // m <= 4.03
    { headDim: 16, trainingLength: 64, live: 3 }, // m <= 2.02
    { headDim: 64, trainingLength: 1_000_000, live: 32 },
    { headDim: 64, trainingLength: 7, live: 1 }, // 2 pi / 7 < 1
    { headDim: 64, trainingLength: 6, live: 0 }, // 2 pi / 6 > 1
  ])("d $headDim, N $trainingLength: $live live", ({ headDim, trainingLength, live }) => {
    const { frequencies, clipped } = fourierCoefficients(
      { ...config, trainingLength },
      { headDim, heads: 2 },
    );
    expect(frequencies.length).toBe(live);
    expect(clipped).toBe(headDim / 2 - live);
    for (const frequency of frequencies)
      expect(frequency).toBeGreaterThanOrEqual((2 * Math.PI) / trainingLength);
  });

  test.each([
    { pad: "released", sin: 1 },
    { pad: "plain", sin: 0 },
  ] as const)("dropped pairs with pad $pad: c = 1, s = $sin", ({ pad, sin }) => {
    const shape = { headDim: 32, heads: 2, length: 3 };
    for (const series of [true, false]) {
      const tables = fopeTables({ ...config, pad, series }, shape);
      const rows = tables.cos.length / 16;
      expect(rows).toBe(series ? 6 : 3);
      for (let row = 0; row < rows; row++) {
        const padding = [row * 16 + 5, (row + 1) * 16] as const;
        expect(tables.cos.slice(...padding)).toEqual(new Float32Array(11).fill(1));
        expect(tables.sin.slice(...padding)).toEqual(new Float32Array(11).fill(sin));
      }
    }
  });

  test("no live frequency at all leaves the padding alone", () => {
    const shape = { headDim: 8, heads: 2, length: 2 };
    const tables = fopeTables({ ...config, trainingLength: 6, pad: "plain" }, shape);
    expect(tables.cos).toEqual(new Float32Array(16).fill(1));
    expect(tables.sin).toEqual(new Float32Array(16));
  });
});

describe("without noise", () => {
  const shape = { headDim: 32, heads: 4, length: 300, offset: 11 };
  const rope = ropeTables({ type: "rope", theta: 10_000 }, shape);

  test("sigma 0 without clipping is RoPE, bit for bit", () => {
    expect(fopeTables({ ...config, sigma: 0, clip: false }, shape)).toEqual(rope);
    expect(rotationTables({ ...config, sigma: 0, clip: false }, shape)).toEqual(rope);
  });

  test("clip-only is RoPE on the live pairs, whatever sigma", () => {
    const { cos, sin, shared } = fopeTables({ ...config, series: false, sigma: 2 }, shape);
    expect(shared).toBe(true);
    for (let row = 0; row < shape.length; row++) {
      const live = [row * 16, row * 16 + 5] as const;
      expect(cos.slice(...live)).toEqual(rope.cos.slice(...live));
      expect(sin.slice(...live)).toEqual(rope.sin.slice(...live));
    }
  });

  const vector = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 32, maxLength: 32 });
  const position = fc.nat(99);
  const products = (noisy: FopeConfig, [q, k]: [number[], number[]], m: number, n: number, shift: number) => {
    const tables = fopeTables(noisy, shape);
    const at = (x: number[], row: number) => rotate(x, tables, { head: 0, row, length: shape.length });
    return [dot(at(q, m), at(k, n)), dot(at(q, m + shift), at(k, n + shift))] as const;
  };

  test("sigma 0: q.k depends on the distance alone, clipped or not, however padded", () => {
    fc.assert(
      fc.property(
        fc.tuple(vector, vector),
        position,
        position,
        position,
        fc.boolean(),
        fc.constantFrom("released", "plain"),
        (vectors, m, n, shift, clip, pad) => {
          const [here, there] = products({ ...config, sigma: 0, clip, pad }, vectors, m, n, shift);
          expect(there).toBeCloseTo(here, 4);
        },
      ),
    );
  });

  test("and with noise it does not", () => {
    const ones = Array(32).fill(1);
    const [here, there] = products(config, [ones, ones], 10, 3, 20);
    expect(Math.abs(here - there)).toBeGreaterThan(0.01);
  });
});

describe("the series", () => {
  test.each([
    { clip: true, columns: undefined },
    { clip: false, columns: undefined },
    { clip: true, columns: "released" },
  ] as const)("is the sum over the live frequencies, clip $clip, columns $columns", ({ clip, columns }) => {
    const given = { ...config, clip, trainingLength: 512, ...(columns && { columns }) };
    const shape = { headDim: 16, heads: 3, length: 20, offset: 7 };
    const coefficients = fourierCoefficients(given, shape);
    const tables = fopeTables(given, shape);
    expect(tables.shared).toBe(false);
    const { frequencies, columns: d } = coefficients;
    for (let h = 0; h < shape.heads; h++) {
      for (let row = 0; row < shape.length; row++) {
        for (let j = 0; j < d; j++) {
          let sin = 0;
          let cos = 0;
          frequencies.forEach((frequency, i) => {
            const at = h * frequencies.length * d + i * d + j;
            sin += (coefficients.sin[at] ?? 0) * Math.sin(frequency * (row + 7));
            cos += (coefficients.cos[at] ?? 0) * Math.cos(frequency * (row + 7));
          });
          const at = (h * shape.length + row) * 8 + j;
          expect(tables.sin[at]).toBeCloseTo(sin, 5);
          expect(tables.cos[at]).toBeCloseTo(cos, 5);
        }
      }
    }
  });

  test("its noise is Xavier's: sigma sqrt(2 / ((D + heads) d)) around the identity", () => {
    const heads = 8;
    const { sin, cos, frequencies, columns } = fourierCoefficients(
      { ...config, trainingLength: 512 },
      { headDim: 64, heads },
    );
    expect([frequencies.length, columns]).toEqual([16, 16]);
    const expected = 0.3 * Math.sqrt(2 / ((16 + 8) * 16)); // 0.0217
    for (const weights of [sin, cos]) {
      const noise = Array.from(weights, (w, at) => w - (Math.floor(at / 16) % 16 === at % 16 ? 1 : 0));
      const variance = noise.reduce((sum, value) => sum + value ** 2, 0) / noise.length;
      expect(Math.sqrt(variance) / expected).toBeCloseTo(1, 1);
      const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
      expect(Math.abs(mean)).toBeLessThan((4 * expected) / Math.sqrt(noise.length));
    }
    expect(sin).not.toEqual(cos);
  });

  test("comes from the seed alone", () => {
    const shape = { headDim: 32, heads: 2 };
    expect(fourierCoefficients(config, shape)).toEqual(fourierCoefficients({ ...config }, shape));
    expect(fourierCoefficients({ ...config, seed: 2 }, shape).sin).not.toEqual(
      fourierCoefficients(config, shape).sin,
    );
  });

  test("the released columns: at most headDim / 4, identities every other row, then none", () => {
    // d 64, N 2048: 21 live (m <= 20.1), 16 columns, so a step of 2 and identities for columns 0 to 10.
    const given = { ...config, trainingLength: 2048, sigma: 0, columns: "released" } as const;
    const { sin, frequencies, columns } = fourierCoefficients(given, { headDim: 64, heads: 1 });
    expect([frequencies.length, columns]).toEqual([21, 16]);
    const ones = Array.from(sin.entries()).filter(([, value]) => value !== 0);
    expect(ones).toEqual(Array.from({ length: 11 }, (_, j) => [2 * j * 16 + j, 1]));
  });
});

test("the tensors for another framework give the same tables back", () => {
  const shape = { headDim: 32, heads: 2, length: 4 };
  const file = encodeSafetensors(fourierTensors(fourierCoefficients(config, shape), shape.heads));
  const { tensors } = decodeSafetensors(file);
  expect([...tensors].map(([name, { shape }]) => [name, shape]).sort()).toEqual([
    ["model.rotary_emb.cos_coef", [2, 5, 5]],
    ["model.rotary_emb.inv_freq", [5]],
    ["model.rotary_emb.sin_coef", [2, 5, 5]],
  ]);
  const read = (name: string) => {
    const tensor = tensors.get(`model.rotary_emb.${name}`);
    if (tensor === undefined) throw new Error(name);
    return asFloat32(tensor);
  };
  const [coefficients, frequencies] = [read("sin_coef"), read("inv_freq")];
  const tables = fopeTables(config, shape);
  for (let j = 0; j < 5; j++) {
    // Head 1, position 3: [heads, D, d] and [heads, length, headDim / 2].
    let sum = 0;
    frequencies.forEach((frequency, i) => {
      sum += (coefficients[25 + i * 5 + j] ?? 0) * Math.sin(3 * frequency);
    });
    expect(tables.sin[(4 + 3) * 16 + j]).toBeCloseTo(sum, 5);
  }
});
