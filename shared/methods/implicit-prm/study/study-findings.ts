import { formatFixed, formatNumber, formatPercent } from "../../../report/format.ts";
import type { Finding } from "../../finding.ts";
import { meanSd } from "../../measured.ts";
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
    ...comparisons.flatMap((one) => comparison(figures, one)),
    ...choiceComparison(figures),
  ];
}

/** Of areas of finding wrong steps: the first is said to be above the second. */
const comparisons: readonly (readonly [first: JudgeName, second: JudgeName, claim: string])[] = [
  ["ce", "reference", "CE finds wrong steps better than the reference alone, which no label has taught"],
  ["ce", "shepherd", "At equal compute CE finds wrong steps better than Math-Shepherd"],
  ["ce", "shepherd-full", "CE finds wrong steps better than Math-Shepherd with rollouts from all responses"],
  ["ce", "verifier", "CE finds wrong steps better than an outcome model at every step, from the same labels"],
  ["ce", "policy-ce", "Wrong steps are found better with the reference than by log π alone"],
  ["exact", "ce", "Exact labels of steps find more wrong steps than labels of responses"],
];

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

function comparison(figures: Figures, [first, second, claim]: (typeof comparisons)[number]): Finding[] {
  const seedsOf = (name: JudgeName) => figures.stepAuroc.find(({ method }) => method === name)?.seeds ?? [];
  const between = pairedDifference(seedsOf(first), seedsOf(second));
  if (between === undefined) return [];
  const cost = figures.compute.find(({ method }) => method === second);
  const paid = cost === undefined ? "" : `, at ${formatNumber(cost.besideCe, 2)} times CE's operations`;
  return [
    {
      claim,
      holds: between.holds,
      text: `${judgeLabels[first]} ${said(figures, first)}; ${judgeLabels[second]} ${said(figures, second)}${paid}. The difference is ${between.words(area)}.`,
    },
  ];
}

/** Whether what labels have taught chooses better than the policy as it was. */
function choiceComparison({ bestOfN }: Figures): Finding[] {
  const n = Math.max(...bestOfN.map((one) => one.n));
  const at = (method: JudgeName) =>
    bestOfN.find((one) => one.n === n && one.method === method && one.by === "min");
  const [ce, reference] = [at("ce"), at("reference")];
  const between = pairedDifference(ce?.seeds ?? [], reference?.seeds ?? []);
  if (n < 2 || ce === undefined || reference === undefined || between === undefined) return [];
  return [
    {
      claim: "CE chooses better than the reference alone",
      holds: between.holds,
      text: `By the smallest step of ${n}: ${judgeLabels.ce} ${percent(ce.accuracy)} right, ${judgeLabels.reference} ${percent(reference.accuracy)}. The difference is ${between.words(percent)}.`,
    },
  ];
}

/** The mean difference of two figures of the same seeds, held to its own spread over them; undefined where one is missing. */
function pairedDifference(first: readonly (number | null)[], second: readonly (number | null)[]) {
  const pairs = first.map((value, seed) => [value, second[seed] ?? null] as const);
  const differences = pairs.flatMap(([one, other]) => (one === null || other === null ? [] : [one - other]));
  if (differences.length === 0 || differences.length < pairs.length) return undefined;
  const { mean, sd } = meanSd(differences);
  const several = differences.length > 1;
  const spread = (show: (value: number) => string) =>
    several ? ` ± ${show(sd)} over the seeds` : " (one seed, spread unknown)";
  return {
    holds: mean > sd,
    words: (show: (value: number) => string) => `${show(mean)}${spread(show)}`,
  };
}
