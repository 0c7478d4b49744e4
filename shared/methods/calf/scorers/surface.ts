import { calfTokens } from "../../../metrics/tokenizers/words.ts";
import type { Measure } from "../passes.ts";
import type { Answer } from "./answer.ts";
import { clausesOf } from "./clauses.ts";

/** What is on the surface of an answer: the baselines of length, and features that no reference is needed for. */
export const surfaceFeatures = ["length", "sentences", "question-overlap", "numbers"] as const;
const columns = ["longer", "longer-tokens", ...surfaceFeatures] as const;

/** Lengths in code points and in CALF's tokens, and the features of the learned preference. */
export function surfaceMeasure(): Measure<Answer> {
  return {
    columns,
    batch: 256,
    async measure(answers) {
      const values = new Float64Array(answers.length * columns.length);
      for (const [at, one] of answers.entries()) values.set(surfaceOf(one), at * columns.length);
      return { values };
    },
  };
}

/** In the order of the columns; the logarithm of the length, since a sentence more says less in a long answer. */
function surfaceOf({ question, answer }: Answer): number[] {
  const tokens = calfTokens(answer);
  const asked = new Set(calfTokens(question));
  const own = new Set(tokens);
  let shared = 0;
  for (const token of asked) shared += Number(own.has(token));
  const characters = codePoints(answer);
  return [
    characters,
    tokens.length,
    Math.log1p(characters),
    clausesOf(answer).length,
    asked.size === 0 ? 0 : shared / asked.size,
    tokens.filter((token) => /^\p{Nd}/u.test(token)).length,
  ];
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
