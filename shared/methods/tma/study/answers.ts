import { answersTo } from "../../../lm/fine-tuning/answers.ts";
import type { Example } from "../../../lm/fine-tuning/example.ts";
import type { LanguageModel } from "../../../lm/stored-model.ts";
import { corpusScore } from "../../../metrics/corpus.ts";
import { rouge } from "../../../metrics/rouge.ts";
import { exactMatch } from "../../../metrics/token-overlap.ts";

/** What a model answers to the prompts, greedily, each up to its end or the length of the longest right answer. */
export async function answersOf(
  model: LanguageModel,
  examples: readonly Example[],
  threads: number,
): Promise<string[]> {
  const prompts = examples.map(({ prompt }) => prompt);
  const maxTokens = examples.reduce((most, { response }) => Math.max(most, response.length), 0);
  const answers = await answersTo(model, prompts, { threads, maxTokens });
  return answers.map((answer) => answer.trim());
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
