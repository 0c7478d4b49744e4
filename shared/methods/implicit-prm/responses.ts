import { type Example, encodeExample, lengthOf } from "../../lm/fine-tuning/example.ts";
import type { LanguageModel } from "../../lm/stored-model.ts";
import type { DatasetContent } from "../contract.ts";
import { preferenceRow } from "../rows.ts";
import { rightSteps, solutionAnswer } from "./arithmetic.ts";
import type { TextFields } from "./input.ts";
import { createMatcher } from "./patterns.ts";
import { createSplitter, type Span } from "./steps.ts";

/** A response to one of the problems, taken apart. */
export interface Response extends Example {
  /** Index of its problem. */
  readonly problem: number;
  readonly promptText: string;
  readonly text: string;
  readonly right: boolean;
  readonly answer: string | null;
  readonly steps: readonly Span[];
  /** Whether each step is right, where that is known. */
  readonly rightSteps?: readonly boolean[];
}

/** Responses to problems, in order of these. */
export interface Responses {
  readonly problems: number;
  readonly responses: readonly Response[];
  /** Responses that were too long. */
  readonly leftOut: number;
}

type Encoder = Pick<LanguageModel, "tokenizer" | "specialTokens">;

/** Labels above this are right. */
const rightFrom = 0.5;

/** How rows become responses: `field` names their data set, which has at least so many prompts. */
export interface Reading extends TextFields {
  /** No response has an answer when absent. */
  readonly answer?: string;
  readonly field: string;
  readonly least: number;
}

/** The rows of a data set of preferences. Throws an Error that names `field` where it has fewer than `least` prompts. */
export async function readResponses(
  content: DatasetContent,
  model: Encoder,
  { separator, splitter, maxTokens, answer, field, least }: Reading,
): Promise<Responses> {
  const split = createSplitter(splitter);
  const answers = answer === undefined ? undefined : createMatcher(answer, "answer");
  const responses: Response[] = [];
  let [problems, leftOut] = [0, 0];
  for await (const row of content.rows(preferenceRow)) {
    const promptText = row.prompt + separator;
    let kept = 0;
    for (const { text, label } of row.responses) {
      const example = encodeExample(model, promptText, text);
      if (lengthOf(example) > maxTokens) {
        leftOut++;
        continue;
      }
      kept++;
      responses.push({
        ...example,
        ...{ problem: problems, promptText, text, right: label > rightFrom },
        answer: answers?.(text).at(-1)?.text ?? null,
        steps: split(text),
      });
    }
    if (kept > 0) problems++;
  }
  if (problems >= least) return { problems, responses, leftOut };
  const why = leftOut === 0 ? "" : ` that fit into maxTokens (${leftOut} responses do not)`;
  throw new Error(`${field}: ${problems} prompts${why}; at least ${least} are needed`);
}

/** Rollouts of the arithmetic policy, as many to each problem. */
export function rolloutResponses(
  problems: readonly string[],
  solutions: readonly string[],
  perProblem: (problem: number) => number,
  answerOf: (problem: string) => string,
  model: Encoder,
): Responses {
  const split = createSplitter({ by: "line" });
  let at = 0;
  const responses = problems.flatMap((promptText, problem) => {
    const own = solutions.slice(at, at + perProblem(problem));
    at += own.length;
    return own.map((text) => ({
      ...encodeExample(model, promptText, text),
      ...{ problem, promptText, text },
      right: solutionAnswer(text) === answerOf(promptText),
      answer: solutionAnswer(text),
      steps: split(text),
      rightSteps: rightSteps(promptText, text),
    }));
  });
  return { problems: problems.length, responses, leftOut: 0 };
}
