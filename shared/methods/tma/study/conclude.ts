import { parametersOf } from "../../../lm/stored-model.ts";
import { halve } from "../halves.ts";
import type { Bench } from "./bench.ts";
import { compareArms } from "./compare.ts";
import { studyFindings } from "./findings.ts";
import type { StudyOutput } from "./output.ts";
import { ordersOf } from "./plan.ts";
import { studyReport } from "./report.ts";
import type { Studying } from "./state.ts";
import { type Done, figuresByArm, ordersStudied, subsetsStudied } from "./summarise.ts";

/** Figures over the seeds, claims, and the files. */
export async function concludeStudy(bench: Bench, { trials }: Studying): Promise<StudyOutput> {
  const { input, ctx, material, jobs } = bench;
  const { steps, pool, tests, base } = material;
  const done = jobs.flatMap((job, at): Done[] => {
    const trial = trials[at];
    return trial === undefined ? [] : [{ job, trial }];
  });
  const names = ordersOf(input, pool.tasks);
  const { shares, passes } = input.subsets;
  const halves = halve(tests.rows.length, input.heldOut, 0);
  const known: Omit<StudyOutput, "findings"> = {
    ...{ task: "study", items: pool.rows.length, steps, seeds: input.seeds },
    parameters: parametersOf(base.config),
    tests: {
      selecting: halves.selecting.length,
      heldOut: halves.heldOut.length,
      evaluated: Math.min(input.evaluation.items, halves.heldOut.length),
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
    ...{ input, output, done, names: { items: items.name, tests: testSource.name } },
  });
  for (const { name, body, type } of files) await ctx.artifact(name, body, type);
  return output;
}
