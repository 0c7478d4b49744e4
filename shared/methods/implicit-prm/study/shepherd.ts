import { auroc } from "../../auroc.ts";
import { answerOf, solutionAnswer } from "../arithmetic.ts";
import type { StudyInput } from "../input.ts";
import type { Response } from "../responses.ts";

type Shepherd = Pick<StudyInput["shepherd"], "rollouts" | "labels">;

/** The response up to the end of each step but the last, after which nothing is left to try. */
function beginnings({ promptText, text, steps }: Response): string[] {
  return steps.slice(0, -1).map(({ end }) => promptText + text.slice(0, end));
}

/** Texts that the policy goes on from, for each response in turn: each beginning as often as there are rollouts. */
export function branches(responses: readonly Response[], { rollouts }: Pick<Shepherd, "rollouts">): string[] {
  return responses.flatMap((response) =>
    beginnings(response).flatMap((beginning) => new Array<string>(rollouts).fill(beginning)),
  );
}

/** How many branches a response has. */
export function branchesOf(
  { steps }: Pick<Response, "steps">,
  { rollouts }: Pick<Shepherd, "rollouts">,
): number {
  return rollouts * (steps.length - 1);
}

/**
 * Labels of steps as Math-Shepherd estimates them (arXiv 2312.08935, section 3.3) from what the policy wrote after
 * `branches`: the share of a step's rollouts whose answer is right, or 1 where one is (`hard`); the last step's is the
 * label of its response.
 */
export function estimatedLabels(
  responses: readonly Response[],
  continuations: readonly string[],
  { rollouts, labels }: Shepherd,
): number[][] {
  let from = 0;
  return responses.map((response) => {
    const { promptText, text, right } = response;
    const answer = answerOf(promptText);
    const estimates = response.steps.slice(0, -1).map(({ end }) => {
      const own = continuations.slice(from, from + rollouts);
      from += rollouts;
      const hits = own.filter((rest) => solutionAnswer(text.slice(0, end) + rest) === answer).length;
      return labels === "hard" ? Number(hits > 0) : hits / rollouts;
    });
    return [...estimates, Number(right)];
  });
}

/** How well estimated labels find the wrong steps; undefined where all steps are of one kind. */
export function labelArea(
  responses: readonly Response[],
  labels: readonly (readonly number[])[],
): number | undefined {
  const pairs = responses.flatMap(({ rightSteps = [] }, at) =>
    rightSteps.map((right, step) => ({ score: -(labels[at]?.[step] ?? 0), mark: Number(!right) })),
  );
  return auroc(
    pairs.map(({ score }) => score),
    pairs.map(({ mark }) => mark),
  );
}
