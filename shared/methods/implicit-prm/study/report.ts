import { curves } from "../../../report/curves.ts";
import { formatCount, formatFixed, formatNumber, formatPercent } from "../../../report/format.ts";
import type { Fact, Figure, Section } from "../../../report/page.ts";
import {
  csvFile,
  type ReportFile,
  type RunFacts,
  runFacts,
  svgFile,
  withReport,
} from "../../report-files.ts";
import { findingsSection } from "../../report-parts.ts";
import { citation } from "../citation.ts";
import type { StudyInput } from "../input.ts";
import { labelWarning } from "../labels-say.ts";
import type { OverSeeds, StudiedChoice, StudyOutput } from "./output.ts";
import {
  allChoices,
  areaTable,
  choiceAt,
  choiceTable,
  computeTable,
  majorityTable,
  methodLabel,
  processTable,
  sizeTable,
  wrongProcessTable,
} from "./tables.ts";

interface Studied {
  readonly run: RunFacts;
  readonly input: StudyInput;
  readonly output: StudyOutput;
}

/** The report of a study, with its plots and tables, as files. */
export function studyReport({ run, input, output }: Studied): ReportFile[] {
  const main = choiceFigure(output);
  const costs = costFigure(output);
  const report = {
    title: "Rewards of steps from labels of responses, beside every baseline",
    ...headline(output),
    main,
    facts: [...runFacts(run, citation), ...facts(input, output)],
    sections: sections(output, input, costs),
    input,
  };
  const files = [
    svgFile(main),
    svgFile(costs),
    csvFile("areas.csv", areaTable(output)),
    csvFile("process.csv", processTable(output)),
    csvFile("best-of-n.csv", allChoices(output)),
    csvFile("wrong-process.csv", wrongProcessTable(output)),
    csvFile("compute.csv", computeTable(output)),
  ];
  return withReport(report, files, output);
}

const percent = (value: number) => formatPercent(value, 1);

function headline(output: StudyOutput): { summary: string; detail: string } {
  const n = Math.max(...output.bestOfN.map((one) => one.n));
  const area = (name: StudyOutput["stepAuroc"][number]["method"]) =>
    output.stepAuroc.find(({ method }) => method === name)?.mean ?? undefined;
  const areas = (["ce", "dpo", "shepherd", "exact"] as const).flatMap((name) => {
    const value = area(name);
    return value === undefined ? [] : [`${methodLabel(name)} ${formatFixed(value, 3)}`];
  });
  const right = (["ce", "dpo", "majority"] as const).flatMap((name) => {
    const found = choiceAt(output.bestOfN, n, name);
    return found === undefined ? [] : [`${methodLabel(name)} ${percent(found.accuracy)}`];
  });
  const { trainedRight, labelsSay } = output.policy;
  return {
    summary: labelsSay
      ? `Area of finding wrong steps: ${areas.join("; ")}.`
      : labelWarning(trainedRight, "arithmetic"),
    detail: `Right choices among ${n}: ${right.join("; ")}.`,
  };
}

function facts({ data, shepherd, beta, training }: StudyInput, { seeds }: StudyOutput): Fact[] {
  const { dModel, layers, heads } = data.size;
  return [
    { label: "Seeds", value: formatCount(seeds) },
    { label: "Policy", value: `${layers} layers, d ${dModel}, ${heads} heads` },
    { label: "Responses trained on", value: formatCount(data.problems * data.responses) },
    {
      label: "Held out",
      value: `${formatCount(data.heldOutProblems)} problems, ${data.candidates} responses each`,
    },
    { label: "Coefficient β", value: formatNumber(beta) },
    { label: "Batch", value: formatCount(training.batch) },
    { label: "Rollouts from a step", value: `${shepherd.rollouts}, ${shepherd.labels} labels` },
  ];
}

/** Methods that the plot has room for; the table has all. */
const drawn: readonly (readonly [StudiedChoice["method"], number])[] = [
  ["ce", 0],
  ["dpo", 1],
  ["exact", 2],
  ["shepherd", 3],
  ["orm", 4],
  ["reference", 5],
  ["majority", 6],
  ["oracle", 8],
];

