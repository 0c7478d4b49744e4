import type { ModelConfig } from "./config.ts";
import { isFloat } from "./dtypes.ts";
import { familyNamed, readConfig } from "./families/families.ts";
import type { Family } from "./families/family.ts";
import type { TensorLayout } from "./families/layout.ts";
import { findCheckpoint, readCheckpoint } from "./families/llama2c.ts";
import { ModelError } from "./model-error.ts";
import { jsonFile, type ModelSource, sizeOfFile, wholeFile } from "./model-source.ts";
import { fourierCoefficients } from "./position/fope.ts";
import { fourierTensors } from "./position/fope-tensors.ts";
import type { StoredTensor } from "./safetensors.ts";
import { type TensorDirectory, tensorDirectory } from "./tensor-directory.ts";
import { isTokenizerFile, loadTokenizer } from "./tokenizers/load.ts";
import type { Tokenizer } from "./tokenizers/tokenizer.ts";

/** A model of a source before its weights are read: nothing here needs the engine. */
export interface DescribedModel {
  readonly config: ModelConfig;
  readonly directory: TensorDirectory;
  readonly layout: readonly TensorLayout[];
  /** Its name in transformers, or `llama2.c` of a checkpoint of that. */
  readonly architecture: string;
  readonly family: string;
  /** The file of a llama2.c checkpoint. */
  readonly checkpoint?: string;
}

/**
 * What a folder of Hugging Face's of the architectures in `families`, or a llama2.c checkpoint, holds, by its
 * configuration and the headers of its weights. Throws ModelError or SafetensorsError with the reason, which names
 * what is missing, left over or not supported.
 */
export async function describeModel(source: ModelSource): Promise<DescribedModel> {
  const checkpoint =
    sizeOfFile(source, "config.json") === undefined ? await findCheckpoint(source) : undefined;
  if (checkpoint === undefined) return describeFolder(source);
  const described = readCheckpoint(checkpoint);
  return { ...described, architecture: "llama2.c", family: "llama", checkpoint: checkpoint.file };
}

/** A folder of Hugging Face's: every tensor of its headers is held to what config.json says. */
async function describeFolder(source: ModelSource): Promise<DescribedModel> {
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
    if (!isFloat(place.dtype)) {
      throw new ModelError(`tensor ${stored} is of ${place.dtype}, not of floating-point numbers`);
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
  const { architecture, modelType } = family;
  return { config, directory, layout, architecture, family: modelType };
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

/**
 * The tokenizer beside a model's weights, which have names of their own. Throws ModelError where it has more tokens
 * than the model, and TokenizerError.
 */
export async function tokenizerOf(
  source: ModelSource,
  { config, checkpoint }: Pick<DescribedModel, "config" | "checkpoint">,
): Promise<Tokenizer> {
  const files = new Map<string, Uint8Array>();
  for (const { name } of source.files) {
    if (isTokenizerFile(name) && name !== checkpoint) files.set(name, await wholeFile(source, name));
  }
  const tokenizer = loadTokenizer(files);
  if (tokenizer.vocabularySize <= config.vocabularySize) return tokenizer;
  throw new ModelError(
    `the tokenizer has ${tokenizer.vocabularySize} tokens, the model only ${config.vocabularySize}`,
  );
}

/** FoPE's frozen coefficients, which follow from the configuration's seed, for programs that cannot draw them. */
export function frozenTensors({
  position,
  headDim,
  kvHeads,
}: ModelConfig): readonly [string, StoredTensor][] {
  if (position.type !== "fope") return [];
  const coefficients = fourierCoefficients(position, { headDim, heads: kvHeads });
  return [...fourierTensors(coefficients, kvHeads)];
}
