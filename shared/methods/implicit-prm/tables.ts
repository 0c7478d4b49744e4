import { curves } from "../../report/curves.ts";
import { formatFixed, formatPercent } from "../../report/format.ts";
import type { Figure } from "../../report/page.ts";
import type { Table } from "../../report/table.ts";
import { choiceLabels, choiceNames } from "./labels.ts";
import type { ProcessFigures, ScoredStep } from "./output.ts";
import type { BestOfN } from "./voting.ts";

export const percent = (share: number): string => formatPercent(share, 1);

/** The steps of a response with their rewards; `words` says more of each. */
export function stepTable(
  steps: readonly ScoredStep[],
  words: { readonly label: string; of(step: number): string } | undefined,
  caption?: string,
): Table {
  const number = { numeric: true, decimals: 3 };
  return {
    ...(caption !== undefined && { caption }),
    columns: [
      { label: "Step", key: "step", numeric: true, format: String },
      { label: "Text", key: "text" },
      { label: "Reward r", key: "reward", ...number },
      { label: "Cumulative q", key: "cumulative", ...number },
      ...(words === undefined ? [] : [{ label: words.label }]),
    ],
    rows: steps.map(({ text, reward, cumulative }, at) => [
      at + 1,
      text.trim(),
      reward,
      cumulative,
      ...(words === undefined ? [] : [words.of(at)]),
    ]),
  };
}

/** Choices that a plot has room for; the table has all. */
const drawn = ["min", "majority", "sum", "weighted-sum", "oracle", "first"] as const;

/** Accuracy of choices by N. */
export function choiceFigure(results: readonly BestOfN[]): Figure {
  return {
    id: "best-of-n",
    caption:
      "Share of the problems whose chosen candidate is right, on the first N of each; bands are one standard deviation over draws of problems and of N candidates. An oracle chooses a right one wherever there is one.",
    draw: ({ width, id }) =>
      curves({
        ...{ id, width, title: "Best of N" },
        x: { label: "Candidates N", scale: "log2", ticks: [...new Set(results.map(({ n }) => n))] },
        y: { label: "Right", format: (value) => formatPercent(value) },
        series: drawn.map((name, style) => ({
          ...{ name: choiceLabels[name], style },
          points: results
            .filter(({ method }) => method === name)
            .map(({ n, accuracy, sd }) => ({ x: n, y: accuracy, sd })),
        })),
      }),
  };
}

/** A row for each choice, a column for each N. */
export function choiceTable(results: readonly BestOfN[]): Table {
  const sizes = [...new Set(results.map(({ n }) => n))];
  const cell = (name: BestOfN["method"], n: number) => {
    const found = results.find((one) => one.method === name && one.n === n);
    return found === undefined ? null : { mean: found.accuracy, sd: found.sd };
  };
  return {
    caption: "Share of right choices by N, ± over draws",
    columns: [
      { label: "Choice", key: "method" },
      ...sizes.map((n) => ({ label: `N ${n}`, key: `n${n}`, numeric: true, decimals: 3 })),
    ],
    rows: choiceNames.map((name) => [choiceLabels[name], ...sizes.map((n) => cell(name, n))]),
  };
}

/** What is known of steps, in words. What was not measured is left out. */
export function processTable(process: ProcessFigures): Table {
  const rows: (readonly [string, number | null])[] = [
    ["Smallest step reward is the last step's", process.smallestIsLast],
    ["Wrong among all steps", process.wrongSteps],
    ["Right answers with a wrong step", process.rightAnswerWrongStep],
    ["First step below the threshold is the first wrong one", process.firstWrongFound],
    ["No step below the threshold where none is wrong", process.soundPassed],
  ];
  return {
    columns: [{ label: "Share" }, { label: "Value", numeric: true, format: percent }],
    rows: rows.filter(([, value]) => value !== null),
  };
}

export const fixed = (value: number | null): string => (value === null ? "–" : formatFixed(value, 3));
