import { auroc } from "../auroc.ts";
import type { OutcomeFigures, ProcessFigures, ScoredStep } from "./output.ts";
import { aggregate, firstBelow, fitThreshold, smallestStep } from "./rewards.ts";
import type { Rewarded } from "./scoring.ts";

const shareOf = <T>(items: readonly T[], is: (item: T) => boolean): number | null =>
  items.length === 0 ? null : items.filter(is).length / items.length;

const isRight = ({ response }: Rewarded) => response.right;
const outcomeOf = ({ steps }: Rewarded) => aggregate(steps, "sum");

/** The threshold that tells right responses from wrong ones by `by` on a development split. */
export function thresholdOn(development: readonly Rewarded[], by: "min" | "sum") {
  return fitThreshold(
    development.map(({ steps }) => aggregate(steps, by)),
    development.map(isRight),
  );
}

/** How the reward of the whole tells right from wrong responses. */
export function outcomeFigures(
  heldOut: readonly Rewarded[],
  development: readonly Rewarded[],
): OutcomeFigures {
  const threshold = thresholdOn(development, "sum")?.threshold ?? null;
  const accuracyAt = (cut: number) => shareOf(heldOut, (one) => outcomeOf(one) > cut === isRight(one));
  const pairs = [...Map.groupBy(heldOut, ({ response }) => response.problem).values()].flatMap((members) =>
    members
      .filter(isRight)
      .flatMap((right) =>
        members.filter((one) => !isRight(one)).map((wrong) => outcomeOf(right) > outcomeOf(wrong)),
      ),
  );
  return {
    responses: heldOut.length,
    right: shareOf(heldOut, isRight) ?? 0,
    auroc:
      auroc(
        heldOut.map(outcomeOf),
        heldOut.map((one) => Number(isRight(one))),
      ) ?? null,
    accuracyAtHalf: accuracyAt(0) ?? 0,
    threshold,
    accuracy: threshold === null ? null : accuracyAt(threshold),
    pairs: pairs.length,
    pairAccuracy: shareOf(pairs, (ordered) => ordered),
  };
}

/** How step rewards find wrong steps; null without labels of steps, or where all are of one kind. */
export function stepAuroc(heldOut: readonly Rewarded[]): number | null {
  const labelled = heldOut.flatMap(({ response: { rightSteps }, steps }) =>
    steps.flatMap(({ reward }, at) => {
      const right = rightSteps?.[at];
      return right === undefined ? [] : [{ reward, right }];
    }),
  );
  return (
    auroc(
      labelled.map(({ reward }) => -reward),
      labelled.map(({ right }) => Number(!right)),
    ) ?? null
  );
}

/** Where the smallest rewards fall, and what labels of steps say of answers and of first suspects. */
export function processFigures(rewarded: readonly Rewarded[], threshold: number | undefined): ProcessFigures {
  const labelled = rewarded.flatMap(({ response: { right, rightSteps }, steps }) =>
    rightSteps === undefined ? [] : [{ right, steps, wrong: rightSteps.indexOf(false), rightSteps }],
  );
  const all = labelled.flatMap(({ rightSteps }) => rightSteps);
  const sound = labelled.filter(({ wrong }) => wrong < 0);
  const broken = labelled.filter(({ wrong }) => wrong >= 0);
  const suspect = ({ steps }: Pick<Rewarded, "steps">) =>
    threshold === undefined ? undefined : firstBelow(steps, threshold);
  return {
    smallestIsLast: shareOf(rewarded, ({ steps }) => smallestStep(steps) === steps.length - 1) ?? 0,
    steps: all.length === 0 ? null : all.length,
    wrongSteps: shareOf(all, (right) => !right),
    rightAnswerWrongStep: shareOf(
      labelled.filter(({ right }) => right),
      ({ wrong }) => wrong >= 0,
    ),
    firstWrongFound: threshold === undefined ? null : shareOf(broken, (one) => suspect(one) === one.wrong),
    soundPassed: threshold === undefined ? null : shareOf(sound, (one) => suspect(one) === undefined),
  };
}

/** The steps of a response as an output gives them. */
export function shownSteps({
  response: { text, steps: spans },
  steps,
}: Pick<Rewarded, "steps"> & {
  readonly response: Pick<Rewarded["response"], "text" | "steps">;
}): ScoredStep[] {
  return steps.map(({ reward, cumulative }, at) => {
    const { start = 0, end = 0 } = spans[at] ?? {};
    return { text: text.slice(start, end), reward, cumulative };
  });
}
