import { describe, expect, test } from "vitest";
import { ropeFrequencies, ropeTables } from "../../../shared/lm/position/rope.ts";
import { scaledRotation } from "../../../shared/lm/position/scaling.ts";

// LLaMA's heads: d = 128, theta = 10,000, trained at 2,048 or 4,096 tokens.
const theta = 10_000;
const trained = ropeFrequencies(theta, 128);

describe("NTK-aware", () => {
  test("is RoPE with theta factor^(d / (d - 2))", () => {
    const { frequencies, amplitude } = scaledRotation(trained, theta, { type: "ntk", factor: 8 }, 1);
    const other = ropeFrequencies(theta * 8 ** (128 / 126), 128);
    frequencies.forEach((frequency, m) => {
      expect(frequency / (other[m] ?? 0)).toBeCloseTo(1, 12);
    });
    expect(amplitude).toBe(1);
  });

  test("keeps the highest frequency and divides the lowest by the factor", () => {
    const { frequencies } = scaledRotation(trained, theta, { type: "ntk", factor: 8 }, 1);
    expect(frequencies[0]).toBe(1);
    expect((trained[63] ?? 0) / (frequencies[63] ?? 0)).toBeCloseTo(8, 10);
  });

  test("leaves a single pair as it is", () => {
    expect(scaledRotation([1], theta, { type: "ntk", factor: 8 }, 1).frequencies).toEqual([1]);
  });
});

describe("YaRN", () => {
  const yarn = (factor: number, originalLength: number) =>
    scaledRotation(trained, theta, { type: "yarn", factor, originalLength }, 1);

  test("at 2,048: pairs up to 16 stay, from 41 on they are interpolated, between them the ramp", () => {
    // 128 ln(2048 / (32 2 pi)) / (2 ln 10000) = 16.1; 128 ln(2048 / 2 pi) / (2 ln 10000) = 40.2.
    const { frequencies } = yarn(16, 2048);
    const share = frequencies.map((frequency, m) => frequency / (trained[m] ?? 0));
    expect(share.slice(0, 17)).toEqual(Array(17).fill(1));
    for (const ratio of share.slice(41)) expect(ratio).toBeCloseTo(1 / 16, 12);
    for (const m of [17, 30, 40]) {
      const ramp = (m - 16) / (41 - 16);
      expect(share[m]).toBeCloseTo(ramp / 16 + (1 - ramp), 12);
    }
  });

  test("its temperature is the paper's: sqrt(1/t) = 0.1 ln s + 1", () => {
    expect(yarn(16, 4096).amplitude).toBeCloseTo(1.2772588722, 9);
    expect(yarn(1, 4096)).toEqual({ frequencies: trained, amplitude: 1 });
    const given = { type: "yarn", factor: 4, originalLength: 64, attentionFactor: 1 } as const;
    expect(scaledRotation(trained, theta, given, 1).amplitude).toBe(1);
  });

  test("amplitude and frequencies reach RoPE's tables", () => {
    const scaling = { type: "yarn", factor: 4, originalLength: 64 } as const;
    const { frequencies, amplitude } = scaledRotation(ropeFrequencies(theta, 16), theta, scaling, 9);
    const { cos, sin } = ropeTables({ type: "rope", theta, scaling }, { headDim: 16, heads: 1, length: 9 });
    frequencies.forEach((frequency, j) => {
      expect(cos[8 * 8 + j]).toBeCloseTo(amplitude * Math.cos(8 * frequency), 6);
      expect(sin[8 * 8 + j]).toBeCloseTo(amplitude * Math.sin(8 * frequency), 6);
    });
  });

  test("a window so short that the ramp has no width gives finite frequencies", () => {
    const { frequencies } = yarn(4, 2);
    expect(frequencies.slice(1)).toEqual(trained.slice(1).map((frequency) => frequency / 4));
    expect(frequencies[0]).toBe(1);
  });
});
