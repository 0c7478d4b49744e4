import { formatCount, formatNumber, formatPercent } from "../../../report/format.ts";
import { intervals } from "../../../report/intervals.ts";
import { matrixPlot } from "../../../report/matrix.ts";
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
import { percent } from "../findings.ts";
import type { RankInput } from "../input.ts";
import { labelOf } from "../names.ts";
import type { RankOutput } from "../output.ts";
import { judgeWords } from "./sections.ts";

interface Ranked {
  readonly run: RunFacts;
  readonly input: RankInput;
  readonly output: RankOutput;
}

/** The report of ranked systems, with its plots and tables, as files. */
export function rankReport({ run, input, output }: Ranked): ReportFile[] {
  const main = scoreFigure(output, input.confidence);
  const wins = output.wins.length > 0 ? [winFigure(output)] : [];
  const [systems, duels] = [systemTable(output), winTable(output)];
  const [best, second] = output.systems;
  const duel = output.wins.find(({ system, over }) => system === best?.name && over === second?.name);
  const report = {
    title: `Systems ranked by ${labelOf(output.metric)}`,
    summary: `“${best?.name}” is first with ${formatNumber(best?.score ?? 0)}, “${second?.name}” second with ${formatNumber(second?.score ?? 0)}.`,
    detail:
      duel === undefined
        ? "They have no question in common."
        : `The first scores higher on ${percent(duel.rate)} (${percent(duel.low)} to ${percent(duel.high)}) of the ${formatCount(duel.questions)} questions that both answer, equals counted half.`,
    main,
    facts: [
      ...runFacts(run, citation),
      { label: "Answers", value: output.source },
      { label: "Questions", value: formatCount(output.questions) },
      {
        label: "Metric",
        value: `${labelOf(output.metric)}, ${output.higherIsBetter ? "higher" : "lower"} is better`,
      },
      { label: "Intervals", value: `${formatPercent(input.confidence)}, ${formatCount(input.draws)} draws` },
    ],
    sections: [
      {
        heading: "Ranking",
        text: [
          "Every draw of the questions ranks all systems anew; the ranks within are those of the interval's ends.",
          ...(output.missing > 0
            ? [`${formatCount(output.missing)} answers without a score are left out.`]
            : []),
          ...judgeWords(output.judges),
        ],
        tables: [systems],
      },
      { heading: "One against another", plots: wins, tables: [duels] },
    ],
    input,
  };
  const files = [
    ...[main, ...wins].map(svgFile),
    csvFile("systems.csv", systems),
    csvFile("wins.csv", duels),
  ];
  return withReport(report, files, output);
}

function scoreFigure({ systems, metric, higherIsBetter }: RankOutput, confidence: number): Figure {
  return {
    id: "systems",
    caption: `Mean ${labelOf(metric)} of each system's answers, with ${formatPercent(confidence)} intervals over draws of the questions${higherIsBetter ? "" : "; lower is better"}.`,
    draw: ({ width, id }) =>
      intervals({
        ...{ id, width, title: `Systems by ${labelOf(metric)}` },
        x: { label: `Mean ${labelOf(metric)}` },
        rows: systems.map(({ name, score: value, low, high }) => ({
          ...{ name, value, group: "systems", style: 0 },
          ...(low !== null && high !== null && { low, high }),
        })),
      }),
  };
}

function winFigure({ systems, wins }: RankOutput): Figure {
  const names = systems.map(({ name }) => name);
  const rate = (system: string, over: string) =>
    wins.find((win) => win.system === system && win.over === over)?.rate ?? Number.NaN;
  return {
    id: "wins",
    caption:
      "Share of the questions on which the row's system scores higher than the column's, equals counted half.",
    draw: ({ width, id }) =>
      matrixPlot({
        ...{ id, width, title: "Wins of one system over another" },
        ...{
          rows: names,
          values: names.map((system) => names.map((over) => rate(system, over))),
        },
      }),
  };
}

function systemTable({ systems }: RankOutput): Table {
  const number = { numeric: true, format: (value: number) => formatNumber(value, 4) } as const;
  return {
    columns: [
      { label: "System", key: "system" },
      { label: "Rank", key: "rank", numeric: true, format: formatCount },
      { label: "from", key: "rank_low", numeric: true, format: (value) => formatNumber(value) },
      { label: "to", key: "rank_high", numeric: true, format: (value) => formatNumber(value) },
      { label: "Score", key: "score", ...number },
      { label: "from", key: "low", ...number },
      { label: "to", key: "high", ...number },
      { label: "Win rate", key: "win_rate", numeric: true, format: percent },
      { label: "Answers", key: "answers", numeric: true, format: formatCount },
    ],
    rows: systems.map(({ name, rank, rankLow, rankHigh, score, low, high, winRate, answers }) => [
      name,
      ...[rank, rankLow, rankHigh, score, low, high, winRate, answers],
    ]),
  };
}

function winTable({ wins }: RankOutput): Table {
  const share = { numeric: true, format: percent } as const;
  return {
    columns: [
      { label: "System", key: "system" },
      { label: "Over", key: "over" },
      { label: "Questions", key: "questions", numeric: true, format: formatCount },
      { label: "Wins", key: "rate", ...share },
      { label: "from", key: "low", ...share },
      { label: "to", key: "high", ...share },
    ],
    rows: wins
      .toSorted((a, b) => b.rate - a.rate)
      .map(({ system, over, questions, rate, low, high }) => [system, over, questions, rate, low, high]),
  };
}
