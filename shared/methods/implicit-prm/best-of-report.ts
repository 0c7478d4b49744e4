import { formatCount, formatNumber } from "../../report/format.ts";
import { csvFile, type ReportFile, type RunFacts, runFacts, svgFile, withReport } from "../report-files.ts";
import { candidateTable } from "./candidate-table.ts";
import { citation } from "./citation.ts";
import type { BestOfInput } from "./input.ts";
import { choiceLabels } from "./labels.ts";
import type { BestOfOutput } from "./output.ts";
import type { Rewarded } from "./scoring.ts";
import { choiceFigure, choiceTable, percent, processTable } from "./tables.ts";
import type { BestOfN } from "./voting.ts";

interface Chosen {
  readonly run: RunFacts;
  readonly input: BestOfInput;
  readonly output: BestOfOutput;
  readonly rewarded: readonly Rewarded[];
  readonly dataset: string;
}

/** What is said first of choices: each at the largest N. */
export function choiceSummary(results: readonly BestOfN[]): string {
  const n = Math.max(...results.map((one) => one.n));
  const said = (["min", "sum", "majority", "oracle"] as const).flatMap((name) => {
    const found = results.find((one) => one.n === n && one.method === name);
    return found === undefined ? [] : [`${choiceLabels[name].toLowerCase()} ${percent(found.accuracy)}`];
  });
  return `Right choices among ${n}: ${said.join(", ")}.`;
}

/** The report of choices among labelled responses. */
export function bestOfReport({ run, input, output, rewarded, dataset }: Chosen): ReportFile[] {
  const figure = choiceFigure(output.bestOfN);
  const table = choiceTable(output.bestOfN);
  const { leftOut } = output;
  const report = {
    title: "Choosing among responses by step rewards",
    summary: choiceSummary(output.bestOfN),
    detail: `${formatCount(output.problems)} prompts with ${formatCount(rewarded.length)} responses${leftOut === 0 ? "" : `; ${formatCount(leftOut)} longer ones are left out`}.`,
    main: figure,
    facts: [
      ...runFacts(run, citation),
      { label: "Data set", value: dataset },
      { label: "Coefficient β", value: formatNumber(input.beta) },
      { label: "Reference", value: input.reference ?? "none: log π alone" },
    ],
    sections: [
      { heading: "What this run shows", verdicts: output.findings },
      { heading: "Choices", tables: [table] },
      { heading: "Steps", tables: [processTable(output.process)] },
    ],
    input,
  };
  const files = [
    svgFile(figure),
    csvFile("best-of-n.csv", table),
    csvFile("responses.csv", candidateTable(rewarded)),
  ];
  return withReport(report, files, output);
}
