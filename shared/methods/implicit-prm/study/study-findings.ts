import { formatFixed, formatNumber, formatPercent } from "../../../report/format.ts";
import type { Finding } from "../../finding.ts";
import { bySeeds, difference, exceeds, type Measured } from "../../measured.ts";
import { type JudgeName, judgeLabels } from "../labels.ts";
import { labelFinding } from "../labels-say.ts";
import type { StudiedChoice, StudyOutput } from "./output.ts";

type Figures = Omit<StudyOutput, "findings">;

const area = (value: number) => formatFixed(value, 3);
const percent = (share: number) => formatPercent(share, 1);

/** What the study says of the paper's claims. */
export function studyFindings(figures: Figures): Finding[] {
  return [
    labelFinding(figures.policy.trainedRight, "arithmetic"),
    ...(["ce", "dpo"] as const).flatMap((name) => findsSteps(figures, name)),
    ...(["ce", "dpo"] as const).flatMap((name) => choosesBetter(figures, name)),
    ...comparison(
      figures,
      "ce",
      "shepherd",
      "At equal compute CE finds wrong steps better than Math-Shepherd",
    ),
    ...comparison(
      figures,
      "ce",
      "shepherd-full",
      "CE finds wrong steps better than Math-Shepherd with all rollouts",
    ),
    ...comparison(
      figures,
      "ce",
      "verifier",
      "CE finds wrong steps better than an outcome model at every step, from the same labels",
    ),
    ...comparison(
      figures,
      "ce",
      "policy-ce",
      "Wrong steps are found better with the reference than by log π alone",
    ),
    ...ceiling(figures),
  ];
}

function measured({ stepAuroc, seeds }: Figures, name: JudgeName): Measured | undefined {
  const found = stepAuroc.find(({ method }) => method === name);
  if (found?.mean === undefined || found.mean === null) return undefined;
  return { mean: found.mean, sd: found.sd ?? 0, seeds };
}

function said(figures: Figures, name: JudgeName): string {
  const found = figures.stepAuroc.find(({ method }) => method === name);
  if (found?.mean === undefined || found.mean === null) return "";
  const seeds = figures.seeds > 1 ? ` ± ${area(found.sd ?? 0)} over the seeds` : "";
  return `${area(found.mean)}${seeds} (± ${area(found.drawSd ?? 0)} over draws of problems)`;
}

function findsSteps(figures: Figures, name: "ce" | "dpo"): Finding[] {
  const found = figures.stepAuroc.find(({ method }) => method === name);
  if (found?.mean === undefined || found.mean === null) return [];
  const lowest = Math.min(...found.seeds.flatMap((value) => (value === null ? [] : [value])));
  return [
    {
      claim: `${judgeLabels[name]}: labels of responses alone find wrong steps (area at least 0.9 with every seed)`,
      holds: lowest >= 0.9,
      text: `Area under the ROC curve over the steps held out ${said(figures, name)}, the lowest ${area(lowest)}. Guessing has 0.5.`,
    },
  ];
}

function choosesBetter({ bestOfN }: Figures, name: "ce" | "dpo"): Finding[] {
  const n = Math.max(...bestOfN.map((one) => one.n));
  const at = (method: StudiedChoice["method"], by: StudiedChoice["by"]) =>
    bestOfN.find((one) => one.n === n && one.method === method && one.by === by);
  const [mine, majority] = [at(name, "min"), at("majority", "majority")];
  if (mine === undefined || majority === undefined || n < 2) return [];
  const { by, sd, drawSd, verdict } = mine.overMajority;
  return [
    {
      claim: `${judgeLabels[name]}: the smallest step of ${n} chooses better than their majority`,
      holds: verdict === "above",
      text: `${percent(mine.accuracy)} right, the majority ${percent(majority.accuracy)}: ${percent(Math.abs(by))} of the problems ${by < 0 ? "fewer" : "more"}, ${verdict === "within the spread" ? verdict : "beyond the spread"} (± ${percent(drawSd)} over the same draws for both, ± ${percent(sd)} over the seeds).`,
    },
  ];
}

function comparison(figures: Figures, first: JudgeName, second: JudgeName, claim: string): Finding[] {
  const [mine, theirs] = [measured(figures, first), measured(figures, second)];
  if (mine === undefined || theirs === undefined) return [];
  const between = difference(mine, theirs);
  const cost = figures.compute.find(({ method }) => method === second);
  const paid = cost === undefined ? "" : `, at ${formatNumber(cost.besideCe, 2)} times CE's operations`;
  return [
    {
      claim,
      holds: exceeds(between),
      text: `${judgeLabels[first]} ${said(figures, first)}; ${judgeLabels[second]} ${said(figures, second)}${paid}. The difference is ${area(between.by)}${bySeeds(between, area)}.`,
    },
  ];
}

function ceiling(figures: Figures): Finding[] {
  const [exact, ce] = [measured(figures, "exact"), measured(figures, "ce")];
  if (exact === undefined || ce === undefined) return [];
  const between = difference(exact, ce);
  return [
    {
      claim: "Labels of steps still add something to labels of responses",
      holds: exceeds(between),
      text: `A head trained on exact labels of steps ${said(figures, "exact")}, CE on labels of responses ${said(figures, "ce")}. The difference is ${area(between.by)}${bySeeds(between, area)}.`,
    },
  ];
}
