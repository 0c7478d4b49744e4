import * as z from "zod";
import { fence, fenceRule } from "../../../llm/fence.ts";
import type { Step } from "../execution/execute.ts";
import type { Evidence, Hypothesis, Objective } from "../output.ts";
import type { Metered } from "../planner/metered.ts";
import { conclusionOf, type Hypotheses } from "./hypothesise.ts";
import { judge } from "./judge.ts";
import { fieldAt, type Ground, problemsOfText } from "./trace.ts";

const system = [
  "You write hypotheses from the results of an analysis of proteins. You see fields of results as lines `step/path = value`.",
  "Every number and every name in a hypothesis must be one of these fields, cited by step and path; numbers may be rounded. Do not compute new numbers. A hypothesis cites at least one adjusted p below the false discovery rate. Where there is none, give no hypotheses.",
  fenceRule,
].join("\n");

const schema = z.object({
  hypotheses: z
    .array(
      z.object({
        text: z.string().min(10).max(600),
        objective: z.string().max(60),
        evidence: z
          .array(z.object({ step: z.string().max(60), path: z.string().max(200) }))
          .min(1)
          .max(20),
      }),
    )
    .max(12),
});

/** Fields that are shown: more would not be read. */
const mostFields = 600;

interface Asked {
  readonly model: Metered;
  readonly ground: Ground;
  readonly steps: readonly Step[];
  readonly objectives: readonly Objective[];
  readonly fdr: number;
  readonly samples: number;
}

/**
 * Hypotheses that a chat model writes, those rejected whose figures or names are no fields of the results or that
 * cite nothing significant, and judged apart from their writing. Undefined where the model gives no answer.
 */
export async function hypothesiseByModel(asked: Asked): Promise<Hypotheses | undefined> {
  const { model, ground, steps, objectives, fdr } = asked;
  const answer = await model.ask({
    system,
    content: [
      `Objectives: ${objectives.map(({ id }) => id).join(", ")}. The false discovery rate is ${fdr}.`,
      `Fields, of which names come from the user's files:\n${fence(fieldLines(ground).slice(0, mostFields).join("\n"))}`,
    ].join("\n\n"),
    schema,
    schemaName: "hypotheses",
    maxTokens: 4_000,
  });
  if (answer === undefined) return undefined;
  const hypotheses: Hypothesis[] = [];
  const rejected: { text: string; reasons: string[] }[] = [];
  for (const { text, objective, evidence: cited } of answer.hypotheses) {
    const { evidence, problems } = resolved(cited, ground);
    const reasons = [...problems, ...problemsOfText(text, evidence, ground), ...insignificant(evidence, fdr)];
    if (reasons.length > 0) {
      rejected.push({ text, reasons: [...new Set(reasons)] });
      continue;
    }
    const known = objectives.some(({ id }) => id === objective) ? objective : "";
    hypotheses.push({
      id: `h${hypotheses.length + 1}`,
      objective: known,
      text,
      evidence,
      scores: await judge(text, evidence, asked),
      provenance: { by: "model", rule: null, provider: model.provider, model: model.model },
    });
  }
  return { hypotheses, rejected, conclusion: conclusionOf(hypotheses.length, steps) };
}

function resolved(cited: readonly Pick<Evidence, "step" | "path">[], { results }: Ground) {
  const evidence: Evidence[] = [];
  const problems: string[] = [];
  for (const { step, path } of cited) {
    const value = fieldAt(results[step], path);
    if (value === undefined) problems.push(`${step}/${path} is no field of a result`);
    else evidence.push({ step, path, value });
  }
  return { evidence, problems };
}

function insignificant(evidence: readonly Evidence[], fdr: number): string[] {
  const significant = evidence.some(
    ({ path, value }) => path.split("/").at(-1) === "adjusted" && typeof value === "number" && value < fdr,
  );
  return significant ? [] : ["it cites no adjusted p below the false discovery rate"];
}

/** Every field of the results as a line. */
export function fieldLines({ results }: Ground): string[] {
  const linesOf = (step: string, path: string, value: unknown): string[] => {
    if (typeof value === "number" || typeof value === "string")
      return [`${step}/${path} = ${JSON.stringify(value)}`];
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, one]) =>
      linesOf(step, path === "" ? key : `${path}/${key}`, one),
    );
  };
  return Object.entries(results).flatMap(([step, summary]) => linesOf(step, "", summary));
}
