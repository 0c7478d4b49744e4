import type { ModelConfig } from "../config.ts";
import type { TensorLayout } from "./layout.ts";

/** An architecture of transformers: how it says a configuration in config.json, and how it stores weights. */
export interface Family {
  /** `model_type` of config.json. */
  readonly modelType: string;
  /** Its causal language model among `architectures`. */
  readonly architecture: string;
  /** What config.json says. Throws ModelError where it asks for what is not computed here. */
  read(json: unknown): ModelConfig;
  /** What of config.json is the family's own for a configuration; undefined where the family has no such model. */
  write(config: ModelConfig): object | undefined;
  /** Every tensor of a checkpoint, in the order of the layers. */
  layout(config: ModelConfig): readonly TensorLayout[];
  /** What the names of a checkpoint begin with where it was saved with its head, and not where it was saved without. */
  readonly prefix: string;
  /** Name of the output head. */
  readonly head: string;
  /** Tensors that older versions stored beside the weights: tables and masks that follow from the configuration. */
  readonly ignored: RegExp;
}
