import { createDecoder } from "../../../lm/decoding/create.ts";
import { generateAll } from "../../../lm/decoding/generate.ts";
import type { Example } from "../../../lm/fine-tuning/example.ts";
import type { WeightValues } from "../../../lm/training.ts";
import { corpusScore } from "../../../metrics/corpus.ts";
import { rouge } from "../../../metrics/rouge.ts";
import { exactMatch } from "../../../metrics/token-overlap.ts";
import type { Base } from "./base.ts";

/** Answers that are written at a time. */
const rows = 16;

/** What a model answers to the prompts, greedily, each up to its end or the longest of the right answers. */
export async function answersTo(
  base: Base,
  weights: WeightValues,
  examples: readonly Example[],
  threads: number,
): Promise<string[]> {
  if (examples.length === 0) return [];
  const longest = (lengthOf: (example: Example) => number) => Math.max(...examples.map(lengthOf));
  const maxTokens = longest(({ response }) => response.length);
  const window = longest(({ prompt }) => prompt.length) + maxTokens;
  const { eos } = base.specialTokens;
  const { position } = base.config;
  const limit = position.type === "learned" ? position.length : window;
  const decoder = await createDecoder(
    { config: base.config, weights },
    { window: Math.min(window, limit), threads, rows: Math.min(rows, examples.length) },
  );
  try {
    const prompts = examples.map(({ prompt }) => Int32Array.from(prompt));
    const answers: string[] = [];
    const options = { maxTokens, stop: eos.map((token) => [token]) };
    for await (const { index, tokens } of generateAll(decoder, prompts, options)) {
      const ends = tokens.findIndex((token) => eos.includes(token));
      answers[index] = base.tokenizer.decode(ends < 0 ? tokens : tokens.slice(0, ends)).trim();
    }
    return answers;
  } finally {
    await decoder.release();
  }
}

export interface Scores {
  readonly exactMatch: number;
  readonly rougeL: number;
}

/** Mean scores of answers, each against the right one, from 0 to 1. */
export function scoresOf(answers: readonly string[], right: readonly string[]): Scores {
  const pairs = answers.map((answer, at) => ({ answer, references: [right[at] ?? ""] }));
  return {
    exactMatch: corpusScore(exactMatch(), pairs),
    rougeL: corpusScore(rouge({ kind: "L" }), pairs),
  };
}
