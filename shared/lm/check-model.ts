import { sizeOf } from "../engine/graph.ts";
import { type DescribedModel, describeModel, tokenizerOf } from "./described-model.ts";
import { ModelError } from "./model-error.ts";
import type { ModelSource } from "./model-source.ts";
import { SafetensorsError } from "./safetensors.ts";
import { readSpecialTokens } from "./special-tokens.ts";
import { TokenizerError } from "./tokenizers/tokenizer.ts";

/** Something wrong with a model: in which file, and at which field of it or which tensor. */
interface ModelFault {
  readonly message: string;
  readonly file?: string;
  readonly field?: string;
}

/** What a model is by its own words, and the shapes of its tensors. */
interface ModelFacts {
  readonly architecture: string;
  readonly family: string;
  readonly parameters: number;
  readonly contextLength: number;
  readonly vocabulary: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly position: string;
  readonly dtype: string;
}

/**
 * Looks over whether `loadModel` would take a model, and reads of its weights the headers alone: its architecture is
 * known, every tensor is there in its shape, and the tokenizer can be read. What is no fault of the model is thrown.
 */
export async function checkModel(
  source: ModelSource,
): Promise<{ readonly summary: ModelFacts } | { readonly errors: readonly [ModelFault] }> {
  try {
    const described = await describeModel(source);
    await readSpecialTokens(source, await tokenizerOf(source, described));
    return { summary: factsOf(described) };
  } catch (error) {
    const known = [ModelError, SafetensorsError, TokenizerError].some((kind) => error instanceof kind);
    if (!(error instanceof Error && known)) throw error;
    return { errors: [placed(error.message)] };
  }
}

/** An error's place, which its message begins with: `config.json: vocab_size: ...`, or `tensor NAME ...`. */
function placed(text: string): ModelFault {
  const [, file, rest] = /^([\w.-]+\.(?:json|safetensors|bin|model|txt)): (.+)$/s.exec(text) ?? [];
  const inFile = file === undefined ? {} : { file };
  const told = rest ?? text;
  const [, tensor, what] = /^tensor (\S+) (.+)$/s.exec(told) ?? [];
  if (tensor !== undefined && what !== undefined) {
    return { ...inFile, field: tensor, message: `the tensor ${what}` };
  }
  const [, field, why] = file === "config.json" ? (/^([\w/]+): (.+)$/s.exec(told) ?? []) : [];
  if (field !== undefined && why !== undefined) return { ...inFile, field: `/${field}`, message: why };
  return { ...inFile, message: told };
}

function factsOf({ config, directory, layout, architecture, family }: DescribedModel): ModelFacts {
  const { position } = config;
  const scaling = position.type === "rope" ? position.scaling?.type : undefined;
  const dtypes = layout.map(({ stored }) => directory.get(stored)?.dtype ?? "F32");
  return {
    architecture,
    family,
    parameters: layout.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    contextLength: config.contextLength,
    vocabulary: config.vocabularySize,
    width: config.dModel,
    layers: config.layers,
    heads: config.heads,
    position: scaling === undefined ? position.type : `${position.type}, ${scaling}`,
    dtype: [...new Set(dtypes)]
      .map((dtype) => names[dtype] ?? dtype)
      .sort()
      .join(", "),
  };
}

const names: Readonly<Record<string, string>> = {
  ...{ F64: "float64", F32: "float32", F16: "float16", BF16: "bfloat16" },
};
