import { modelConfig } from "../config.ts";
import { weightsOf } from "../transformer/transformer.ts";
import type { Family } from "./family.ts";
import { same } from "./layout.ts";
import { sizeFields } from "./llama.ts";
import { checked } from "./settings.ts";

/** Our own architecture, for what no other one has: `tenfold` in config.json is all of it. */
export const own: Family = {
  modelType: "tenfold",
  architecture: "TenfoldForCausalLM",
  read: (json) => checked(modelConfig, ownSettings(json), "config.json: tenfold/"),
  write: (config) => ({
    ...sizeFields(config),
    ...("size" in config.feedForward && {
      intermediate_size: config.feedForward.size,
      hidden_act: config.feedForward.type === "swiglu" ? "silu" : "gelu",
    }),
    ...(config.position.type === "rope" && { rope_theta: config.position.theta }),
  }),
  layout: (config) => weightsOf(config).map((weight) => same(weight.name, weight)),
  prefix: "model.",
  head: "lm_head.weight",
  ignored: /(?!)/,
};

/** The whole configuration that `modelFiles` writes beside the family's own fields. */
export function ownSettings(json: unknown): unknown {
  return typeof json === "object" && json !== null && "tenfold" in json ? json.tenfold : undefined;
}
