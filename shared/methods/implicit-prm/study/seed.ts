import { sizesFor } from "../choosing.ts";
import { outcomeArea, processFigures, stepArea, thresholdOn } from "../figures.ts";
import type { StudyInput } from "../input.ts";
import { judgeNames } from "../labels.ts";
import { arithmeticMaterial } from "../material.ts";
import { splitProblems } from "../split.ts";
import { stepOfTokens } from "../steps.ts";
import type { Part, Work } from "../work.ts";
import type { Bench, Judge } from "./bench.ts";
import { choicesOf } from "./choices.ts";
import { unitCosts } from "./compute.ts";
import { headJudges, shepherdJudges } from "./heads.ts";
import { implicitJudges } from "./implicit.ts";
import type { JudgeFigures, SeedFigures } from "./seed-figures.ts";

/** A policy, its rollouts, and every judge of them, with what comes of each. */
export async function studySeed(
  work: Work,
  input: StudyInput,
  part: (name: string) => Part,
): Promise<SeedFigures> {
  const { policy, rollouts } = { policy: part("policy").bar, rollouts: part("rollouts").bar };
  const { base, read } = await arithmeticMaterial(work, input.data, { policy, rollouts });
  const { training, development, heldOut } = splitProblems({ from: "arithmetic", ...input.data }, read);
  const measured = [...development, ...heldOut].map((response) => ({
    response,
    stepOf: stepOfTokens(response.response, base.tokenizer.decode, response.steps),
  }));
  const units = unitCosts(base.config, input.training.batch);
  const bench: Bench = { work, input, base, training, measured, units, part };
  const implicit = await implicitJudges(bench);
  const heads = await headJudges(bench);
  const budget = implicit.find(({ name }) => name === "ce")?.cost?.flops ?? 0;
  const { judges: shepherds, shepherd } = await shepherdJudges(bench, budget);
  const all = [...implicit, ...heads, ...shepherds];
  const judges = judgeNames.flatMap((name) => all.filter((judge) => judge.name === name));
  const draws = { draws: input.draws, seed: work.seed };
  const own = judges.map((judge) => ({ ...judge, judged: judge.judged.slice(development.length) }));
  const { wrongSteps } = processFigures(own[0]?.judged ?? [], undefined);
  const right = heldOut.filter((response) => response.right);
  return {
    trainedRight: shareRight(training),
    heldOutRight: shareRight(heldOut),
    wrongSteps,
    rightAnswers: right.length,
    rightAnswersWithWrongStep: right.filter(({ rightSteps }) => rightSteps?.includes(false)).length,
    judges: judges.map((judge) => figuresOf(judge, development.length, draws)),
    choices: choicesOf(own, sizesFor(heldOut, input.sizes), draws),
    shepherd,
  };
}

const shareRight = (responses: readonly { readonly right: boolean }[]): number =>
  responses.filter(({ right }) => right).length / responses.length;

function figuresOf(
  { name, judged, cost }: Judge,
  development: number,
  draws: { readonly draws: number; readonly seed: number },
): JudgeFigures {
  const heldOut = judged.slice(development);
  const threshold = thresholdOn(judged.slice(0, development), "min")?.threshold;
  const { smallestIsLast, firstWrongFound, soundPassed, f1 } = processFigures(heldOut, threshold);
  const [step, outcome] = [stepArea(heldOut, draws), outcomeArea(heldOut, draws)];
  return {
    judge: name,
    ...(step !== undefined && { step }),
    ...(outcome !== undefined && { outcome }),
    process: { smallestIsLast, firstWrongFound, soundPassed, f1 },
    ...(cost !== undefined && { cost }),
  };
}
