import * as z from "zod";
import type { Weight } from "../transformer/parameters.ts";
import { weightsOf } from "../transformer/transformer.ts";
import type { Family } from "./family.ts";
import { geluFeedForward, geluName, geluNameOf } from "./gelu.ts";
import { joinedLayout, renamed, same, type TensorLayout } from "./layout.ts";
import { asConfig, count, readSettings } from "./settings.ts";

const settings = z.looseObject({
  vocab_size: count,
  n_positions: count,
  n_embd: count,
  n_layer: count,
  n_head: count,
  n_inner: count.nullish(),
  activation_function: geluName.default("gelu_new"),
  layer_norm_epsilon: z.number().positive().default(1e-5),
  scale_attn_weights: z.literal(true).default(true),
  scale_attn_by_inverse_layer_idx: z.literal(false).default(false),
  tie_word_embeddings: z.boolean().default(true),
});

/** GPT-2: learned positions, LayerNorm, biases everywhere; its linear layers are stored [inputs, outputs]. */
export const gpt2: Family = {
  modelType: "gpt2",
  architecture: "GPT2LMHeadModel",
  read(json) {
    const given = readSettings(settings, json);
    return asConfig({
      vocabularySize: given.vocab_size,
      contextLength: given.n_positions,
      dModel: given.n_embd,
      layers: given.n_layer,
      heads: given.n_head,
      kvHeads: given.n_head,
      headDim: given.n_embd / given.n_head,
      position: { type: "learned", length: given.n_positions },
      attention: { type: "dense" },
      qkNorm: false,
      feedForward: geluFeedForward(given.activation_function, given.n_inner ?? 4 * given.n_embd),
      norm: "layer",
      normEpsilon: given.layer_norm_epsilon,
      biases: { qkv: true, output: true, feedForward: true },
      tiedHead: given.tie_word_embeddings,
    });
  },
  write(config) {
    const { position, dModel, heads, kvHeads, headDim, biases, slidingWindow, qkNorm } = config;
    const activation = geluNameOf(config);
    const biased = biases?.qkv && biases.output && biases.feedForward;
    const whole = kvHeads === heads && heads * headDim === dModel && config.attention.type === "dense";
    if (position.type !== "learned" || position.length !== config.contextLength) return undefined;
    if (!biased || !whole || qkNorm || slidingWindow !== undefined) return undefined;
    if (config.norm !== "layer" || config.block === "parallel" || activation === undefined) return undefined;
    return {
      vocab_size: config.vocabularySize,
      n_positions: config.contextLength,
      n_embd: dModel,
      n_layer: config.layers,
      n_head: heads,
      n_inner: "size" in config.feedForward ? config.feedForward.size : null,
      activation_function: activation,
      layer_norm_epsilon: config.normEpsilon,
      tie_word_embeddings: config.tiedHead,
    };
  },
  layout: (config) =>
    joinedLayout(
      weightsOf(config),
      (layer, kind, parts) => {
        const width = 3 * config.dModel;
        const stored = `transformer.h.${layer}.attn.c_attn.${kind}`;
        if (kind === "bias") return { stored, shape: [width], parts };
        return { stored, shape: [config.dModel, width], parts, transposed: true };
      },
      single,
    ),
  prefix: "transformer.",
  head: "lm_head.weight",
  ignored: /\.attn\.(masked_)?bias$/,
};

const names: readonly (readonly [ours: string, stored: string])[] = [
  ["model.embed_tokens.", "transformer.wte."],
  ["model.embed_positions.", "transformer.wpe."],
  ["model.norm.", "transformer.ln_f."],
  ["model.layers.", "transformer.h."],
  [".input_layernorm.", ".ln_1."],
  [".post_attention_layernorm.", ".ln_2."],
  [".self_attn.o_proj.", ".attn.c_proj."],
  [".mlp.up_proj.", ".mlp.c_fc."],
  [".mlp.down_proj.", ".mlp.c_proj."],
];

/** Matrices of the layers are transposed; the tables and the head are not. */
function single(weight: Weight): TensorLayout {
  const layout = same(renamed(names, weight.name), weight);
  if (weight.shape.length < 2 || !weight.name.startsWith("model.layers.")) return layout;
  return { ...layout, shape: [...weight.shape].reverse(), transposed: true };
}
