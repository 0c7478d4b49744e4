import * as z from "zod";
import type { ModelConfig } from "../config.ts";
import { weightsOf } from "../transformer/transformer.ts";
import type { Family } from "./family.ts";
import { same } from "./layout.ts";
import { readRope, ropeFields, ropeSettings } from "./rope-settings.ts";
import { asConfig, count, readSettings, unsupported } from "./settings.ts";

/** Fields that Llama and those built like it share, by transformers' defaults. */
const fields = {
  vocab_size: count,
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  max_position_embeddings: count,
  hidden_act: z.enum(["silu", "swish"]).default("silu"),
  rms_norm_eps: z.number().positive().default(1e-6),
  tie_word_embeddings: z.boolean().default(false),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  layer_types: z.array(z.string()).nullish(),
  ...ropeFields,
};
const llamaSettings = z.looseObject(fields);
const mistralSettings = z.looseObject({ ...fields, sliding_window: count.nullable().default(4096) });
const qwenSettings = z.looseObject({
  ...fields,
  use_sliding_window: z.boolean().default(false),
  sliding_window: count.nullish(),
  max_window_layers: z.int().min(0).optional(),
});
type Settings = z.infer<typeof llamaSettings>;

/** What the families differ in. */
type Difference = Partial<Pick<ModelConfig, "qkNorm" | "biases" | "slidingWindow">>;

function configOf(settings: Settings, headDim: number, difference: Difference): ModelConfig {
  const heads = settings.num_attention_heads;
  const position = readRope(settings, { headDim, theta: 10_000 });
  if (position.rotaryDim !== undefined) {
    unsupported("partial_rotary_factor", position.rotaryDim / headDim);
  }
  return asConfig({
    vocabularySize: settings.vocab_size,
    contextLength: settings.max_position_embeddings,
    dModel: settings.hidden_size,
    layers: settings.num_hidden_layers,
    heads,
    kvHeads: settings.num_key_value_heads ?? heads,
    headDim,
    position,
    attention: { type: "dense" },
    qkNorm: false,
    feedForward: { type: "swiglu", size: settings.intermediate_size },
    normEpsilon: settings.rms_norm_eps,
    tiedHead: settings.tie_word_embeddings,
    ...difference,
  });
}

/** Width of a head where it is not given. */
function usualHeadDim({ head_dim, hidden_size, num_attention_heads }: Settings): number {
  return head_dim ?? Math.floor(hidden_size / num_attention_heads);
}

/** The biases that two switches turn on; absent where none is. */
function biasesOf(qkv: boolean, output: boolean, feedForward: boolean): Pick<Difference, "biases"> {
  return qkv || output || feedForward ? { biases: { qkv, output, feedForward } } : {};
}

/** The one window of all layers. Throws ModelError where some slide and others do not. */
function windowOf(settings: Settings, slidingWindow: number | null | undefined): Difference {
  const { layer_types, num_hidden_layers } = settings;
  const kinds = new Set(layer_types ?? []);
  const known = [...kinds].every((kind) => kind === "full_attention" || kind === "sliding_attention");
  if (!known || kinds.size > 1) unsupported("layer_types", [...kinds]);
  if (layer_types != null && layer_types.length !== num_hidden_layers)
    unsupported("layer_types", layer_types);
  const slides = layer_types == null ? slidingWindow != null : kinds.has("sliding_attention");
  return slides && slidingWindow != null ? { slidingWindow } : {};
}

/** Qwen's window, which only the layers from max_window_layers on have. */
function qwenWindow(settings: z.infer<typeof qwenSettings>): Difference {
  const { use_sliding_window, sliding_window, max_window_layers = 28, num_hidden_layers } = settings;
  if (settings.layer_types != null) return windowOf(settings, use_sliding_window ? sliding_window : null);
  const slides = use_sliding_window && sliding_window != null && max_window_layers < num_hidden_layers;
  if (slides && max_window_layers > 0) unsupported("max_window_layers", max_window_layers);
  return slides ? { slidingWindow: sliding_window } : {};
}

