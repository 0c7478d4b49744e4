import type { ModelConfig } from "../config.ts";
import { createDecoder } from "../decoding/create.ts";
import { generateAll } from "../decoding/generate.ts";
import type { LanguageModel } from "../stored-model.ts";

export interface AnswerOptions {
  readonly threads: number;
  /** Tokens that an answer has at most. */
  readonly maxTokens: number;
  /** Answers that are written side by side; 16 when absent. */
  readonly rows?: number;
  /** Sequences of tokens that end an answer and do not belong to it, beside the model's `eos`. */
  readonly stop?: readonly ArrayLike<number>[];
}

/**
 * The greedy answer of a model to each prompt, in tokens and in order: up to a stop sequence, `maxTokens`, or the last of the
 * positions that the model has. Throws RangeError where these leave no room after a prompt.
 */
export async function answersTo(
  model: LanguageModel,
  prompts: readonly ArrayLike<number>[],
  { threads, maxTokens, rows = 16, stop = [] }: AnswerOptions,
): Promise<string[]> {
  if (prompts.length === 0) return [];
  const longest = prompts.reduce((most, { length }) => Math.max(most, length), 0);
  const window = windowFor(model.config, longest, maxTokens);
  const ends = [...(model.specialTokens?.eos ?? []).map((eos) => [eos]), ...stop];
  const decoder = await createDecoder(model, { window, threads, rows: Math.min(rows, prompts.length) });
  const read = prompts.map((prompt) => Int32Array.from(prompt));
  const answers = prompts.map(() => "");
  try {
    for await (const { index, tokens } of generateAll(decoder, read, { maxTokens, stop: ends })) {
      answers[index] = model.tokenizer.decode(withoutEnd(tokens, ends));
    }
    return answers;
  } finally {
    await decoder.release();
  }
}

function windowFor({ position }: ModelConfig, longest: number, maxTokens: number): number {
  const limit = position.type === "learned" ? position.length : Number.POSITIVE_INFINITY;
  if (longest < limit) return Math.min(limit, longest + maxTokens);
  throw new RangeError(`a prompt of ${longest} tokens, and learned positions for ${limit}`);
}

/** The tokens before a stop sequence that they end with, the longest of several. */
function withoutEnd(tokens: readonly number[], ends: readonly ArrayLike<number>[]): readonly number[] {
  const written = ends.filter(
    (end) =>
      end.length <= tokens.length &&
      Array.from(end).every((token, i) => token === tokens[tokens.length - end.length + i]),
  );
  return tokens.slice(0, tokens.length - Math.max(0, ...written.map(({ length }) => length)));
}
