import { formatChange, formatNumber, formatPercent } from "../../../report/format.ts";
import type { Cell, Table } from "../../../report/table.ts";
import { type ChoiceName, type JudgeName, judgeLabels, judgeNames } from "../labels.ts";
import type { OverSeeds, StudiedArea, StudiedChoice, StudyOutput } from "./output.ts";
import { ownChoice } from "./summarise.ts";

type Method = StudiedChoice["method"];

export function methodLabel(method: Method): string {
  if (method === "first") return "No choice";
  if (method === "majority") return "Majority";
  return method === "oracle" ? "Oracle" : judgeLabels[method];
}

const share = { numeric: true, decimals: 3 } as const;

const spread = (value: OverSeeds): Cell => value && { mean: value.mean, sd: value.sd };

function areaCell({ mean, sd, drawSd }: StudiedArea, seeds: number): Cell {
  return mean === null ? null : { mean, sd: (seeds > 1 ? sd : drawSd) ?? 0 };
}

/** What a plus-minus is of, for captions. */
export const spreadWords = (seeds: number): string =>
  seeds > 1 ? "± over the seeds" : "± over draws, for want of a second seed";

/** A row for each method: how it tells right from wrong. */
export function areaTable({ stepAuroc, outcomeAuroc, seeds }: StudyOutput): Table {
  const outcomeOf = (name: JudgeName) => outcomeAuroc.find(({ method }) => method === name);
  return {
    caption: `Area under the ROC curve; ${spreadWords(seeds)}`,
    columns: [
      { label: "Method", key: "method" },
      { label: "Wrong steps", key: "step_auroc", ...share, best: "highest" },
      { label: "Wrong responses", key: "outcome_auroc", ...share, best: "highest" },
    ],
    rows: stepAuroc.map((step) => {
      const outcome = outcomeOf(step.method);
      return [
        judgeLabels[step.method],
        areaCell(step, seeds),
        outcome === undefined ? null : areaCell(outcome, seeds),
      ];
    }),
  };
}

/** A row for each method: whether its first step below a threshold is the first wrong one. */
export function processTable({ process, seeds }: StudyOutput): Table {
  return {
    caption: `First step below a threshold, and where the smallest step lies${seeds > 1 ? "; ± over the seeds" : ""}`,
    columns: [
      { label: "Method", key: "method" },
      { label: "F1", key: "f1", ...share, best: "highest" },
      { label: "First wrong found", key: "first_wrong_found", ...share },
      { label: "Sound passed", key: "sound_passed", ...share },
      { label: "Last is smallest", key: "smallest_is_last", ...share },
    ],
    rows: process.map(({ method, f1, firstWrongFound, soundPassed, smallestIsLast }) => [
      judgeLabels[method],
      ...[f1, firstWrongFound, soundPassed, smallestIsLast].map(spread),
    ]),
  };
}

const mostOf = (choices: readonly StudiedChoice[]): number => Math.max(...choices.map(({ n }) => n));

export function choiceAt(
  choices: readonly StudiedChoice[],
  n: number,
  method: Method,
  by: ChoiceName = ownChoice(method),
): StudiedChoice | undefined {
  return choices.find((one) => one.n === n && one.method === method && one.by === by);
}

/** The methods of some choices: those that ask no judge, then the judges. */
function methodsOf(choices: readonly StudiedChoice[]): Method[] {
  const all = ["first", "majority", "oracle", ...judgeNames] as const;
  return all.filter((name) => choices.some(({ method }) => method === name));
}

const judgesOf = (choices: readonly StudiedChoice[]): JudgeName[] =>
  judgeNames.filter((name) => choices.some(({ method }) => method === name));

/** A row for each method, a column for each N, by its own way to choose. */
export function sizeTable({ bestOfN, seeds }: StudyOutput): Table {
  const sizes = [...new Set(bestOfN.map(({ n }) => n))];
  return {
    caption: `Share of right choices by N; an outcome model chooses by the value of the whole, all others by the smallest step; ${spreadWords(seeds)}`,
    columns: [
      { label: "Method", key: "method" },
      ...sizes.map((n) => ({ label: `N ${n}`, key: `n${n}`, ...share })),
    ],
    rows: methodsOf(bestOfN).map((method) => [
      methodLabel(method),
      ...sizes.map((n) => accuracyCell(choiceAt(bestOfN, n, method), seeds)),
    ]),
  };
}

function accuracyCell(choice: StudiedChoice | undefined, seeds: number): Cell {
  return choice === undefined ? null : { mean: choice.accuracy, sd: seeds > 1 ? choice.sd : choice.drawSd };
}