/** What all of these families write, and undefined where a model is not built like Llama at all. */
function llamaFields(config: ModelConfig): object | undefined {
  const { position, attention, feedForward, norm = "rms", block = "sequential" } = config;
  if (attention.type !== "dense" || norm !== "rms" || block !== "sequential") return undefined;
  if (feedForward.type !== "swiglu" || feedForward.lowRank !== undefined) return undefined;
  if (position.type !== "rope" || position.rotaryDim !== undefined) return undefined;
  const { scaling } = position;
  if (scaling?.type === "dynamic" && scaling.originalLength !== config.contextLength) return undefined;
  return {
    ...sizeFields(config),
    intermediate_size: feedForward.size,
    hidden_act: "silu",
    attention_bias: config.biases?.output ?? false,
    ...ropeSettings(position, config.headDim),
  };
}

/** The sizes of any model in Llama's words. */
export function sizeFields(config: ModelConfig): object {
  return {
    vocab_size: config.vocabularySize,
    max_position_embeddings: config.contextLength,
    hidden_size: config.dModel,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    head_dim: config.headDim,
    rms_norm_eps: config.normEpsilon,
    tie_word_embeddings: config.tiedHead,
  };
}

/** Their weights have our names. */
const llamaLike = {
  layout: (config: ModelConfig) => weightsOf(config).map((weight) => same(weight.name, weight)),
  prefix: "model.",
  head: "lm_head.weight",
  ignored: /\.rotary_emb\.inv_freq$/,
};

const none = { qkv: false, output: false, feedForward: false };

export const llama: Family = {
  modelType: "llama",
  architecture: "LlamaForCausalLM",
  ...llamaLike,
  read(json) {
    const settings = readSettings(llamaSettings, json);
    const { attention_bias: bias, mlp_bias } = settings;
    return configOf(settings, usualHeadDim(settings), {
      ...biasesOf(bias, bias, mlp_bias),
      ...windowOf(settings, undefined),
    });
  },
  write(config) {
    const { qkNorm, slidingWindow, biases: { qkv, output, feedForward } = none } = config;
    if (qkNorm || slidingWindow !== undefined || qkv !== output) return undefined;
    const written = llamaFields(config);
    return written && { ...written, ...(feedForward && { mlp_bias: true }) };
  },
};

export const mistral: Family = {
  modelType: "mistral",
  architecture: "MistralForCausalLM",
  ...llamaLike,
  read(json) {
    const settings = readSettings(mistralSettings, json);
    return configOf(settings, usualHeadDim(settings), windowOf(settings, settings.sliding_window));
  },
  write(config) {
    const { qkNorm, slidingWindow, biases: { qkv, output, feedForward } = none } = config;
    if (qkNorm || qkv || output || feedForward || slidingWindow === undefined) return undefined;
    const written = llamaFields(config);
    return written && { ...written, sliding_window: slidingWindow };
  },
};

/** How Qwen says that every layer has one window. */
const qwenWindowFields = (slidingWindow: number | undefined) =>
  slidingWindow === undefined
    ? {}
    : { use_sliding_window: true, sliding_window: slidingWindow, max_window_layers: 0 };

export const qwen2: Family = {
  modelType: "qwen2",
  architecture: "Qwen2ForCausalLM",
  ...llamaLike,
  read(json) {
    const settings = readSettings(qwenSettings, json);
    return configOf(settings, usualHeadDim(settings), {
      ...biasesOf(true, false, false),
      ...qwenWindow(settings),
    });
  },
  write(config) {
    const { qkNorm, slidingWindow, biases: { qkv, output, feedForward } = none } = config;
    if (qkNorm || !qkv || output || feedForward) return undefined;
    const written = llamaFields(config);
    return written && { ...written, ...qwenWindowFields(slidingWindow) };
  },
};

/** Qwen3's heads are this wide where config.json does not say. */
const qwen3HeadDim = 128;

export const qwen3: Family = {
  modelType: "qwen3",
  architecture: "Qwen3ForCausalLM",
  ...llamaLike,
  read(json) {
    const settings = readSettings(qwenSettings, json);
    const { attention_bias: bias } = settings;
    return configOf(settings, settings.head_dim ?? qwen3HeadDim, {
      qkNorm: true,
      ...biasesOf(bias, bias, false),
      ...qwenWindow(settings),
    });
  },
  write(config) {
    const { qkNorm, slidingWindow, biases: { qkv, output, feedForward } = none } = config;
    if (!qkNorm || qkv !== output || feedForward) return undefined;
    const written = llamaFields(config);
    return written && { ...written, ...qwenWindowFields(slidingWindow) };
  },
};
