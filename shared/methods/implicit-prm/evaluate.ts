import { chooseAmong } from "./choosing.ts";
import { outcomeFigures, processFigures, shownSteps, stepArea, thresholdOn } from "./figures.ts";
import type { TrainOutput } from "./output.ts";
import type { Rewarded } from "./scoring.ts";

/** What responses held out say of a reward model, and the one that a report shows. */
export interface Evaluation {
  readonly output: Omit<
    TrainOutput,
    "task" | "loss" | "model" | "policy" | "trainedOn" | "trainedRight" | "leftOut" | "findings"
  >;
  readonly heldOut: readonly Rewarded[];
  readonly example: Rewarded;
}

export function evaluate(
  heldOut: readonly Rewarded[],
  development: readonly Rewarded[],
  choosing: Parameters<typeof chooseAmong>[1],
): Evaluation {
  const example = heldOut.find(({ response }) => !response.right) ?? heldOut[0];
  if (example === undefined) throw new Error("data.heldOutShare: no response is held out");
  const stepThreshold = thresholdOn(development, "min")?.threshold;
  const area = stepArea(heldOut, choosing);
  const figures = {
    outcome: outcomeFigures(heldOut, development, choosing),
    stepAuroc: area?.value ?? null,
    stepAurocSd: area?.sd ?? null,
    stepThreshold: stepThreshold ?? null,
    process: processFigures(heldOut, stepThreshold),
    ...chooseAmong(heldOut, choosing),
  };
  const { promptText: prompt, right } = example.response;
  return {
    output: {
      ...figures,
      example: { prompt, right },
      steps: shownSteps(example),
    },
    heldOut,
    example,
  };
}