/** What each method's own choice at the largest N has over the majority. */
export function majorityTable({ bestOfN, seeds }: StudyOutput): Table {
  const n = mostOf(bestOfN);
  return {
    caption: `Share of right choices among ${n}, and its difference to the majority's; the larger of both spreads, over draws of the same problems and candidates${seeds > 1 ? " and over the seeds" : ""}`,
    columns: [
      { label: "Method", key: "method" },
      { label: "Right", key: "right", ...share, best: "highest" },
      {
        label: "Over majority",
        key: "over_majority",
        numeric: true,
        formatSpread: ({ mean, sd = 0 }) => `${formatChange(mean)} ± ${formatPercent(sd, 1)}`,
      },
      { label: "Verdict", key: "verdict" },
    ],
    rows: judgesOf(bestOfN).map((method) => {
      const own = choiceAt(bestOfN, n, method);
      const over = own?.overMajority;
      return [
        methodLabel(method),
        accuracyCell(own, seeds),
        over === undefined ? null : { mean: over.by, sd: Math.max(over.sd, over.drawSd) },
        over?.verdict ?? null,
      ];
    }),
  };
}

/** All ways to choose by a judge at the largest N. */
export function choiceTable({ bestOfN, seeds }: StudyOutput): Table {
  const n = mostOf(bestOfN);
  const at = (method: Method, by: ChoiceName) => accuracyCell(choiceAt(bestOfN, n, method, by), seeds);
  return {
    caption: `Ways to choose among ${n}: by the smallest step, by the whole, and by votes that weigh as the whole says; ${spreadWords(seeds)}`,
    columns: [
      { label: "Method", key: "method" },
      { label: "Smallest step", key: "min", ...share },
      { label: "Whole", key: "sum", ...share },
      { label: "Votes", key: "votes", ...share },
    ],
    rows: judgesOf(bestOfN).map((method) => [
      methodLabel(method),
      at(method, "min"),
      at(method, "sum"),
      at(method, "weighted-sum"),
    ]),
  };
}

/** Every choice with both its spreads, for a file. */
export function allChoices({ bestOfN }: StudyOutput): Table {
  const columns = [
    ...["n", "method", "by", "accuracy", "sd", "draw_sd"],
    ...["over_majority", "over_majority_sd", "over_majority_draw_sd", "verdict"],
  ];
  return {
    columns: columns.map((label) => ({ label })),
    rows: bestOfN.map(({ n, method, by, accuracy, sd, drawSd, overMajority: over }) => [
      ...[n, method, by, accuracy, sd, drawSd],
      ...[over.by, over.sd, over.drawSd, over.verdict],
    ]),
  };
}

export function wrongProcessTable({ wrongProcess, seeds }: StudyOutput): Table {
  const n = wrongProcess[0]?.n ?? 1;
  return {
    caption: `Right choices among ${n}, ${seeds > 1 ? "all seeds" : "one seed"}`,
    columns: [
      { label: "Method", key: "method" },
      { label: "Right", key: "right", numeric: true },
      { label: "By a wrong step", key: "with_wrong_step", numeric: true },
      { label: "Share", key: "share", numeric: true, format: (value) => formatPercent(value, 1) },
    ],
    rows: wrongProcess.map(({ method, rightChoices, withWrongStep }) => [
      methodLabel(method),
      rightChoices,
      withWrongStep,
      rightChoices === 0 ? null : withWrongStep / rightChoices,
    ]),
  };
}

export function computeTable({ compute }: StudyOutput): Table {
  const tokens = { numeric: true, format: (value: number) => formatNumber(value / 1e6, 3) };
  return {
    caption: "What each method took, with the responses written, the reference read and rollouts from steps",
    columns: [
      { label: "Method", key: "method" },
      { label: "Responses", key: "responses", numeric: true },
      { label: "Forward, M tokens", key: "forward_tokens", ...tokens },
      { label: "Trained on, M tokens", key: "trained_tokens", ...tokens },
      { label: "GFLOP", key: "flops", numeric: true, format: (value) => formatNumber(value / 1e9, 3) },
      {
        label: "Beside CE",
        key: "beside_ce",
        numeric: true,
        format: (value) => `${formatNumber(value, 3)} ×`,
      },
    ],
    rows: compute.map(({ method, responses, forwardTokens, trainedTokens, flops, besideCe }) => [
      judgeLabels[method],
      ...[responses, forwardTokens, trainedTokens, flops, besideCe],
    ]),
  };
}
