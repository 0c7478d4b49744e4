import type { RopeConfig } from "../position/config.ts";

/** RoPE as `config.json` has it: rope_theta, and rope_scaling where it is stretched. */
export function ropeSettings({ theta, scaling, rotaryDim }: RopeConfig, headDim: number): object {
  if (scaling === undefined) return { rope_theta: theta };
  const { factor } = scaling;
  const width = rotaryDim ?? headDim;
  switch (scaling.type) {
    case "ntk": // has no name of its own in transformers: it is another theta
      return { rope_theta: width > 2 ? theta * factor ** (width / (width - 2)) : theta };
    case "linear":
      return { rope_theta: theta, rope_scaling: { rope_type: "linear", factor } };
    case "dynamic":
      return { rope_theta: theta, rope_scaling: { rope_type: "dynamic", factor } };
    case "llama3":
      return {
        rope_theta: theta,
        rope_scaling: {
          rope_type: "llama3",
          factor,
          low_freq_factor: scaling.lowFrequencyFactor,
          high_freq_factor: scaling.highFrequencyFactor,
          original_max_position_embeddings: scaling.originalLength,
        },
      };
    case "yarn":
      return {
        rope_theta: theta,
        rope_scaling: {
          rope_type: "yarn",
          factor,
          original_max_position_embeddings: scaling.originalLength,
          ...(scaling.betaFast !== undefined && { beta_fast: scaling.betaFast }),
          ...(scaling.betaSlow !== undefined && { beta_slow: scaling.betaSlow }),
          ...(scaling.attentionFactor !== undefined && { attention_factor: scaling.attentionFactor }),
        },
      };
  }
}
