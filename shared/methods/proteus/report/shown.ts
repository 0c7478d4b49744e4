import type { Step } from "../execution/execute.ts";
import { analysedStudy } from "../execution/main-comparison.ts";
import type { StepValue } from "../execution/values.ts";
import type { Study } from "../study.ts";

/** What the report's figures draw on. */
export interface Shown {
  readonly steps: readonly Step[];
  /** The study as it was compared; undefined where no step came so far. */
  readonly analysed: Study | undefined;
  readonly groups: readonly { readonly name: string; readonly style: number }[];
  readonly groupOf: (sample: string) => string;
  readonly styleOf: (sample: string) => number;
}

/** The steps of a run with the groups of its samples, each with a style that is the same in every figure. */
export function shownOf(steps: readonly Step[], data: Study): Shown {
  const levels = data.sheet.groups?.levels ?? [];
  const byName = new Map(
    data.sheet.samples.map((sample, at) => [sample, data.sheet.groups?.values[at] ?? ""]),
  );
  const groupOf = (sample: string) => byName.get(sample) ?? "";
  return {
    steps,
    analysed: analysedStudy(steps),
    groups: levels.map((name, style) => ({ name, style })),
    groupOf,
    styleOf: (sample) => Math.max(0, levels.indexOf(groupOf(sample))),
  };
}

/** The first result of a kind. */
export function valueOfKind<K extends StepValue["kind"]>(
  steps: readonly Step[],
  kind: K,
): Extract<StepValue, { kind: K }> | undefined {
  return steps.map(({ value }) => value).find((value) => isOf(value, kind));
}

const isOf = <K extends StepValue["kind"]>(
  value: StepValue | undefined,
  kind: K,
): value is Extract<StepValue, { kind: K }> => value?.kind === kind;
