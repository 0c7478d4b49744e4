import * as z from "zod";
import { fence, fenceRule } from "../../../llm/fence.ts";
import type { Evidence, Score, Scores } from "../output.ts";
import type { Metered } from "../planner/metered.ts";
import { deviation, meanOf } from "../spread.ts";
import { notAssessed } from "./rule-scores.ts";

const system = [
  "You judge a hypothesis by its evidence. First quote the lines of evidence that you rest on, letter by letter; then score from 0 to 1.",
  "reliability: how well the statistics carry it. logicalCoherence: whether it follows from the evidence without a leap. novelty: how little it only restates one result. evaluability: whether another study could refute it.",
  "You did not write the hypothesis, and owe it nothing.",
  fenceRule,
].join("\n");

const mark = z.number().min(0).max(1);
const verdict = z.object({
  quotes: z.array(z.string().min(1).max(400)).min(1).max(8),
  reliability: mark,
  logicalCoherence: mark,
  novelty: mark,
  evaluability: mark,
});
type Verdict = z.output<typeof verdict>;

/**
 * Scores by a chat model that is asked several times, apart from the writing: mean and standard deviation of the
 * answers whose quotes are lines of the evidence; others count for nothing.
 */
export async function judge(
  text: string,
  evidence: readonly Evidence[],
  { model, samples }: { readonly model: Metered; readonly samples: number },
): Promise<Scores> {
  const lines = evidence.map(({ step, path, value }) => `${step}/${path} = ${JSON.stringify(value)}`);
  const verdicts: Verdict[] = [];
  for (let sample = 0; sample < samples; sample++) {
    const answer = await model.ask({
      system,
      content: `Hypothesis:\n${fence(text)}\n\nEvidence:\n${fence(lines.join("\n"))}`,
      schema: verdict,
      schemaName: "verdict",
      maxTokens: 1_500,
      sample,
    });
    const honest = answer?.quotes.every((quote) => lines.some((line) => line.includes(quote.trim())));
    if (answer !== undefined && honest === true) verdicts.push(answer);
  }
  const scoreOf = (key: "reliability" | "logicalCoherence" | "novelty" | "evaluability") =>
    summarised(verdicts, key, model);
  return {
    reliability: scoreOf("reliability"),
    logicalCoherence: scoreOf("logicalCoherence"),
    literatureAlignment: notAssessed("no source of literature was given"),
    novelty: scoreOf("novelty"),
    evaluability: scoreOf("evaluability"),
  };
}

function summarised(
  verdicts: readonly Verdict[],
  key: "reliability" | "logicalCoherence" | "novelty" | "evaluability",
  { model, provider }: Metered,
): Score {
  if (verdicts.length === 0) return notAssessed("the judging model gave no answer that quotes its evidence");
  const marks = verdicts.map((one) => one[key]);
  return {
    status: "assessed",
    value: Math.min(1, Math.max(0, meanOf(marks))),
    spread: marks.length > 1 ? deviation(marks) : null,
    samples: marks.length,
    basis: `Judged by ${model} (${provider}), which saw the hypothesis and its evidence alone.`,
    checks: [],
    quotes: [...new Set(verdicts.flatMap(({ quotes }) => quotes))],
  };
}
