import * as z from "zod";
import type { ModelConfig } from "../config.ts";
import { modelConfig } from "../config.ts";
import { ModelError } from "../model-error.ts";

/** A number of things in config.json. */
export const count = z.int().positive();

/** Settings of config.json that would change the numbers, each with the values at which it does not. */
const neutral: Readonly<Record<string, readonly unknown[]>> = {
  quantization_config: [],
  add_cross_attention: [false],
  is_encoder_decoder: [false],
  attn_logit_softcapping: [],
  final_logit_softcapping: [],
  query_pre_attn_scalar: [],
  logit_scale: [1],
  logits_scaling: [1],
  embedding_multiplier: [1],
  residual_multiplier: [1],
  attention_multiplier: [],
  num_experts: [0],
  num_local_experts: [0],
  no_rope_layers: [],
};

/**
 * config.json by a family's schema. Throws ModelError, which names the field, where one is wrong, or asks for
 * what is not computed here.
 */
export function readSettings<T>(schema: z.ZodType<T>, json: unknown): T {
  for (const [name, value] of Object.entries(z.record(z.string(), z.unknown()).safeParse(json).data ?? {})) {
    const harmless = neutral[name];
    if (harmless !== undefined && value !== null && !harmless.includes(value)) {
      throw new ModelError(`config.json: ${name}: ${JSON.stringify(value).slice(0, 100)} is not supported`);
    }
  }
  return checked(schema, json, "config.json: ");
}

/** The configuration that a family's settings amount to, held to what fits together. */
export function asConfig(config: ModelConfig): ModelConfig {
  return checked(modelConfig, config, "config.json: as read, ");
}

/** The value by its schema. Throws ModelError, which names the field. */
export function checked<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ModelError(`${where}${issue?.path.join("/")}: ${issue?.message}`);
}

/** Throws ModelError, which names the field of config.json. */
export function unsupported(field: string, value: unknown): never {
  throw new ModelError(`config.json: ${field}: ${JSON.stringify(value)} is not supported`);
}
