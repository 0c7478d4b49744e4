import type { RopeScaling } from "./config.ts";

/** Frequencies after stretching, and the factor that cos and sin are multiplied by. */
export interface ScaledRotation {
  readonly frequencies: number[];
  readonly amplitude: number;
}

/**
 * Stretches RoPE's frequencies `theta^(-2m / headDim)` to `scaling.factor` times the trained length. `length`
 * is where the rotated sequence ends, which dynamic scaling alone looks at.
 */
export function scaledRotation(
  frequencies: readonly number[],
  theta: number,
  scaling: RopeScaling,
  length: number,
): ScaledRotation {
  switch (scaling.type) {
    case "ntk":
      return { frequencies: ntkFrequencies(frequencies, scaling.factor), amplitude: 1 };
    case "linear":
      return { frequencies: frequencies.map((frequency) => frequency / scaling.factor), amplitude: 1 };
    case "dynamic":
      return { frequencies: ntkFrequencies(frequencies, dynamicFactor(scaling, length)), amplitude: 1 };
    case "llama3":
      return { frequencies: llama3Frequencies(frequencies, scaling), amplitude: 1 };
    case "yarn":
      return yarn(frequencies, theta, scaling);
  }
}

/**
 * NTK-aware scaling: theta grows by factor^(d / (d - 2)), so that the highest frequency stays and the
 * lowest is divided by the factor (YaRN, arXiv 2309.00071, section 3.1).
 */
function ntkFrequencies(frequencies: readonly number[], factor: number): number[] {
  const last = frequencies.length - 1;
  return frequencies.map((frequency, m) => (m === 0 ? frequency : frequency * factor ** (-m / last)));
}

/** What theta grows by at a length, 1 up to the trained one: factor L / L_0 - (factor - 1), as transformers has it. */
function dynamicFactor(
  { factor, originalLength }: Extract<RopeScaling, { type: "dynamic" }>,
  length: number,
): number {
  return (factor * Math.max(length, originalLength)) / originalLength - (factor - 1);
}

/**
 * Llama 3.1's scaling: pairs that turn fewer than `lowFrequencyFactor` times in the trained length are
 * interpolated, those that turn more than `highFrequencyFactor` times stay, with a ramp over the turns between.
 */
function llama3Frequencies(
  frequencies: readonly number[],
  scaling: Extract<RopeScaling, { type: "llama3" }>,
): number[] {
  const { factor, originalLength, lowFrequencyFactor: low, highFrequencyFactor: high } = scaling;
  return frequencies.map((frequency) => {
    const turns = (originalLength * frequency) / (2 * Math.PI);
    if (turns < low) return frequency / factor;
    if (turns > high) return frequency;
    const kept = (turns - low) / (high - low);
    return ((1 - kept) * frequency) / factor + kept * frequency;
  });
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
