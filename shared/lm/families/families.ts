import * as z from "zod";
import type { ModelConfig } from "../config.ts";
import { ModelError } from "../model-error.ts";
import type { Family } from "./family.ts";
import { gptNeoX } from "./gpt-neox.ts";
import { gpt2 } from "./gpt2.ts";
import { llama, mistral, qwen2, qwen3 } from "./llama.ts";
import { own, ownSettings } from "./own.ts";

const families: readonly Family[] = [llama, mistral, qwen2, qwen3, gpt2, gptNeoX, own];

const names = z.looseObject({
  model_type: z.string().optional(),
  architectures: z.array(z.string()).nullish(),
});

/** The family that config.json names. Throws ModelError where it names none that is known. */
export function familyNamed(json: unknown): Family {
  const given = names.safeParse(json).data ?? {};
  const architecture = given.architectures?.[0];
  const family = families.find(({ modelType }) => modelType === given.model_type);
  const named = family ?? (given.model_type === undefined ? byArchitecture(architecture) : undefined);
  if (named === undefined) {
    const known = families.map(({ modelType }) => modelType).join(", ");
    const field = given.model_type === undefined ? "architectures" : "model_type";
    const value = given.model_type ?? architecture;
    throw new ModelError(`config.json: ${field}: ${value} is none of those known here: ${known}`);
  }
  if (architecture !== undefined && architecture !== named.architecture) {
    throw new ModelError(`config.json: architectures: ${architecture} is not ${named.architecture}`);
  }
  return named;
}

const byArchitecture = (name: string | undefined) =>
  families.find(({ architecture }) => architecture === name);

/** What config.json says, by its own words where it has them. Throws ModelError. */
export function readConfig(family: Family, json: unknown): ModelConfig {
  return ownSettings(json) === undefined ? family.read(json) : own.read(json);
}

/** The family that a configuration belongs to, with what of config.json is the family's own. */
export function familyOf(config: ModelConfig): { readonly family: Family; readonly settings: object } {
  for (const family of families) {
    const settings = family.write(config);
    if (settings !== undefined) return { family, settings };
  }
  throw new ModelError("a model of no family"); // our own has every configuration
}
