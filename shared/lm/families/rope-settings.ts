import * as z from "zod";
import type { RopeConfig, RopeScaling } from "../position/config.ts";
import { checked, unsupported } from "./settings.ts";

const scalingSettings = z.looseObject({
  rope_type: z.string().optional(),
  /** The older name of rope_type. */
  type: z.string().optional(),
  factor: z.number().min(1).nullish(),
  original_max_position_embeddings: z.int().positive().nullish(),
  low_freq_factor: z.number().positive().optional(),
  high_freq_factor: z.number().positive().optional(),
  beta_fast: z.number().positive().nullish(),
  beta_slow: z.number().positive().nullish(),
  attention_factor: z.number().positive().nullish(),
  mscale: z.number().nullish(),
  mscale_all_dim: z.number().nullish(),
  truncate: z.boolean().nullish(),
  rope_theta: z.number().positive().optional(),
  partial_rotary_factor: z.number().positive().max(1).nullish(),
});
type ScalingSettings = z.infer<typeof scalingSettings>;

/** Fields of config.json that say how RoPE turns. */
export const ropeFields = {
  rope_theta: z.number().positive().nullish(),
  rope_scaling: z.unknown().optional(),
  /** The newer name, which holds rope_theta as well. */
  rope_parameters: z.unknown().optional(),
  partial_rotary_factor: z.number().positive().max(1).nullish(),
};

/** What `readRope` reads, by the defaults of the family. */
export interface RopeFields {
  readonly rope_theta?: number | null | undefined;
  readonly rope_scaling?: unknown;
  readonly rope_parameters?: unknown;
  readonly partial_rotary_factor?: number | null | undefined;
  readonly max_position_embeddings: number;
}

/**
 * RoPE as config.json has it, by `rope_theta` and `rope_scaling`, or by `rope_parameters`. Throws ModelError
 * on a kind of scaling that is not computed here.
 */
export function readRope(
  fields: RopeFields,
  { headDim, theta, share = 1 }: { headDim: number; theta: number; share?: number },
): RopeConfig {
  const field = fields.rope_parameters == null ? "rope_scaling" : "rope_parameters";
  const given = fields[field] ?? {};
  const settings = checked(scalingSettings, given, `config.json: ${field}/`);
  const scaling = readScaling(settings, field, fields.max_position_embeddings);
  const turning = settings.partial_rotary_factor ?? fields.partial_rotary_factor ?? share;
  const rotaryDim = Math.floor(headDim * turning);
  return {
    type: "rope",
    theta: settings.rope_theta ?? fields.rope_theta ?? theta,
    ...(rotaryDim < headDim && { rotaryDim }),
    ...(scaling !== undefined && { scaling }),
  };
}

/** The share of a head that rotates, which times headDim and rounded down is rotaryDim again. */
export function rotaryShare(rotaryDim: number, headDim: number): number {
  const share = rotaryDim / headDim;
  return Math.floor(share * headDim) < rotaryDim ? share * (1 + Number.EPSILON) : share;
}

function readScaling(settings: ScalingSettings, field: string, longest: number): RopeScaling | undefined {
  const type = settings.rope_type ?? settings.type ?? "default";
  const need = <Name extends keyof ScalingSettings>(name: Name): NonNullable<ScalingSettings[Name]> =>
    settings[name] ?? unsupported(`${field}/${name}`, settings[name] ?? null);
  const originalLength = settings.original_max_position_embeddings ?? longest;
  switch (type) {
    case "default":
      return undefined;
    case "linear":
      return { type, factor: need("factor") };
    case "dynamic":
      return { type, factor: need("factor"), originalLength: longest };
    case "llama3":
      return {
        type,
        factor: need("factor"),
        originalLength: need("original_max_position_embeddings"),
        lowFrequencyFactor: need("low_freq_factor"),
        highFrequencyFactor: need("high_freq_factor"),
      };
    case "yarn": {
      if (settings.truncate === false) unsupported(`${field}/truncate`, false);
      const { beta_fast, beta_slow } = settings;
      const factor = settings.factor ?? longest / originalLength;
      const attentionFactor = settings.attention_factor ?? mscaleRatio(settings, factor);
      return {
        type,
        factor,
        originalLength,
        ...(beta_fast != null && { betaFast: beta_fast }),
        ...(beta_slow != null && { betaSlow: beta_slow }),
        ...(attentionFactor !== undefined && { attentionFactor }),
      };
    }
    default:
      return unsupported(`${field}/${settings.rope_type === undefined ? "type" : "rope_type"}`, type);
  }
}

/** The amplitude that DeepSeek's two scales give: (0.1 m ln s + 1) / (0.1 m' ln s + 1). */
function mscaleRatio({ mscale, mscale_all_dim }: ScalingSettings, factor: number): number | undefined {
  if (!mscale || !mscale_all_dim) return undefined;
  const of = (scale: number) => 0.1 * scale * Math.log(factor) + 1;
  return of(mscale) / of(mscale_all_dim);
}

/** RoPE as `config.json` has it: rope_theta, and rope_scaling where it is stretched. */
export function ropeSettings(
  { theta, scaling, rotaryDim }: RopeConfig,
  headDim: number,
): { readonly rope_theta: number; readonly rope_scaling?: object } {
  if (scaling === undefined) return { rope_theta: theta };
  if (scaling.type === "ntk") {
    const width = rotaryDim ?? headDim; // has no name in transformers: it is another theta
    return { rope_theta: width > 2 ? theta * scaling.factor ** (width / (width - 2)) : theta };
  }
  return { rope_theta: theta, rope_scaling: scalingFields(scaling) };
}

function scalingFields(scaling: Exclude<RopeScaling, { type: "ntk" }>): object {
  const { type: rope_type, factor } = scaling;
  switch (scaling.type) {
    case "linear":
    case "dynamic":
      return { rope_type, factor };
    case "llama3":
      return {
        rope_type,
        factor,
        low_freq_factor: scaling.lowFrequencyFactor,
        high_freq_factor: scaling.highFrequencyFactor,
        original_max_position_embeddings: scaling.originalLength,
      };
    case "yarn":
      return {
        rope_type,
        factor,
        original_max_position_embeddings: scaling.originalLength,
        ...(scaling.betaFast !== undefined && { beta_fast: scaling.betaFast }),
        ...(scaling.betaSlow !== undefined && { beta_slow: scaling.betaSlow }),
        ...(scaling.attentionFactor !== undefined && { attention_factor: scaling.attentionFactor }),
      };
  }
}
