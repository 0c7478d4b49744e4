import { createRandom } from "../../lm/random.ts";
import { auroc, aurocOfDraws } from "../auroc.ts";
import { meanSd } from "../measured.ts";
import type { OutcomeFigures, ProcessFigures, ScoredStep } from "./output.ts";
import { aggregate, firstBelow, fitThreshold, smallestStep } from "./rewards.ts";
import type { Judged } from "./scoring.ts";

const shareOf = <T>(items: readonly T[], is: (item: T) => boolean): number | null =>
  items.length === 0 ? null : items.filter(is).length / items.length;

const isRight = ({ response }: Judged) => response.right;
const outcomeOf = ({ steps }: Judged) => aggregate(steps, "sum");

/** The threshold that tells right responses from wrong ones by `by` on a development split. */
export function thresholdOn(development: readonly Judged[], by: "min" | "sum") {
  return fitThreshold(
    development.map(({ steps }) => aggregate(steps, by)),
    development.map(isRight),
  );
}

/** How the reward of the whole tells right from wrong responses. */
export function outcomeFigures(
  heldOut: readonly Judged[],
  development: readonly Judged[],
  draws: Draws,
): OutcomeFigures {
  const area = outcomeArea(heldOut, draws);
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
    auroc: area?.value ?? null,
    aurocSd: area?.sd ?? null,
    accuracyAtHalf: accuracyAt(0) ?? 0,
    threshold,
    accuracy: threshold === null ? null : accuracyAt(threshold),
    pairs: pairs.length,
    pairAccuracy: shareOf(pairs, (ordered) => ordered),
  };
}

/** An area under the ROC curve, and its spread over draws of problems. */
export interface Area {
  readonly value: number;
  readonly sd: number;
}

export interface Draws {
  readonly draws: number;
  readonly seed: number;
}

/** How rewards of the whole tell right from wrong responses; undefined where all are of one kind. */
export function outcomeArea(judged: readonly Judged[], draws: Draws): Area | undefined {
  return areaOf(
    judged.map((one) => ({
      score: outcomeOf(one),
      mark: Number(isRight(one)),
      problem: one.response.problem,
    })),
    draws,
  );
}

/** How rewards of steps find wrong steps; undefined without labels of steps, or where all are of one kind. */
export function stepArea(judged: readonly Judged[], draws: Draws): Area | undefined {
  return areaOf(
    judged.flatMap(({ response: { rightSteps, problem }, steps }) =>
      steps.flatMap(({ reward }, at) => {
        const right = rightSteps?.[at];
        return right === undefined ? [] : [{ score: -reward, mark: Number(!right), problem }];
      }),
    ),
    draws,
  );
}

function areaOf(
  items: readonly { readonly score: number; readonly mark: number; readonly problem: number }[],
  { draws, seed }: Draws,
): Area | undefined {
  const [scores, marks, problems] = [
    items.map(({ score }) => score),
    items.map(({ mark }) => mark),
    items.map(({ problem }) => problem),
  ];
  const value = auroc(scores, marks);
  if (value === undefined) return undefined;
  const random = createRandom(seed, "area");
  return { value, sd: meanSd(aurocOfDraws(scores, marks, problems, { draws, random })).sd };
}

/** Where the smallest rewards fall, and what labels of steps say of answers and of first suspects. */
export function processFigures(judged: readonly Judged[], threshold: number | undefined): ProcessFigures {
  const labelled = judged.flatMap(({ response: { right, rightSteps }, steps }) =>
    rightSteps === undefined ? [] : [{ right, steps, wrong: rightSteps.indexOf(false), rightSteps }],
  );
  const all = labelled.flatMap(({ rightSteps }) => rightSteps);
  const sound = labelled.filter(({ wrong }) => wrong < 0);
  const broken = labelled.filter(({ wrong }) => wrong >= 0);
  const suspect = ({ steps }: Pick<Judged, "steps">) =>
    threshold === undefined ? undefined : firstBelow(steps, threshold);
  const firstWrongFound =
    threshold === undefined ? null : shareOf(broken, (one) => suspect(one) === one.wrong);
  const soundPassed = threshold === undefined ? null : shareOf(sound, (one) => suspect(one) === undefined);
  return {
    smallestIsLast: shareOf(judged, ({ steps }) => smallestStep(steps) === steps.length - 1) ?? 0,
    steps: all.length === 0 ? null : all.length,
    wrongSteps: shareOf(all, (right) => !right),
    rightAnswerWrongStep: shareOf(
      labelled.filter(({ right }) => right),
      ({ wrong }) => wrong >= 0,
    ),
    firstWrongFound,
    soundPassed,
    f1: firstWrongFound === null || soundPassed === null ? null : harmonicMean(firstWrongFound, soundPassed),
  };
}

const harmonicMean = (a: number, b: number): number => (a + b === 0 ? 0 : (2 * a * b) / (a + b));

/** The steps of a response as an output gives them. */
export function shownSteps({
  response: { text, steps: spans },
  steps,
}: Pick<Judged, "steps"> & {
  readonly response: Pick<Judged["response"], "text" | "steps">;
}): ScoredStep[] {
  return steps.map(({ reward, cumulative }, at) => {
    const { start = 0, end = 0 } = spans[at] ?? {};
    return { text: text.slice(start, end), reward, cumulative };
  });
}
