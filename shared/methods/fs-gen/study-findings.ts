import { formatFixed, formatNumber, formatPercent } from "../../report/format.ts";
import type { Finding } from "../finding.ts";
import type { Fitted, StudyOutput } from "./output.ts";

/** Below this share of the tokens a pair follows the paper's "2:8 law". */
export const fifth = 0.2;

const percent = (share: number) => formatPercent(share, 1);

/** What a study's figures show. What was not measured is left out. */
export function studyFindings(study: Omit<StudyOutput, "task" | "findings">): Finding[] {
  return [
    law(study),
    rises(study),
    bestFit(study.fits),
    powerKnown(study.fits),
    floor(study),
    unsure(study),
    start(study),
  ].filter((finding) => finding !== undefined);
}

type Figures = Omit<StudyOutput, "task" | "findings">;

function law({ pairs }: Figures): Finding {
  const below = pairs.filter(({ cof }) => cof < fifth).length;
  const all = pairs.map(({ cof }) => cof);
  const along = pairs.flatMap(({ cofGreedy }) => (cofGreedy === null ? [] : [cofGreedy]));
  const greedy =
    along.length === 0
      ? ""
      : ` Along the large models' greedy texts it is true for ${along.filter((cof) => cof < fifth).length}.`;
  return {
    claim: "Fewer than 20% of the tokens need the large model (the 2:8 law)",
    holds: below === pairs.length,
    text: `True for ${below} of ${pairs.length} pairs of sizes: from ${percent(Math.min(...all))} to ${percent(Math.max(...all))} of the tokens.${greedy} Of the paper's published frequencies it is true for 138 of 168.`,
  };
}

function rises({ fits, pairs }: Figures): Finding | undefined {
  const line = fits.find(({ name }) => name === "log-ratio");
  const slope = line?.parameters.logRatio;
  if (line === undefined || slope === undefined) return undefined;
  const interval = line.intervals.logRatio;
  const doubling = (value: number) => formatNumber(100 * value * Math.LN2, 2);
  const [low, high] = [
    pairs.toSorted((a, b) => a.ratio - b.ratio)[0],
    pairs.toSorted((a, b) => b.ratio - a.ratio)[0],
  ];
  const ends =
    low === undefined || high === undefined
      ? ""
      : ` ${percent(low.cof)} at R ${formatNumber(low.ratio)}, ${percent(high.cof)} at R ${formatNumber(high.ratio)}.`;
  return {
    claim: "The frequency rises with the ratio of the sizes",
    holds: slope > 0 && (interval === undefined || interval[0] > 0),
    text: `${doubling(slope)} points of a percent for each doubling of R${interval === undefined ? "" : `, 95% interval ${doubling(interval[0])} to ${doubling(interval[1])}`}.${ends}`,
  };
}

const lawNames = {
  constant: "a constant",
  "log-ratio": "a line in log R",
  power: "the paper's power law",
  "log-sizes": "a plane in log N_L and log N_S",
} as const;

function bestFit(fits: readonly Fitted[]): Finding | undefined {
  const ranked = fits
    .flatMap(({ name, leftOut }) => (leftOut === null ? [] : [{ name, leftOut }]))
    .toSorted((a, b) => a.leftOut - b.leftOut);
  if (ranked.length < fits.length) return undefined;
  const each = ranked.map(({ name, leftOut }) => `${lawNames[name]} ${formatFixed(100 * leftOut, 2)}`);
  return {
    claim: "The power law in R alone foretells pairs that were left out best",
    holds: ranked[0]?.name === "power",
    text: `Error at pairs left out, in points of a percent: ${each.join(", ")}.`,
  };
}

function powerKnown(fits: readonly Fitted[]): Finding | undefined {
  const power = fits.find(({ name }) => name === "power");
  const interval = power?.intervals.alpha;
  const alpha = power?.parameters.alpha;
  if (interval === undefined || alpha === undefined) return undefined;
  return {
    claim: "The exponent of the power law is known to within a factor of two",
    holds: interval[1] <= 2 * interval[0],
    text: `α ${formatNumber(alpha)}, 95% interval by bootstrap over the models ${formatNumber(interval[0])} to ${formatNumber(interval[1])} (it is searched from 0.05 to 10).`,
  };
}

function floor({ floor: found, pairs }: Figures): Finding | undefined {
  if (found === null) return undefined;
  const least = Math.min(...pairs.map(({ cof }) => cof));
  const mean = pairs.reduce((sum, { cof }) => sum + cof, 0) / pairs.length;
  return {
    claim: "Every pair of sizes differs more than two seeds of one size do",
    holds: least > found.cof + found.cofSd,
    text: `At R = 1, another seed alone changes ${percent(found.cof)} of the tokens (${found.pairs} pairs, standard deviation ${percent(found.cofSd)}); two sizes change ${percent(mean)} on average, ${percent(least)} at the least.`,
  };
}

function unsure({ uncertainty }: Figures): Finding | undefined {
  if (uncertainty.length === 0) return undefined;
  const words = { confidence: "1 − p_max", entropy: "entropy", margin: "margin" } as const;
  const each = uncertainty.map(
    ({ measure, auroc, sd }) => `${words[measure]} ${formatFixed(auroc, 3)} ± ${formatFixed(sd, 3)}`,
  );
  return {
    claim: "The small model's uncertainty tells where the large one differs",
    holds: uncertainty.every(({ auroc, sd }) => auroc - sd > 0.5),
    text: `Area under the ROC curve, mean and spread over the pairs: ${each.join(", ")}. Guessing has 0.5.`,
  };
}

function start({ position }: Figures): Finding | undefined {
  const [first, ...rest] = position;
  if (first === undefined) return undefined;
  const most = Math.max(...rest.map(({ cof }) => cof));
  const mean = rest.reduce((sum, { cof }) => sum + cof, 0) / rest.length;
  return {
    claim: "The first tenth of a text needs the large model most",
    holds: first.cof > most,
    text: `${percent(first.cof)} of the tokens of the first tenth differ, ${percent(mean)} of the others (${percent(most)} in the highest of the other tenths).`,
  };
}

/** What a report says first. */
export function studyHeadline({ pairs, fits, floor: found, models }: StudyOutput): {
  summary: string;
  detail: string;
} {
  const all = pairs.map(({ cof }) => cof);
  const ratios = pairs.map(({ ratio }) => ratio);
  const below = pairs.filter(({ cof }) => cof < fifth).length;
  const summary = `The large model changes ${percent(Math.min(...all))} to ${percent(Math.max(...all))} of the small one's tokens at R from ${formatNumber(Math.min(...ratios))} to ${formatNumber(Math.max(...ratios))}; fewer than 20% in ${below} of ${pairs.length} pairs.`;
  const best = fits
    .filter(({ leftOut }) => leftOut !== null)
    .toSorted((a, b) => (a.leftOut ?? 0) - (b.leftOut ?? 0))[0];
  return {
    summary,
    detail: [
      found === null ? undefined : `Another seed of the same size changes ${percent(found.cof)} by itself.`,
      best === undefined ? undefined : `Of four laws, ${lawNames[best.name]} foretells left-out pairs best.`,
      models.length > 0
        ? "Small models that are trained for seconds differ more than the paper's."
        : undefined,
    ]
      .filter((sentence) => sentence !== undefined)
      .join(" "),
  };
}
