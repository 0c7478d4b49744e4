import type { RopeScaling } from "./config.ts";

/** Frequencies after stretching, and the factor that cos and sin are multiplied by. */
export interface ScaledRotation {
  readonly frequencies: number[];
  readonly amplitude: number;
}

/** Stretches RoPE's frequencies `theta^(-2m / headDim)` to `scaling.factor` times the trained length. */
export function scaledRotation(
  frequencies: readonly number[],
  theta: number,
  scaling: RopeScaling,
): ScaledRotation {
  return scaling.type === "ntk"
    ? { frequencies: ntkFrequencies(frequencies, scaling.factor), amplitude: 1 }
    : yarn(frequencies, theta, scaling);
}

/**
 * NTK-aware scaling: theta grows by factor^(d / (d - 2)), so that the highest frequency stays and the
 * lowest is divided by the factor (YaRN, arXiv 2309.00071, section 3.1).
 */
function ntkFrequencies(frequencies: readonly number[], factor: number): number[] {
  const last = frequencies.length - 1;
  return frequencies.map((frequency, m) => (m === 0 ? frequency : frequency * factor ** (-m / last)));
}

/**
 * YaRN (arXiv 2309.00071): pairs that turn often in the trained length stay, pairs that turn less than
 * `betaSlow` times are interpolated, with a ramp over the pairs between, its ends rounded outwards as in
 * the authors' code. The attention's temperature is carried by the amplitude: queries and keys grow by
 * sqrt(1/t) = 0.1 ln(factor) + 1 each.
 */
function yarn(
  frequencies: readonly number[],
  theta: number,
  scaling: Extract<RopeScaling, { type: "yarn" }>,
): ScaledRotation {
  const { factor, originalLength, betaFast = 32, betaSlow = 1 } = scaling;
  const headDim = 2 * frequencies.length;
  const pairTurning = (turns: number) =>
    (headDim * Math.log(originalLength / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const low = Math.max(Math.floor(pairTurning(betaFast)), 0);
  const high = Math.max(Math.min(Math.ceil(pairTurning(betaSlow)), headDim - 1), low);
  const width = low === high ? 0.001 : high - low;
  return {
    frequencies: frequencies.map((frequency, m) => {
      const interpolated = Math.min(Math.max((m - low) / width, 0), 1);
      return frequency * (1 - interpolated * (1 - 1 / factor));
    }),
    amplitude: scaling.attentionFactor ?? 0.1 * Math.log(factor) + 1,
  };
}
