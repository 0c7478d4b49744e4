import { formatCount, formatPercent } from "../../../report/format.ts";
import type { Section } from "../../../report/page.ts";
import {
  csvFile,
  type ReportFile,
  type RunFacts,
  runFacts,
  svgFile,
  withReport,
} from "../../report-files.ts";
import { citation } from "../citation.ts";
import type { Facts } from "../facts.ts";
import { percent, withBounds } from "../findings.ts";
import type { MetaEvaluateInput } from "../input.ts";
import type { Panel } from "../judged.ts";
import { labelOf } from "../names.ts";
import type { MetaEvaluateOutput } from "../output.ts";
import { accuracyFigure, correlationFigure, settingFigure } from "./figures.ts";
import {
  injectionSection,
  judgeSection,
  learnedSection,
  perturbationSection,
  skippedWords,
} from "./sections.ts";
import { agreementTable, allFigures, classTable, detailTable } from "./tables.ts";
import { verdictTable } from "./verdict-table.ts";

export interface MetaEvaluated {
  readonly run: RunFacts;
  readonly input: MetaEvaluateInput;
  readonly output: MetaEvaluateOutput;
  readonly facts: Facts;
  readonly panel: Panel;
}

/** The report of a meta-evaluation, with its plots and tables, as files. */
export function metaReport({ run, input, output, facts, panel }: MetaEvaluated): ReportFile[] {
  const main = accuracyFigure(output, input.confidence);
  const bySetting = output.settings.length > 1 ? [settingFigure(output)] : [];
  const correlation = output.correlation.names.length > 1 ? [correlationFigure(output)] : [];
  const overall = agreementTable(output, "all", input.confidence);
  const report = {
    title:
      input.dataset === undefined
        ? "Metrics held against known labels"
        : "Metrics held against people's judgements",
    ...headline(output, input.dataset === undefined),
    main,
    facts: [
      ...runFacts(run, citation),
      { label: "Judgements", value: `${formatCount(output.judgements)}: ${output.source}` },
      { label: "Questions", value: formatCount(output.questions) },
      {
        label: "Intervals",
        value: `${formatPercent(input.confidence)}, ${formatCount(input.draws)} draws of the questions`,
      },
      { label: "Tie margin", value: input.tieMargin === "none" ? "none: equal scores" : "fitted" },
    ],
    sections: [
      {
        heading: "What this run shows",
        text: [
          input.dataset === undefined
            ? "The first claim holds when the interval of the best metric's lead over the best baseline, on the same draws of the questions, lies above 0; the others when the interval of a metric's accuracy lies above one half."
            : "A claim holds when the interval of the best metric's lead over the best baseline, on the same draws of the questions, lies above 0. The best of several is chosen on the same judgements, so that its lead is somewhat flattered.",
        ],
        verdicts: output.findings,
      },
      {
        heading: "Agreement",
        text: agreementWords(input, output),
        tables: [overall, detailTable(output), classTable(output)],
      },
      ...settingSections(output, input.confidence, bySetting),
      ...(correlation.length === 0
        ? []
        : [
            {
              heading: "Metrics against each other",
              text: [
                "Metrics that order the same pairs alike are near 1: a second one of such a kind adds little to the first.",
              ],
              plots: correlation,
            },
          ]),
      ...learnedSection(output),
      ...judgeSection(input, output),
      ...injectionSection(input, output),
      ...(input.dataset === undefined ? [perturbationSection(run.seed)] : []),
    ],
    input,
  };
  const files = [
    ...[main, ...bySetting, ...correlation].map(svgFile),
    csvFile("agreement.csv", allFigures(output)),
  ];
  // The verdicts of very many judgements lie beside the page and not in it.
  return [...withReport(report, files, output), csvFile("verdicts.csv", verdictTable(facts, panel))];
}

function headline(
  { ranking, metrics, judgements, questions, source, sidesDrawn, leftOut }: MetaEvaluateOutput,
  constructed: boolean,
) {
  const [best] = ranking;
  const figures = metrics.find(({ name, setting }) => name === best?.name && setting === "all");
  const over = figures?.overBaseline;
  const parts = [
    `${formatCount(judgements)} judgements of ${formatCount(questions)} questions, ${source}.`,
    sidesDrawn ? "Which response stands first was drawn." : "",
    leftOut.withoutReference > 0
      ? `${formatCount(leftOut.withoutReference)} without a reference are left out.`
      : "",
    leftOut.overLimit > 0 ? `${formatCount(leftOut.overLimit)} beyond the limit are left out.` : "",
    leftOut.development > 0 ? `Tie margins were fitted on ${formatCount(leftOut.development)} others.` : "",
  ];
  const detail = parts.filter((part) => part !== "").join(" ");
  if (figures === undefined || over == null) return { summary: "No metric could be taken.", detail };
  const baseline = metrics.find(({ name, setting }) => name === over.baseline && setting === "all");
  return {
    summary: `${labelOf(figures.name)} ${constructed ? "is right" : "agrees with people"} most often, in ${withBounds(figures.accuracy, figures.low, figures.high)} of the ${constructed ? "judgements, whose labels are known" : "judgements"}; the best baseline, ${labelOf(over.baseline).toLowerCase()}, in ${percent(baseline?.accuracy ?? 0)}.`,
    detail,
  };
}

function agreementWords(input: MetaEvaluateInput, { skipped }: MetaEvaluateOutput): string[] {
  const margin =
    input.tieMargin === "none"
      ? "A score that is higher is a preference, however little; scores that are equal are a tie."
      : "Scores whose difference is within the tie margin are a tie; it is the one with the most right verdicts on questions that are left out here.";
  return [
    `Accuracy is the share of verdicts that are the labels', of first, second and same. ${margin} "Both decide" is the share of right ones where label and metric both prefer a response. A lead is the accuracy less the best baseline's, in points, on the same draws. Macro F1 is the mean over the labels that occur.`,
    "Every judgement with its label, verdicts and differences of scores is in verdicts.csv, beside this page.",
    ...skippedWords(skipped),
  ];
}

/** Settings that have a table each; more are in the map and in the file. */
const mostTables = 4;

/** The map of all settings, and where they are few a table of each. */
function settingSections(
  output: MetaEvaluateOutput,
  confidence: number,
  plots: NonNullable<Section["plots"]>,
): Section[] {
  const { settings } = output;
  if (settings.length < 2) return [];
  const shown = settings.length <= mostTables ? settings : [];
  const tables = shown.map(({ name, judgements }) => ({
    ...agreementTable(output, name, confidence),
    caption: `${name}, ${formatCount(judgements)} judgements`,
  }));
  const where = shown.length === 0 ? " All figures with their intervals are in agreement.csv." : "";
  return [
    {
      heading: "By setting",
      text: [
        `The majority label is that of the setting, and a lead is over the setting's best baseline.${where}`,
      ],
      ...{ plots, tables },
    },
  ];
}
