import * as z from "zod";
import type { ModelConfig } from "../config.ts";
import { weightsOf } from "../transformer/transformer.ts";
import type { Family } from "./family.ts";
import { geluFeedForward, geluName, geluNameOf } from "./gelu.ts";
import { joinedLayout, pairedPlace, renamed, same } from "./layout.ts";
import { readRope, ropeFields, ropeSettings, rotaryShare } from "./rope-settings.ts";
import { asConfig, count, readSettings } from "./settings.ts";

const settings = z.looseObject({
  vocab_size: count,
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  max_position_embeddings: count,
  hidden_act: geluName.default("gelu"),
  rotary_pct: z.number().positive().max(1).default(0.25),
  rotary_emb_base: z.number().positive().default(10_000),
  use_parallel_residual: z.boolean().default(true),
  attention_bias: z.boolean().default(true),
  layer_norm_eps: z.number().positive().default(1e-5),
  tie_word_embeddings: z.boolean().default(false),
  ...ropeFields,
});

/** GPT-NeoX and Pythia: part of each head rotates, attention and feed-forward side by side, one matrix for q, k, v. */
export const gptNeoX: Family = {
  modelType: "gpt_neox",
  architecture: "GPTNeoXForCausalLM",
  read(json) {
    const given = readSettings(settings, json);
    const heads = given.num_attention_heads;
    const headDim = given.hidden_size / heads;
    const bias = given.attention_bias;
    return asConfig({
      vocabularySize: given.vocab_size,
      contextLength: given.max_position_embeddings,
      dModel: given.hidden_size,
      layers: given.num_hidden_layers,
      heads,
      kvHeads: heads,
      headDim,
      position: readRope(given, { headDim, theta: given.rotary_emb_base, share: given.rotary_pct }),
      attention: { type: "dense" },
      qkNorm: false,
      feedForward: geluFeedForward(given.hidden_act, given.intermediate_size),
      norm: "layer",
      normEpsilon: given.layer_norm_eps,
      biases: { qkv: bias, output: bias, feedForward: true },
      block: given.use_parallel_residual ? "parallel" : "sequential",
      tiedHead: given.tie_word_embeddings,
    });
  },
  write(config) {
    const { position, dModel, heads, kvHeads, headDim, biases, slidingWindow, qkNorm } = config;
    const activation = geluNameOf(config);
    const whole = kvHeads === heads && heads * headDim === dModel && config.attention.type === "dense";
    if (position.type !== "rope" || biases?.feedForward !== true || biases.qkv !== biases.output) return;
    if (!whole || qkNorm || slidingWindow !== undefined || config.norm !== "layer") return undefined;
    if (activation === undefined || !("size" in config.feedForward)) return undefined;
    const { scaling } = position;
    if (scaling?.type === "dynamic" && scaling.originalLength !== config.contextLength) return undefined;
    const { rope_theta, ...scaled } = ropeSettings(position, headDim);
    return {
      vocab_size: config.vocabularySize,
      max_position_embeddings: config.contextLength,
      hidden_size: dModel,
      num_hidden_layers: config.layers,
      num_attention_heads: heads,
      intermediate_size: config.feedForward.size,
      hidden_act: activation,
      rotary_pct: rotaryShare(position.rotaryDim ?? headDim, headDim),
      rotary_emb_base: rope_theta,
      ...scaled,
      use_parallel_residual: config.block === "parallel",
      attention_bias: biases.qkv,
      layer_norm_eps: config.normEpsilon,
      tie_word_embeddings: config.tiedHead,
    };
  },
  layout: (config) =>
    joinedLayout(
      weightsOf(config),
      (layer, kind, parts) => ({
        stored: `gpt_neox.layers.${layer}.attention.query_key_value.${kind}`,
        shape: kind === "bias" ? [3 * config.dModel] : [3 * config.dModel, config.dModel],
        parts,
        rowOf: headByHead(config),
      }),
      (weight) => same(renamed(names, weight.name), weight),
    ),
  prefix: "gpt_neox.",
  head: "embed_out.weight",
  ignored: /\.attention\.(bias|masked_bias|rotary_emb\.inv_freq)$/,
};

/** Stored are query, key and value of the first head, then those of the second; ours are all queries, keys, values. */
function headByHead({ heads, headDim, position }: ModelConfig): (stored: number) => number {
  const rotaryDim = (position.type === "rope" ? position.rotaryDim : undefined) ?? headDim;
  return (stored) => {
    const head = Math.floor(stored / (3 * headDim));
    const side = Math.floor(stored / headDim) % 3;
    const element = stored % headDim;
    const place = side === 2 ? element : pairedPlace(element, headDim, rotaryDim);
    return (side * heads + head) * headDim + place;
  };
}

const names: readonly (readonly [ours: string, stored: string])[] = [
  ["model.embed_tokens.", "gpt_neox.embed_in."],
  ["model.norm.", "gpt_neox.final_layer_norm."],
  ["lm_head.", "embed_out."],
  ["model.layers.", "gpt_neox.layers."],
  [".self_attn.o_proj.", ".attention.dense."],
  [".mlp.up_proj.", ".mlp.dense_h_to_4h."],
  [".mlp.down_proj.", ".mlp.dense_4h_to_h."],
];
