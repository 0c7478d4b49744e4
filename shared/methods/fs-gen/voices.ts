import { configure, type ModelConfig } from "../../lm/config.ts";
import { createDecoder } from "../../lm/decoding/create.ts";
import type { Decoder } from "../../lm/decoding/decoder.ts";
import { type RowSource, windowsOf } from "../../lm/rows.ts";
import { type LanguageModel, loadModel } from "../../lm/stored-model.ts";
import type { RunContext } from "../contract.ts";
import type { Voices } from "./collaborate.ts";
import type { Corpus } from "./corpus.ts";
import type { FamilyTraining, Member } from "./family.ts";
import type { CompareInput, DecoderName, GenerateInput, StudyInput } from "./input.ts";
import { mixed, taskRows } from "./tasks.ts";

type PairInput = GenerateInput | CompareInput;

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

/** The models to train for a pair: small and large, and for proxy tuning the small one trained on. */
export function pairMembers(input: PairInput, { training, tokenizer }: Corpus): Member[] {
  const { pair, trainingLength: length } = input;
  const { steps } = input.training;
  const text = windowsOf(training, length);
  const kind = input.task === "compare" && input.prompts.from === "task" ? input.prompts.kind : undefined;
  const task = kind === undefined ? undefined : taskRows(kind, tokenizer);
  const rows = task === undefined ? text : mixed(text, task);
  const member = (key: "small" | "large"): Member => {
    const config = configOf(pair[key], tokenizer.vocabularySize, length);
    return { key, config, steps, rows, stream: [key] };
  };
  const proxy = input.task === "generate" ? input.decoder === "proxy" : input.decoders.includes("proxy");
  const [small, large] = [member("small"), member("large")];
  if (!proxy) return [small, large];
  const lastQuarter: RowSource = windowsOf(training.subarray(Math.floor(training.length * 0.75)), length);
  const tuned: Member = {
    ...small,
    key: "small-tuned",
    steps: pair.tuningSteps,
    rows: task ?? lastQuarter,
    stream: ["tuned"],
    from: "small",
  };
  return [small, large, tuned];
}

/** The trained models, out of the store. */
export async function trainedCast({ members }: FamilyTraining, ctx: RunContext): Promise<Cast> {
  const load = async (key: string) => {
    const member = members.find((one) => one.key === key);
    return member === undefined ? undefined : loadModel(await ctx.model(member.model));
  };
  const [small, large, tuned] = [await load("small"), await load("large"), await load("small-tuned")];
  if (small === undefined || large === undefined) throw new Error("the pair was not trained");
  return { small, large, ...(tuned !== undefined && { tuned, untuned: small }) };
}

/** Decoders over a cast: `of` gives those that a decoder's name takes. */
export interface Stage {
  of(decoder: DecoderName): Voices;
  release(): Promise<void>;
}

/** Opens one decoder a model, each with its own cache of `window` tokens. */
export async function openStage(cast: Cast, options: { window: number; threads: number }): Promise<Stage> {
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
