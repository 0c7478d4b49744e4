import { formatNumber } from "../../../report/format.ts";
import type { Verdict } from "../../../report/page.ts";
import type { Hypothesis, Score } from "../output.ts";

const scoreNames = {
  reliability: "reliability",
  logicalCoherence: "logical coherence",
  literatureAlignment: "literature alignment",
  novelty: "novelty",
  evaluability: "evaluability",
} as const;

/** A hypothesis with its scores and what it rests on. */
export function hypothesisVerdict({ id, text, scores, evidence, provenance }: Hypothesis): Verdict {
  const said = Object.entries(scoreNames).map(
    ([key, name]) => `${name} ${scoreWords(scores[key as keyof typeof scoreNames])}`,
  );
  const steps = [...new Set(evidence.map(({ step }) => step))].join(", ");
  const by =
    provenance.by === "rule"
      ? `Derived by rule: ${provenance.rule}`
      : `Written by ${provenance.model} (${provenance.provider})`;
  return {
    claim: `${id}. ${text}`,
    holds: true,
    text: `${by}. Scores: ${said.join("; ")}. Evidence: ${evidence.length} fields of ${steps}.`,
  };
}

/** A score, or that there is none. */
export function scoreWords({ status, value, spread }: Score): string {
  if (status === "not assessed" || value === null) return "not assessed";
  return spread === null ? formatNumber(value, 2) : `${formatNumber(value, 2)} ± ${formatNumber(spread, 1)}`;
}

/** How scores come about, for the report's notes. */
export const scoreNotes: readonly string[] = [
  "Scores by rules are the shares of stated checks that hold, from 0 to 1; analysis.json has each check. Reliability: the adjusted p against the rate asked for and a tenth of it, the number of samples or events, whether the claim stays with and without normalisation and imputation, and the negative control where there was one. Logical coherence: direction in words against the estimate, the interval, the signs of other contrasts. Novelty: against the sets and the network that were given, not against literature. Evaluability: whether another study could refute it.",
  "A hypothesis is taken only if every number and every name in it is a field of a step's result; fields are named by their step and their path in analysis.json.",
];
