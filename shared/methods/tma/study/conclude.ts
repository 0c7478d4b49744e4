import { parametersOf } from "../../../lm/stored-model.ts";
import { halve } from "../halves.ts";
import { scoresOf } from "./answers.ts";
import type { Bench } from "./bench.ts";
import { compareArms } from "./compare.ts";
import { studyFindings } from "./findings.ts";
import { judgedRows } from "./job-rows.ts";
import type { StudyOutput } from "./output.ts";
import { ordersOf } from "./plan.ts";
import { studyReport } from "./report.ts";
import type { Studying } from "./state.ts";
import { type Done, figuresByArm, ordersStudied, subsetsStudied } from "./summarise.ts";

/** Figures over the seeds, claims, and the files. */
export async function concludeStudy(bench: Bench, { trials }: Studying): Promise<StudyOutput> {
  const { input, ctx, material, jobs } = bench;
  const { steps, pool, tasks, tests, base } = material;
  const asked = Array.from({ length: input.seeds }, (_, seed) =>
    judgedRows(bench, seed).target.slice(0, input.evaluation.answers),
  );
  const done = jobs.flatMap((job, at): Done[] => {
    const trial = trials[at];
    if (trial === undefined) return [];
    const right = (asked[job.seed] ?? []).map(({ text }) => text.answer);
    return [{ job, trial, scores: right.length === 0 ? undefined : scoresOf(trial.answers, right) }];
  });
  const names = ordersOf(input, tasks);
  const { shares, passes } = input.subsets;
  const halves = halve(tests.length, input.heldOut, 0);
  const known: Omit<StudyOutput, "findings"> = {
    ...{ task: "study", items: pool.length, steps, seeds: input.seeds },
    parameters: parametersOf(base.config),
    tests: {
      selecting: halves.selecting.length,
      heldOut: halves.heldOut.length,
      evaluated: Math.min(input.evaluation.items, halves.heldOut.length),
      answered: asked[0]?.length ?? 0,
      seenInTraining: material.seenInTraining,
    },
    offTargetItems: material.offTarget.length,
    leftOut: material.leftOut,
    orders: ordersStudied(done, names, steps),
    subsets: subsetsStudied(done, { batch: input.training.batch, passes }),
    comparisons: compareArms(figuresByArm(done, steps), names, shares),
  };
  const output = { ...known, findings: studyFindings(known) };
  const { items, tests: testSource } = material.rowSets.sources;
  const files = studyReport({
    run: { runId: ctx.runId, seed: ctx.seed },
    answered: (asked[0] ?? []).map(({ text }) => text),
    ...{ input, output, done, names: { items: items.name, tests: testSource.name } },
  });
  for (const { name, body, type } of files) await ctx.artifact(name, body, type);
  return output;
}
