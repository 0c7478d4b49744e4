import { configure, type ModelConfig } from "../../../lm/config.ts";
import { noSpecialTokens, type SpecialTokens } from "../../../lm/special-tokens.ts";
import { loadModel } from "../../../lm/stored-model.ts";
import { bpeTokenizer } from "../../../lm/tokenizers/bpe.ts";
import { trainBpe } from "../../../lm/tokenizers/bpe-train.ts";
import { byteTokenizer } from "../../../lm/tokenizers/byte.ts";
import type { Tokenizer } from "../../../lm/tokenizers/tokenizer.ts";
import type { WeightValues } from "../../../lm/training.ts";
import type { RunContext } from "../../contract.ts";
import type { StudyInput } from "./input.ts";

/** What every training begins at. */
export interface Base {
  readonly config: ModelConfig;
  readonly tokenizer: Tokenizer;
  readonly specialTokens: SpecialTokens;
  /** Drawn with each seed when absent. */
  readonly weights?: WeightValues;
}

/** A row as a model is trained on it. */
export interface AnsweredText {
  readonly prompt: string;
  readonly answer: string;
}

/** A byte that no UTF-8 has, so that no text has its token: it ends an answer. */
const endOfAnswer = 0xff;
/** Characters that a vocabulary is learned from at most. */
const mostCharacters = 4_000_000;

/** The model that is named, or a new one whose tokenizer learns from the texts. */
export async function openBase(
  { model, maxTokens }: StudyInput,
  texts: readonly AnsweredText[],
  ctx: RunContext,
): Promise<Base> {
  if (model.from === "model") {
    const { config, tokenizer, specialTokens, weights } = await loadModel(await ctx.model(model.model));
    return { config, tokenizer, weights, specialTokens: specialTokens ?? noSpecialTokens };
  }
  const { feedForward, ...sides } = model.size;
  const tokenizer =
    model.vocabulary === 256
      ? byteTokenizer
      : bpeTokenizer(trainBpe(firstTexts(texts), { vocabularySize: model.vocabulary }));
  const config = configure({
    ...sides,
    ...(feedForward !== undefined && { feedForward: { type: "swiglu", size: feedForward } }),
    vocabularySize: tokenizer.vocabularySize,
    contextLength: maxTokens,
    position: { type: "rope", theta: 10_000 },
  });
  return { config, tokenizer, specialTokens: { eos: [endOfAnswer], startsWithBos: false } };
}

function* firstTexts(texts: readonly AnsweredText[]): Generator<string> {
  let characters = 0;
  for (const { prompt, answer } of texts) {
    yield prompt;
    yield answer;
    characters += prompt.length + answer.length;
    if (characters > mostCharacters) return;
  }
}
