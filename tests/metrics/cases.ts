import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect } from "vitest";
import * as z from "zod";
import { corpusScore, sentenceScore } from "../../shared/metrics/corpus.ts";
import type { TextMetric } from "../../shared/metrics/metric.ts";

const folder = new URL("./reference/", import.meta.url);

/** What a reference implementation computed for `cases`; `reference/` has the scripts. */
export function readReference<T extends z.ZodType>(name: string, schema: T): z.infer<T> {
  return schema.parse(JSON.parse(readFileSync(new URL(name, folder), "utf8")));
}

export const cases = readReference(
  "cases.json",
  z.array(z.object({ answer: z.string(), references: z.array(z.string()) })),
);

/** Texts of few words, so that they share some; English, Chinese, and anything at all. */
export const shortText = fc.oneof(
  fc
    .array(fc.constantFrom("the", "cat", "cats", "sat", "on", "a", "mat.", "3.5", "\n"), { maxLength: 14 })
    .map((words) => words.join(" ")),
  fc
    .array(fc.constantFrom("水", "的", "沸", "点", "是", "DNA", "，", "100"), { maxLength: 14 })
    .map((words) => words.join("")),
  fc.string({ unit: "grapheme", maxLength: 12 }),
);

const sacrebleu = z.object({
  scores: z.record(z.string(), z.object({ sentences: z.array(z.number()), corpus: z.number() })),
  tokens: z.record(z.string(), z.array(z.array(z.string()))),
});

/** What sacrebleu computed, and the tokens that it made of the answers of the first cases. */
export const ofSacrebleu = readReference("sacrebleu.json", sacrebleu);

/** Holds all answers and the corpus to sacrebleu's scores, to as many of their 16 digits as a logarithm may cost. */
export function expectSacrebleus(name: string, metric: TextMetric, digits = 16): void {
  const expected = ofSacrebleu.scores[name];
  const found = cases.map(({ answer, references }) => sentenceScore(metric, answer, references));
  const all = [...found, corpusScore(metric, cases)];
  const wanted = [...(expected?.sentences ?? []), expected?.corpus ?? Number.NaN];
  expect(all).toHaveLength(wanted.length);
  for (const [at, score] of all.entries()) {
    const other = wanted[at] ?? Number.NaN;
    const allowed = Math.abs(other) * 10 ** -digits * 5;
    if (!(Math.abs(score - other) <= allowed)) expect({ at, score }).toEqual({ at, score: other });
  }
}
