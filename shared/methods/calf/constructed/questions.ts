import { chinese } from "./questions/chinese.ts";
import { matter } from "./questions/matter.ts";
import { nature } from "./questions/nature.ts";
import { society } from "./questions/society.ts";

export type Language = "en" | "zh";

/** A sentence in its true and its false form. */
export interface Statement {
  readonly right: string;
  readonly wrong: string;
}

/** A fact as a reference has it, and in other words. */
export interface Fact {
  readonly plain: Statement;
  readonly reworded: Statement;
}

export interface Question {
  readonly text: string;
  readonly language: Language;
  readonly facts: readonly Fact[];
}

/** The project's own questions, with the facts that answer them. */
export const questions: readonly Question[] = [
  ...[nature, matter, society].flatMap((text) => readQuestions(text, "en")),
  ...readQuestions(chinese, "zh"),
];

/**
 * Questions in blocks of lines: `?` the question, then each fact as `+` and, in other words, `~`, with a slot
 * `{true|false}` in either. Throws SyntaxError for a line that is none of these.
 */
export function readQuestions(text: string, language: Language): Question[] {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((block) => {
      const [question = "", ...lines] = block.split("\n");
      const facts: Fact[] = [];
      for (let at = 0; at < lines.length; at += 2) {
        facts.push({ plain: statement(lines[at], "+ "), reworded: statement(lines[at + 1], "~ ") });
      }
      return { text: after(question, "? "), language, facts };
    });
}

function statement(line: string | undefined, mark: string): Statement {
  const text = after(line, mark);
  const slot = /\{([^{}|]+)\|([^{}|]+)\}/;
  if (!slot.test(text)) throw new SyntaxError(`a fact has a slot {true|false}: ${text}`);
  return { right: text.replace(slot, "$1"), wrong: text.replace(slot, "$2") };
}

function after(line: string | undefined, mark: string): string {
  if (line === undefined || !line.startsWith(mark)) {
    throw new SyntaxError(`a line that begins with "${mark}" belongs here, not ${line ?? "the end"}`);
  }
  return line.slice(mark.length);
}

/** Sentences as one text. */
export function joined(sentences: readonly string[], language: Language): string {
  return sentences.join(language === "en" ? " " : "");
}
