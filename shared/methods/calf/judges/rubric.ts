import * as z from "zod";
import type { Measure } from "../passes.ts";
import type { Answer } from "../scorers/answer.ts";
import { ask, type JudgeOptions, type JudgeQuestion, tallied } from "./ask.ts";
import { fenced, systemPrompt } from "./prompt.ts";

const mark = z.int().min(1).max(5);
const answer = z.strictObject({
  analysis: z
    .string()
    .describe("At most 80 words: which facts of the reference the answer has, lacks or contradicts"),
  correctness: mark.describe("5: nothing contradicts the reference; 1: most of it does"),
  completeness: mark.describe("5: every fact of the reference is there; 1: hardly any is"),
  relevance: mark.describe("5: all of it answers the question; 1: hardly anything does"),
});

const system = systemPrompt(
  "Mark one answer from 1 to 5 for its correctness, completeness and relevance. First write a short analysis, then the marks.",
);

/** What the judge is shown of an answer. */
export function rubricQuestion({
  question,
  references,
  answer: given,
}: Answer): JudgeQuestion<z.infer<typeof answer>> {
  const content = fenced([
    ["Question", question],
    ...references.map((reference) => ["Reference answer", reference] as const),
    ["Answer", given],
  ]);
  return { system, content, schema: answer, schemaName: "marks" };
}

/**
 * Marks by a rubric, in the manner of G-Eval (Liu et al., arXiv 2303.16634): the mean of three marks from 1 to 5. G-Eval
 * weighs marks by their probabilities, which most servers do not tell.
 */
export function rubricMeasure(options: JudgeOptions): Measure<Answer> {
  return {
    columns: ["judge-rubric"],
    batch: 8,
    async measure(answers) {
      const asked = await Promise.all(answers.map((one) => ask(rubricQuestion(one), options)));
      const values = Float64Array.from(asked, ({ value }) =>
        value === undefined ? Number.NaN : (value.correctness + value.completeness + value.relevance) / 3,
      );
      return { values, tally: tallied(asked) };
    },
  };
}
