import type { Random } from "../../lm/random.ts";
import type { RowSource } from "../../lm/rows.ts";
import type { Tokenizer } from "../../lm/tokenizers/tokenizer.ts";

export type TaskKind = "addition" | "copy";

/** A question with its one right answer. */
export interface Question {
  readonly question: string;
  readonly answer: string;
}

/** What ends an answer. */
export const lineEnd = "\n";
const letters = "abcdefghijklmnopqrstuvwxyz";
const copied = 5;
const largestTerm = 19;

/** A sum of two numbers up to 19, or five letters to be said again. */
export function question(kind: TaskKind, random: Random): Question {
  if (kind === "copy") {
    const word = Array.from({ length: copied }, () => letters[random.integer(letters.length)]).join("");
    return { question: `${word}=`, answer: word };
  }
  const [a, b] = [random.integer(largestTerm + 1), random.integer(largestTerm + 1)];
  return { question: `${a}+${b}=`, answer: String(a + b) };
}

const lineOf = ({ question: asked, answer }: Question): string => asked + answer + lineEnd;

/** A question after two that are answered, as training rows have them. */
export function prompted(kind: TaskKind, random: Random): Question {
  const shown = [question(kind, random), question(kind, random)].map(lineOf).join("");
  const asked = question(kind, random);
  return { question: shown + asked.question, answer: asked.answer };
}

/** Training rows of answered questions, line after line from the beginning of one. */
export function taskRows(kind: TaskKind, tokenizer: Tokenizer): RowSource {
  return (random, row) => {
    for (let at = 0; at < row.length; ) {
      const line = tokenizer.encode(lineOf(question(kind, random)));
      row.set(line.subarray(0, row.length - at), at);
      at += line.length;
    }
  };
}

/** Rows of either source, each as often. */
export function mixed(one: RowSource, other: RowSource): RowSource {
  return (random, row) => (random.uniform() < 0.5 ? one : other)(random, row);
}
