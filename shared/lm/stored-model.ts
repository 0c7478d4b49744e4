import { sizeOf } from "../engine/graph.ts";
import { serialise } from "../engine/onnx.ts";
import { reshape } from "../engine/ops.ts";
import { type ModelConfig, modelConfig } from "./config.ts";
import { ropeSettings } from "./families/rope-settings.ts";
import { fourierCoefficients } from "./position/fope.ts";
import { fourierTensors } from "./position/fope-tensors.ts";
import {
  asFloat32,
  decodeSafetensors,
  encodeSafetensors,
  float32Tensor,
  type StoredTensor,
} from "./safetensors.ts";
import { loadTokenizer, tokenizerFiles } from "./tokenizers/load.ts";
import type { Tokenizer } from "./tokenizers/tokenizer.ts";
import type { WeightValues } from "./training.ts";
import { transformer, weightsOf } from "./transformer/transformer.ts";

/** A trained model, ready to score and to generate. */
export interface LanguageModel {
  readonly config: ModelConfig;
  readonly weights: WeightValues;
  readonly tokenizer: Tokenizer;
}

/** The files of a model cannot be read; the message says why. */
export class ModelError extends Error {
  override readonly name = "ModelError";
}

/**
 * A model as files in Hugging Face layout. RoPE models with SwiGLU are Llama or Qwen3 (with QK-norm) by
 * their config.json and load in transformers; the others, low-rank ones among them, name our own architecture. `tenfold` in
 * config.json is the whole configuration, read back by `loadModel`.
 */
export function modelFiles({ config, weights, tokenizer }: LanguageModel): ReadonlyMap<string, Uint8Array> {
  const tensors = new Map<string, StoredTensor>(frozenTensors(config));
  for (const { name, shape } of weightsOf(config))
    tensors.set(name, float32Tensor(weightOf(weights, name), shape));
  return new Map([
    ["config.json", jsonFile(describe(config))],
    ["generation_config.json", jsonFile({ ...noSpecialTokens, max_length: config.contextLength })],
    ["model.safetensors", encodeSafetensors(tensors, { format: "pt" })],
    ...tokenizerFiles(tokenizer),
  ]);
}

const jsonFile = (content: object) => new TextEncoder().encode(`${JSON.stringify(content, undefined, 2)}\n`);

/** Our texts have no marks of beginning and end; left unsaid, transformers takes tokens 1 and 2 for them. */
const noSpecialTokens = { bos_token_id: null, eos_token_id: null, pad_token_id: null };

/** Reads what `modelFiles` wrote. Throws ModelError, SafetensorsError or TokenizerError with the reason. */
export function loadModel(files: ReadonlyMap<string, Uint8Array>): LanguageModel {
  const file = (name: string): Uint8Array => {
    const bytes = files.get(name);
    if (bytes === undefined) throw new ModelError(`there is no ${name}`);
    return bytes;
  };
  const config = readConfig(file("config.json"));
  const { tensors } = decodeSafetensors(file("model.safetensors"));
  const read = (name: string, shape: readonly number[]): [string, Float32Array] => {
    const stored = tensors.get(name);
    if (stored === undefined) throw new ModelError(`tensor ${name} is missing`);
    if (stored.shape.join() !== shape.join()) {
      throw new ModelError(`tensor ${name} is [${stored.shape}], not [${shape}]`);
    }
    return [name, asFloat32(stored)];
  };
  const weights = new Map(weightsOf(config).map(({ name, shape }) => read(name, shape)));
  for (const [name, { shape, data }] of frozenTensors(config)) {
    if (Buffer.compare(tensors.get(name)?.data ?? new Uint8Array(), data) !== 0) {
      throw new ModelError(`tensor ${name} is not the one that config.json's seed gives (shape [${shape}])`);
    }
  }
  return { config, weights, tokenizer: loadTokenizer(files) };
}

/** The model as ONNX bytes with its weights inside: tokens int64 [batch, length] -> logits [batch, length, vocabulary]. */
export function exportOnnx(
  { config, weights }: Pick<LanguageModel, "config" | "weights">,
  shape: { readonly batch: number; readonly length: number },
): Uint8Array {
  const { graph, logits } = transformer(config, shape);
  const byToken = reshape(logits, [shape.batch, shape.length, config.vocabularySize]);
  return serialise(graph, { logits: byToken }, weights);
}

export function parametersOf(config: ModelConfig): number {
  return weightsOf(config).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

function weightOf(weights: WeightValues, name: string): Float32Array {
  const values = weights.get(name);
  if (values === undefined) throw new ModelError(`weight ${name} is missing`);
  return values;
}

function readConfig(bytes: Uint8Array): ModelConfig {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new ModelError(`config.json: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  const own = typeof json === "object" && json !== null && "tenfold" in json ? json.tenfold : undefined;
  const parsed = modelConfig.safeParse(own);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ModelError(`config.json: tenfold/${issue?.path.join("/")}: ${issue?.message}`);
}

/** FoPE's frozen coefficients, which follow from the configuration's seed, for programs that cannot draw them. */
function frozenTensors({ position, headDim, kvHeads }: ModelConfig): readonly [string, StoredTensor][] {
  if (position.type !== "fope") return [];
  const coefficients = fourierCoefficients(position, { headDim, heads: kvHeads });
  return [...fourierTensors(coefficients, kvHeads)];
}

function describe(config: ModelConfig): object {
  const { position, attention, feedForward, qkNorm } = config;
  const swiglu = feedForward.type === "swiglu" && feedForward.lowRank === undefined;
  const { norm, biases, block, slidingWindow } = config;
  const plain = [norm, biases, block, slidingWindow].every((part) => part === undefined);
  const rope = position.type === "rope" && position.rotaryDim === undefined;
  const known = attention.type === "dense" && rope && swiglu && plain;
  const family = known ? (qkNorm ? "Qwen3" : "Llama") : "Tenfold";
  return {
    architectures: [`${family}ForCausalLM`],
    model_type: family.toLowerCase(),
    vocab_size: config.vocabularySize,
    max_position_embeddings: config.contextLength,
    hidden_size: config.dModel,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    head_dim: config.headDim,
    ...("size" in feedForward && {
      intermediate_size: feedForward.size,
      hidden_act: feedForward.type === "swiglu" ? "silu" : "gelu",
    }),
    rms_norm_eps: config.normEpsilon,
    tie_word_embeddings: config.tiedHead,
    attention_bias: false,
    ...(position.type === "rope" && ropeSettings(position, config.headDim)),
    ...noSpecialTokens,
    torch_dtype: "float32",
    tenfold: config,
  };
}
