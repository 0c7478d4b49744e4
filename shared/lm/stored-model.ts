import { sizeOf } from "../engine/graph.ts";
import { serialise } from "../engine/onnx.ts";
import { reshape } from "../engine/ops.ts";
import type { ModelConfig } from "./config.ts";
import { describeModel, frozenTensors, tokenizerOf } from "./described-model.ts";
import { familyOf } from "./families/families.ts";
import { pack, unpack } from "./families/layout.ts";
import { ModelError } from "./model-error.ts";
import { type ModelSource, memorySource } from "./model-source.ts";
import { encodeSafetensors, float32Tensor, type StoredTensor } from "./safetensors.ts";
import {
  delimitedByBos,
  noSpecialTokens,
  readSpecialTokens,
  type SpecialTokens,
  specialTokenFields,
} from "./special-tokens.ts";
import { readTensor } from "./tensor-directory.ts";
import { tokenizerFiles } from "./tokenizers/load.ts";
import type { Tokenizer } from "./tokenizers/tokenizer.ts";
import type { WeightValues } from "./training.ts";
import { transformer, weightsOf } from "./transformer/transformer.ts";

export { ModelError };

/** A trained model, ready to score and to generate. */
export interface LanguageModel {
  readonly config: ModelConfig;
  readonly weights: WeightValues;
  readonly tokenizer: Tokenizer;
  /** None when absent. */
  readonly specialTokens?: SpecialTokens;
}

/**
 * A model as files in Hugging Face layout, under the names of the family of transformers that has such models,
 * so that they load there; the others, low-rank ones among them, name our own architecture. `tenfold` in
 * config.json is the whole configuration, read back by `loadModel`.
 */
export function modelFiles(model: LanguageModel): ReadonlyMap<string, Uint8Array> {
  const { config, weights, tokenizer, specialTokens = noSpecialTokens } = model;
  const { family, settings } = familyOf(config);
  const tensors = new Map<string, StoredTensor>(frozenTensors(config));
  for (const layout of family.layout(config))
    tensors.set(layout.stored, float32Tensor(pack(layout, weights), layout.shape));
  const special = specialTokenFields(specialTokens);
  const description = {
    architectures: [family.architecture],
    model_type: family.modelType,
    ...settings,
    ...special,
    torch_dtype: "float32",
    tenfold: config,
  };
  return new Map([
    ["config.json", encodeJson(description)],
    ["generation_config.json", encodeJson({ ...special, max_length: config.contextLength })],
    ["model.safetensors", encodeSafetensors(tensors, { format: "pt" })],
    ...tokenizerFiles(tokenizer),
  ]);
}

const encodeJson = (content: object) =>
  new TextEncoder().encode(`${JSON.stringify(content, undefined, 2)}\n`);

/**
 * Reads what `modelFiles` wrote, a folder of Hugging Face's of the architectures in `families`, or a llama2.c
 * checkpoint with its tokenizer. Weights are read tensor by tensor, and held once. Throws ModelError,
 * SafetensorsError or TokenizerError with the reason, which names what is missing, left over or not supported.
 */
export async function loadModel(from: ReadonlyMap<string, Uint8Array> | ModelSource): Promise<LanguageModel> {
  const source = "files" in from ? from : memorySource(from);
  const described = await describeModel(source);
  const { config, directory, layout } = described;
  const tokenizer = await tokenizerOf(source, described);
  const weights = new Map<string, Float32Array>();
  for (const tensor of layout) {
    const place = directory.get(tensor.stored);
    if (place === undefined) throw new ModelError(`tensor ${tensor.stored} is missing`);
    const values = await readTensor(source, tensor.stored, place);
    for (const [name, part] of unpack(tensor, values)) weights.set(name, part);
  }
  const special = await readSpecialTokens(source, tokenizer);
  const specialTokens = described.checkpoint === undefined ? special : delimitedByBos(special);
  return { config, weights, tokenizer, specialTokens };
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
