import type { Study } from "../study.ts";
import type { Step } from "./execute.ts";

/** The comparison that hypotheses and the report speak of: `differential`, what a revision put in its place, or the first. */
export function mainComparison(steps: readonly Step[]): Step | undefined {
  const done = steps.filter(({ tool, status }) => tool === "differential" && status === "done");
  return done.find(({ id }) => id.startsWith("differential")) ?? done[0];
}

/** The study that was compared; without a comparison the last that was prepared. */
export function analysedStudy(steps: readonly Step[]): Study | undefined {
  const [from] = mainComparison(steps)?.from ?? [];
  const step = steps.find(({ id }) => id === from) ?? steps.findLast(({ value }) => value?.kind === "study");
  return step?.value?.kind === "study" ? step.value.study : undefined;
}
