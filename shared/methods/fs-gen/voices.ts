import { configure, type ModelConfig } from "../../lm/config.ts";
import { createDecoder } from "../../lm/decoding/create.ts";
import type { Decoder } from "../../lm/decoding/decoder.ts";
import type { DecoderOptions } from "../../lm/decoding/options.ts";
import { type LanguageModel, loadModel } from "../../lm/stored-model.ts";
import type { RunContext } from "../contract.ts";
import type { Voices } from "./collaborate.ts";
import type { CompareInput, DecoderName, GenerateInput, StudyInput } from "./input.ts";

export type PairInput = GenerateInput | CompareInput;

/** The models of a run by what they are to it. */
export interface Cast {
  readonly small: LanguageModel;
  readonly large: LanguageModel;
  /** For proxy tuning: the small model after its tuning, and before it. */
  readonly tuned?: LanguageModel;
  readonly untuned?: LanguageModel;
}

/** The models that an input names; undefined where it names none. Throws where their vocabularies differ. */
export async function namedCast(input: PairInput, ctx: RunContext): Promise<Cast | undefined> {
  const { small: smallId, large: largeId, untuned: untunedId } = input;
  if (smallId === undefined || largeId === undefined) return undefined;
  const load = async (id: string) => loadModel(await ctx.model(id));
  const [small, large] = [await load(smallId), await load(largeId)];
  sameVocabulary("large", large, small);
  if (untunedId === undefined) return { small, large };
  const untuned = await load(untunedId);
  sameVocabulary("untuned", untuned, small);
  return { small, large, tuned: small, untuned };
}

/** The longest context that every model of the cast was made for. */
export function contextOf(cast: Cast): number {
  return Math.min(...Object.values(cast).map(({ config }: LanguageModel) => config.contextLength));
}

function sameVocabulary(field: string, model: LanguageModel, small: LanguageModel): void {
  const [theirs, own] = [model, small].map(({ tokenizer, config }) => ({
    size: config.vocabularySize,
    text: JSON.stringify(tokenizer.toJSON()),
  }));
  if (theirs?.size !== own?.size || theirs?.text !== own?.text) {
    throw new RangeError(`${field}: its tokens are not those of the small model`);
  }
}

export function configOf(
  size: StudyInput["sizes"][number],
  vocabularySize: number,
  length: number,
): ModelConfig {
  const { dModel, layers, heads, feedForward } = size;
  return configure({
    vocabularySize,
    contextLength: length,
    dModel,
    layers,
    heads,
    position: { type: "rope", theta: 10_000 },
    ...(feedForward !== undefined && { feedForward: { type: "swiglu" as const, size: feedForward } }),
  });
}

/** Decoders over a cast: `of` gives those that a decoder's name takes. */
export interface Stage {
  of(decoder: DecoderName): Voices;
  release(): Promise<void>;
}

/** Opens one decoder a model, each with its own cache of `window` tokens. */
export async function openStage(cast: Cast, options: Omit<DecoderOptions, "rows">): Promise<Stage> {
  const opened = new Map<LanguageModel, Decoder>();
  const open = async (model: LanguageModel | undefined): Promise<Decoder | undefined> => {
    if (model === undefined) return undefined;
    const decoder = opened.get(model) ?? (await createDecoder(model, options));
    opened.set(model, decoder);
    return decoder;
  };
  const [small, large] = [await open(cast.small), await open(cast.large)];
  const [tuned, untuned] = [await open(cast.tuned), await open(cast.untuned)];
  if (small === undefined || large === undefined) throw new Error("two models decode together");
  return {
    of(decoder) {
      if (decoder !== "proxy") return { small, large };
      if (tuned === undefined) throw new Error("proxy tuning needs a tuned small model");
      return { small: tuned, large, untuned };
    },
    release: async () => {
      for (const decoder of opened.values()) await decoder.release();
    },
  };
}
