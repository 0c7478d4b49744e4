import type { Step } from "../execution/execute.ts";
import type { Summary } from "../execution/values.ts";
import type { Hypothesis, Output } from "../output.ts";
import { controlReading } from "../planner/readings.ts";
import { type Known, scoreByRules } from "./rule-scores.ts";
import { templated } from "./templates.ts";
import { type Ground, problemsOfText } from "./trace.ts";

/** The hypotheses of a run, and those that were made and rejected. */
export type Hypotheses = Pick<Output, "hypotheses" | "rejected" | "conclusion">;

/** The summaries of the steps that are done, by their ids. */
export const resultsOf = (steps: readonly Step[]): Record<string, Summary> =>
  Object.fromEntries(steps.flatMap(({ id, summary }) => (summary === undefined ? [] : [[id, summary]])));

/** Share of permuted labels that claim a protein; null without a negative control. */
export function controlShareOf(steps: readonly Step[]): number | null {
  const step = steps.find(({ tool, status }) => tool === "label-permutations" && status === "done");
  return step === undefined ? null : controlReading.parse(step.summary).share;
}

/** Hypotheses by templates, each traced to its results and scored by rules. */
export function hypothesiseByRules(steps: readonly Step[], ground: Ground, known: Known): Hypotheses {
  const traced = templated({ steps, results: ground.results }).map((candidate) => ({
    candidate,
    problems: problemsOfText(candidate.text, candidate.evidence, ground),
  }));
  const hypotheses = traced
    .filter(({ problems }) => problems.length === 0)
    .map(
      ({ candidate }, at): Hypothesis => ({
        id: `h${at + 1}`,
        objective: candidate.objective,
        text: candidate.text,
        evidence: [...candidate.evidence],
        scores: scoreByRules(candidate, known),
        provenance: { by: "rule", rule: candidate.rule, provider: null, model: null },
      }),
    );
  return {
    hypotheses,
    rejected: traced
      .filter(({ problems }) => problems.length > 0)
      .map(({ candidate, problems }) => ({ text: candidate.text, reasons: problems })),
    conclusion: conclusionOf(hypotheses.length, steps),
  };
}

/** What the hypotheses come to, in a sentence; where nothing is significant, that none is supported. */
export function conclusionOf(count: number, steps: readonly Step[]): string {
  if (count > 0) {
    return `${count} ${count === 1 ? "hypothesis is" : "hypotheses are"} supported by results below the false discovery rate.`;
  }
  const tested = steps.some(
    ({ tool, status }) => status === "done" && (tool === "differential" || tool === "survival-screen"),
  );
  return tested
    ? "None supported: no tested result is below the false discovery rate."
    : "None supported: nothing could be tested.";
}