function choiceFigure({ bestOfN, seeds }: StudyOutput): Figure {
  const sizes = [...new Set(bestOfN.map(({ n }) => n))];
  const bands = seeds > 1 ? `over ${seeds} seeds` : "over draws of problems and of N candidates";
  return {
    id: "best-of-n",
    caption: `Share of the problems whose chosen candidate is right, on the first N of each, by the smallest step, of the outcome model by the whole; bands are one standard deviation ${bands}. An oracle chooses a right one wherever there is one.`,
    draw: ({ width, id }) =>
      curves({
        ...{ id, width, title: "Best of N", labels: "legend" },
        x: { label: "Candidates N", scale: "log2", ticks: sizes },
        y: { label: "Right", domain: [0, 1], format: (value) => formatPercent(value) },
        series: drawn.map(([method, style]) => ({
          ...{ name: methodLabel(method), style },
          points: sizes.flatMap((n) => {
            const found = choiceAt(bestOfN, n, method);
            if (found === undefined) return [];
            return [{ x: n, y: found.accuracy, sd: seeds > 1 ? found.sd : found.drawSd }];
          }),
        })),
      }),
  };
}

function costFigure({ compute, stepAuroc, seeds }: StudyOutput): Figure {
  return {
    id: "area-by-compute",
    caption: `Area of finding wrong steps by what a method took, the writing of its responses and rollouts from their steps included; bars are one standard deviation ${seeds > 1 ? "over the seeds" : "over draws of problems"}.`,
    draw: ({ width, id }) =>
      curves({
        ...{ id, width, title: "Wrong steps found, by compute", labels: "legend", lines: false, bars: true },
        x: { label: "GFLOP", scale: "log10" },
        y: { label: "Area under the ROC curve" },
        rules: [{ axis: "y", at: 0.5, label: "guessing" }],
        series: compute.map(({ method, flops }, style) => ({
          ...{ name: methodLabel(method), style },
          points: stepAuroc.flatMap((one) =>
            one.method !== method || one.mean === null
              ? []
              : [{ x: flops / 1e9, y: one.mean, sd: (seeds > 1 ? one.sd : one.drawSd) ?? 0 }],
          ),
        })),
      }),
  };
}

const howClaimsHold =
  "Methods are held against each other seed by seed: a claim holds where the mean of the difference is larger than its standard deviation over the seeds, and against the majority also than that over draws of the same problems and candidates.";

function sections(output: StudyOutput, input: StudyInput, costs: Figure): Section[] {
  return [
    ...findingsSection(output.findings, [output]).map((section) =>
      output.seeds > 1 ? { ...section, text: [howClaimsHold] } : section,
    ),
    {
      heading: "Steps and responses",
      text: [stepsText(output)],
      tables: [areaTable(output), processTable(output)],
    },
    { heading: "Choices", tables: [majorityTable(output), sizeTable(output), choiceTable(output)] },
    {
      heading: "Right answers by a wrong process",
      text: [wrongText(output)],
      tables: [wrongProcessTable(output)],
    },
    { heading: "Compute", text: computeText(output, input), plots: [costs], tables: [computeTable(output)] },
  ];
}

function stepsText({ policy }: StudyOutput): string {
  const wrong =
    policy.wrongSteps === null ? "" : ` ${percent(policy.wrongSteps.mean)} of the steps are wrong.`;
  return `Right are ${policy.heldOutRight.map(percent).join(", ")} of the responses held out, by seed.${wrong} F1 is the harmonic mean of two shares: of the responses with a wrong step, those whose first step below a threshold is the first wrong one; and of those without, those with no step below it. The threshold parts right from wrong responses of a development split by their smallest step, with no label of a step.`;
}

function wrongText({ policy }: StudyOutput): string {
  const { rightAnswers, rightAnswersWithWrongStep: wrong } = policy;
  const all = rightAnswers === 0 ? "" : ` (${percent(wrong / rightAnswers)})`;
  return `Of ${formatCount(rightAnswers)} right answers held out ${formatCount(wrong)}${all} have a wrong step that another one undid.`;
}

const shownArea = (area: OverSeeds): string => (area === null ? "–" : formatFixed(area.mean, 3));

function computeText({ shepherd, compute }: StudyOutput, { shepherd: given }: StudyInput): string[] {
  const { rollouts, responses, costRatio, paperCostRatio, labelAuroc } = shepherd;
  const full = compute.find(({ method }) => method === "shepherd-full");
  return [
    `Operations are those of the products of matrices, counted from the graphs: a token read or written is a forward pass, one trained on a forward and a backward pass. All pay for writing their responses, the implicit ones for reading them by the reference, Math-Shepherd for ${rollouts} rollouts from every step but the last. At equal compute it has as many responses as CE's operations pay for, ${responses.map(formatCount).join(", ")} by seed, and passes over them as often as over all.`,
    `From all responses it takes ${formatNumber(costRatio, 3)} times CE's operations${full === undefined ? " (not run)" : ""}; the paper has ${formatNumber(paperCostRatio, 3)} times, with one pass over longer responses of more steps. Its ${given.labels} labels find wrong steps at an area of ${shownArea(labelAuroc)}: they tell whether an answer can still come out right, which after a mistake no later step can mend.`,
  ];
}
