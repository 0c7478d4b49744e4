import { viewsOf } from "../../engine/trainer.ts";
import type { ModelConfig } from "../../lm/config.ts";
import { adapterWeightsOf, mergeAdapters } from "../../lm/fine-tuning/adapter-tuning.ts";
import { peftFiles } from "../../lm/fine-tuning/peft.ts";
import type { LanguageModel } from "../../lm/stored-model.ts";
import type { WeightValues } from "../../lm/training.ts";
import type { AdapterField } from "../adapter-field.ts";
import type { RunContext } from "../contract.ts";
import type { Underway } from "../train.ts";
import { weightsAt } from "./work.ts";

/** Throws an Error that names the field where a model has not the projections that are to have adapters. */
export function checkAdapter(config: ModelConfig, adapter: AdapterField): void {
  if (adapter === undefined) return;
  try {
    adapterWeightsOf(config, adapter);
  } catch (cause) {
    throw new Error(`training.adapter.${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** A tuned model's plain weights: all were trained, or adapters beside the base's, which are merged. */
export function tunedWeights(
  { config, weights }: LanguageModel,
  adapter: AdapterField,
  tuning: Underway,
): WeightValues {
  if (adapter === undefined) return weightsAt(config, tuning);
  return mergeAdapters(weights, adapter, adaptersAt(config, adapter, tuning));
}

/** Leaves the adapters of a training as PEFT's files where that is asked for. `base` is the id of what they go with. */
export async function leaveAdapters(
  ctx: RunContext,
  config: ModelConfig,
  adapter: AdapterField,
  tuning: Underway,
  base: string | null,
): Promise<void> {
  if (!adapter?.files) return;
  for (const [name, body] of peftFiles(config, adapter, adaptersAt(config, adapter, tuning), base)) {
    const type = name.endsWith(".json") ? "application/json" : "application/octet-stream";
    await ctx.artifact(name, body, type);
  }
}

const adaptersAt = (config: ModelConfig, adapter: NonNullable<AdapterField>, { training }: Underway) =>
  viewsOf(adapterWeightsOf(config, adapter), training.parameters);
