import { formatCount, formatNumber, formatPercent } from "../../../report/format.ts";
import { intervals } from "../../../report/intervals.ts";
import type { Figure } from "../../../report/page.ts";
import type { Table } from "../../../report/table.ts";
import {
  csvFile,
  type ReportFile,
  type RunFacts,
  runFacts,
  svgFile,
  withReport,
} from "../../report-files.ts";
import { citation } from "../citation.ts";
import type { ScoreInput } from "../input.ts";
import { higherIsBetter, labelOf } from "../names.ts";
import type { ScoreOutput } from "../output.ts";
import { judgeWords, skippedWords } from "./sections.ts";

interface Scored {
  readonly run: RunFacts;
  readonly input: ScoreInput;
  readonly output: ScoreOutput;
}

/** Plots of a page at most; the table has all metrics. */
const mostFigures = 8;

/** The report of scored answers, with its plots and tables, as files. */
export function scoreReport({ run, input, output }: Scored): ReportFile[] {
  const figures = output.systems.length > 1 ? figuresOf(output, input.confidence) : [];
  const [main, ...others] = figures;
  const table = scoreTable(output);
  const report = {
    title: "Answers scored against references",
    summary: `${formatCount(output.answers)} answers to ${formatCount(output.questions)} questions: ${output.source}.`,
    detail: bestWords(output),
    ...(main !== undefined && { main }),
    facts: [
      ...runFacts(run, citation),
      { label: "Answers", value: formatCount(output.answers) },
      { label: "Systems", value: formatCount(output.systems.length) },
      { label: "Tokens", value: input.tokens === "auto" ? "each metric's own, by script" : "CALF's" },
      { label: "BLEU's smoothing", value: input.smoothing },
      { label: "Intervals", value: `${formatPercent(input.confidence)}, ${formatCount(input.draws)} draws` },
    ],
    sections: [
      {
        heading: "Scores",
        text: [
          "A corpus score is taken from summed statistics, as the reference implementations do, and is not the mean of the answers' own scores; intervals are of the mean, over draws of the questions.",
          ...skippedWords(output.skipped),
          ...judgeWords(output.judges),
        ],
        tables: [table],
        ...(others.length > 0 && { plots: others }),
        notes: [
          `The scores of every answer are in ${output.files.map(({ name }) => name).join(", ")}, beside this page. The statistics in result.json are sums: those of several runs add up, number by number, to the statistics of all their answers.`,
        ],
      },
    ],
    input,
  };
  return withReport(report, [...figures.map(svgFile), csvFile("systems.csv", table)], output);
}

function bestWords({ systems }: ScoreOutput): string {
  if (systems.length < 2) {
    const shown = systems[0]?.scores.slice(0, 4) ?? [];
    return shown
      .map(({ name, corpus, mean }) => `${labelOf(name)} ${formatNumber(corpus ?? mean ?? 0)}`)
      .join(", ");
  }
  const first = systems[0]?.scores[0];
  if (first === undefined) return "";
  const sign = higherIsBetter(first.name) ? 1 : -1;
  const [best] = systems.toSorted((a, b) => sign * ((b.scores[0]?.mean ?? 0) - (a.scores[0]?.mean ?? 0)));
  return `By ${labelOf(first.name)} “${best?.name}” is best, with a mean of ${formatNumber(best?.scores[0]?.mean ?? 0)}.`;
}

function figuresOf({ systems }: ScoreOutput, confidence: number): Figure[] {
  const metrics = systems[0]?.scores ?? [];
  return metrics.slice(0, mostFigures).map(({ name }, at) => {
    const sign = higherIsBetter(name) ? 1 : -1;
    const rows = systems
      .flatMap((system) => {
        const one = system.scores[at];
        if (one?.mean == null) return [];
        const { mean: value, low, high } = one;
        const bounds = low === null || high === null ? {} : { low, high };
        return [{ name: system.name, value, ...bounds, group: "systems", style: 0 }];
      })
      .sort((a, b) => sign * (b.value - a.value));
    return {
      id: `score-${name.replace("++", "-plus")}`,
      caption: `Mean ${labelOf(name)} of each system's answers, with ${formatPercent(confidence)} intervals over draws of the questions${sign < 0 ? "; lower is better" : ""}.`,
      draw: ({ width, id }) =>
        intervals({ ...{ id, width, title: labelOf(name), rows }, x: { label: `Mean ${labelOf(name)}` } }),
    };
  });
}

function scoreTable({ systems }: ScoreOutput): Table {
  const number = { numeric: true, format: (value: number) => formatNumber(value, 4) } as const;
  return {
    columns: [
      { label: "System", key: "system" },
      { label: "Metric", key: "metric" },
      { label: "Answers", key: "answers", numeric: true, format: formatCount },
      { label: "Corpus", key: "corpus", ...number },
      { label: "Mean", key: "mean", ...number },
      { label: "from", key: "low", ...number },
      { label: "to", key: "high", ...number },
    ],
    rows: systems.flatMap((system) =>
      system.scores.map(({ name, corpus, mean, low, high, missing }) => [
        system.name,
        labelOf(name),
        system.answers - missing,
        ...[corpus, mean, low, high],
      ]),
    ),
  };
}
