import { sizeOf } from "../engine/graph.ts";
import { serialise } from "../engine/onnx.ts";
import { reshape } from "../engine/ops.ts";
import type { ModelConfig } from "./config.ts";
import { familyNamed, familyOf, readConfig } from "./families/families.ts";
import type { Family } from "./families/family.ts";
import { pack, type TensorLayout, unpack } from "./families/layout.ts";
import { findCheckpoint, readCheckpoint } from "./families/llama2c.ts";
import { ModelError } from "./model-error.ts";
import { jsonFile, type ModelSource, memorySource, sizeOfFile, wholeFile } from "./model-source.ts";
import { fourierCoefficients } from "./position/fope.ts";
import { fourierTensors } from "./position/fope-tensors.ts";
import { encodeSafetensors, float32Tensor, type StoredTensor } from "./safetensors.ts";
import {
  delimitedByBos,
  noSpecialTokens,
  readSpecialTokens,
  type SpecialTokens,
  specialTokenFields,
} from "./special-tokens.ts";
import { readTensor, type TensorDirectory, tensorDirectory } from "./tensor-directory.ts";
import { isTokenizerFile, loadTokenizer, tokenizerFiles } from "./tokenizers/load.ts";
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

/** A model of a source before its weights are read. */
interface Described {
  readonly config: ModelConfig;
  readonly directory: TensorDirectory;
  readonly layout: readonly TensorLayout[];
}

/**
 * Reads what `modelFiles` wrote, a folder of Hugging Face's of the architectures in `families`, or a llama2.c
 * checkpoint with its tokenizer. Weights are read tensor by tensor, and held once. Throws ModelError,
 * SafetensorsError or TokenizerError with the reason, which names what is missing, left over or not supported.
 */
export async function loadModel(from: ReadonlyMap<string, Uint8Array> | ModelSource): Promise<LanguageModel> {
  const source = "files" in from ? from : memorySource(from);
  const checkpoint =
    sizeOfFile(source, "config.json") === undefined ? await findCheckpoint(source) : undefined;
  const described = checkpoint === undefined ? await describeFolder(source) : readCheckpoint(checkpoint);
  const { config, directory, layout } = described;
  const tokenizer = await tokenizerOf(source, checkpoint?.file);
  if (tokenizer.vocabularySize > config.vocabularySize) {
    throw new ModelError(
      `the tokenizer has ${tokenizer.vocabularySize} tokens, the model only ${config.vocabularySize}`,
    );
  }
  const weights = new Map<string, Float32Array>();
  for (const tensor of layout) {
    const place = directory.get(tensor.stored);
    if (place === undefined) throw new ModelError(`tensor ${tensor.stored} is missing`);
    const values = await readTensor(source, tensor.stored, place);
    for (const [name, part] of unpack(tensor, values)) weights.set(name, part);
  }
  const special = await readSpecialTokens(source, tokenizer);
  const specialTokens = checkpoint === undefined ? special : delimitedByBos(special);
  return { config, weights, tokenizer, specialTokens };
}

/** A folder of Hugging Face's: every tensor of its headers is held to what config.json says. */
async function describeFolder(source: ModelSource): Promise<Described> {
  const json = await jsonFile(source, "config.json");
  const family = familyNamed(json);
  const config = readConfig(family, json);
  const directory = withPrefix(family, await tensorDirectory(source));
  const layout = family.layout(config);
  for (const { stored, shape } of layout) {
    const place = directory.get(stored);
    if (place === undefined) throw new ModelError(`tensor ${stored} is missing`);
    if (place.shape.join() !== shape.join()) {
      throw new ModelError(`tensor ${stored} is [${place.shape}], not [${shape}]`);
    }
  }
  const frozen = new Map(frozenTensors(config));
  const known = new Set([...layout.map(({ stored }) => stored), ...frozen.keys()]);
  if (config.tiedHead) known.add(family.head); // a copy of the embeddings, which transformers does not read
  const extra = [...directory.keys()].find((name) => !known.has(name) && !family.ignored.test(name));
  if (extra !== undefined) {
    throw new ModelError(`tensor ${extra} is in no ${family.architecture} of this config.json`);
  }
  await checkFrozen(source, directory, frozen);
  return { config, directory, layout };
}

/** A model that was saved without its head has names without the prefix. */
function withPrefix({ prefix, head }: Family, directory: TensorDirectory): TensorDirectory {
  const plain = [...directory.keys()].every((name) => !name.startsWith(prefix));
  if (!plain) return directory;
  return new Map([...directory].map(([name, place]) => [name === head ? name : `${prefix}${name}`, place]));
}

async function checkFrozen(
  source: ModelSource,
  directory: TensorDirectory,
  frozen: ReadonlyMap<string, StoredTensor>,
): Promise<void> {
  for (const [name, { shape, data }] of frozen) {
    const place = directory.get(name);
    const stored = place && (await source.read(place.file, place.from, place.to));
    if (Buffer.compare(stored ?? new Uint8Array(), data) !== 0) {
      throw new ModelError(`tensor ${name} is not the one that config.json's seed gives (shape [${shape}])`);
    }
  }
}

/** The tokenizer beside the weights, which have names of their own. */
async function tokenizerOf(source: ModelSource, weightFile: string | undefined): Promise<Tokenizer> {
  const files = new Map<string, Uint8Array>();
  for (const { name } of source.files) {
    if (isTokenizerFile(name) && name !== weightFile) files.set(name, await wholeFile(source, name));
  }
  return loadTokenizer(files);
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

/** FoPE's frozen coefficients, which follow from the configuration's seed, for programs that cannot draw them. */
function frozenTensors({ position, headDim, kvHeads }: ModelConfig): readonly [string, StoredTensor][] {
  if (position.type !== "fope") return [];
  const coefficients = fourierCoefficients(position, { headDim, heads: kvHeads });
  return [...fourierTensors(coefficients, kvHeads)];
}
