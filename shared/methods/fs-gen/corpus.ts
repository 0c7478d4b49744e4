import type { Tokens } from "../../lm/rows.ts";
import { bpeTokenizer } from "../../lm/tokenizers/bpe.ts";
import { trainBpe } from "../../lm/tokenizers/bpe-train.ts";
import { byteTokenizer } from "../../lm/tokenizers/byte.ts";
import type { Tokenizer } from "../../lm/tokenizers/tokenizer.ts";
import type { RunContext } from "../contract.ts";
import { readText, splitText } from "../text.ts";
import type { Input } from "./input.ts";

/** A text in three parts, none of which is seen where another is used. */
export interface Corpus {
  readonly name: string;
  readonly tokenizer: Tokenizer;
  readonly training: Tokens;
  /** What routers learn from. */
  readonly calibration: Tokens;
  readonly validation: Tokens;
}

/** How much of the text the parts after the training take. */
interface Parts {
  readonly calibrationTokens: number;
  readonly evaluationTokens: number;
  /** The longest row that is cut from a part. */
  readonly longest: number;
  /** Of models that are there already; one over bytes or byte pairs is made when absent. */
  readonly tokenizer?: Tokenizer | undefined;
}

/** Reads the text and cuts it; throws RangeError when it is too short. */
export async function readCorpus(input: Input, ctx: RunContext, parts: Parts): Promise<Corpus> {
  const { name, text } = await readText(ctx, input);
  const tokenizer = parts.tokenizer ?? tokenizerOf(text, input.vocabulary);
  const { longest, evaluationTokens, calibrationTokens } = parts;
  const window = input.trainingLength;
  const last = splitText(tokenizer.encode(text), { evaluationTokens, longest, window });
  const first = splitText(last.training, { evaluationTokens: calibrationTokens, longest: window, window });
  return {
    name,
    tokenizer,
    training: first.training,
    calibration: first.validation,
    validation: last.validation,
  };
}

/** Byte pairs are learned on the part of the text that is never held out. */
function tokenizerOf(text: string, vocabularySize: number): Tokenizer {
  if (vocabularySize === byteTokenizer.vocabularySize) return byteTokenizer;
  return bpeTokenizer(trainBpe([text.slice(0, Math.floor(text.length * 0.8))], { vocabularySize }));
}

/** `count` places of a text at equal distances, `length` tokens each; fewer where there is no room for two. */
export function evenly(text: Tokens, count: number, length: number): Tokens[] {
  const room = text.length - length;
  if (room < 0) throw new RangeError(`a held-out text of ${text.length} tokens has no place of ${length}`);
  const places = Math.min(count, room + 1);
  return Array.from({ length: places }, (_, at) => {
    const start = places === 1 ? 0 : Math.round((at * room) / (places - 1));
    return text.slice(start, start + length);
  });
}
