import { formatCount, formatMeanSd, formatNumber } from "../../report/format.ts";
import type { Fact, Figure, Section } from "../../report/page.ts";
import type { Table } from "../../report/table.ts";
import { trainingCurves } from "../../report/training.ts";
import type { LossPoint } from "../loss-curve.ts";
import { csvFile, type ReportFile, type RunFacts, runFacts, svgFile, withReport } from "../report-files.ts";
import { choiceSummary } from "./best-of-report.ts";
import { candidateTable } from "./candidate-table.ts";
import { citation } from "./citation.ts";
import type { TrainInput } from "./input.ts";
import { lossLabels } from "./labels.ts";
import { labelWarning } from "./labels-say.ts";
import type { OutcomeFigures, TrainOutput } from "./output.ts";
import type { Rewarded } from "./scoring.ts";
import { rewardSettings } from "./settings.ts";
import { choiceFigure, choiceTable, fixed, percent, processTable, stepTable } from "./tables.ts";

interface Trained {
  readonly run: RunFacts;
  readonly input: TrainInput;
  readonly output: TrainOutput;
  /** What the responses are, for a reader. */
  readonly name: string;
  readonly example: Rewarded;
  readonly rewarded: readonly Rewarded[];
  readonly curves: {
    readonly policy: readonly LossPoint[] | undefined;
    readonly reward: readonly LossPoint[];
  };
}

/** The report of a reward model and of what it makes of responses held out. */
export function trainReport(trained: Trained): ReportFile[] {
  const { run, input, output, rewarded } = trained;
  const choices = output.bestOfN.length === 0 ? [] : [choiceFigure(output.bestOfN)];
  const training = trainingFigures(trained);
  const [main, ...others] = [...choices, ...training];
  const table = choiceTable(output.bestOfN);
  const report = {
    title: `A reward model of steps from labels of responses (${lossLabels[input.loss]})`,
    ...headline(trained),
    ...(main !== undefined && { main }),
    facts: [...runFacts(run, citation), ...facts(trained)],
    sections: [
      { heading: "What this run shows", verdicts: output.findings },
      ...(choices.length === 0 ? [] : [{ heading: "Choices", tables: [table] }]),
      exampleSection(trained),
      stepsSection(output),
      { heading: "Whole responses", tables: [outcomeTable(output.outcome)] },
      ...(others.length === 0 ? [] : [{ heading: "Training", plots: others }]),
    ] satisfies Section[],
    input,
  };
  const files = [
    ...[...choices, ...training].map(svgFile),
    ...(choices.length === 0 ? [] : [csvFile("best-of-n.csv", table)]),
    csvFile("responses.csv", candidateTable(rewarded)),
  ];
  return withReport(report, files, output);
}

function headline({ output, input }: Trained): { summary: string; detail: string } {
  const { stepAuroc, outcome, bestOfN, trainedRight } = output;
  const whole = `Right and wrong responses are told apart at an area of ${fixed(outcome.auroc)} under the ROC curve`;
  const steps =
    stepAuroc === null ? "" : `; wrong steps, on which nothing was trained, at ${fixed(stepAuroc)}`;
  return {
    summary: `${whole}${steps}.`,
    detail: [
      labelWarning([trainedRight], input.data.from),
      bestOfN.length === 0 ? "" : choiceSummary(bestOfN),
      `${formatCount(outcome.responses)} responses held out, ${percent(outcome.right)} right.`,
    ]
      .filter((sentence) => sentence !== "")
      .join(" "),
  };
}

function facts({ input, output, name }: Trained): Fact[] {
  const pairs = input.loss === "dpo" || input.loss === "nca";
  const { steps, batch, learningRate } = rewardSettings(input);
  const { adapter } = input.training;
  return [
    { label: "Data", value: name },
    { label: "Loss", value: lossLabels[input.loss] },
    { label: "Coefficient β", value: formatNumber(input.beta) },
    { label: pairs ? "Pairs trained on" : "Responses trained on", value: formatCount(output.trainedOn) },
    { label: "Of the responses right", value: percent(output.trainedRight) },
    { label: "Steps", value: `${formatCount(steps)} of ${formatCount(batch)}` },
    { label: "Learning rate", value: formatNumber(learningRate) },
    ...(adapter === undefined
      ? []
      : [{ label: "Adapters", value: `Rank ${adapter.rank}, α ${formatNumber(adapter.alpha)}, merged` }]),
    { label: "Reward model", value: output.model },
    ...(output.policy === null ? [] : [{ label: "Policy and reference", value: output.policy }]),
    ...(output.leftOut === 0 ? [] : [{ label: "Left out as too long", value: formatCount(output.leftOut) }]),
  ];
}

function exampleSection({ output, example }: Trained): Section {
  const { rightSteps } = example.response;
  const words = rightSteps && {
    label: "Step is",
    of: (step: number) => (rightSteps[step] === true ? "right" : "wrong"),
  };
  const kind = output.example.right ? "right" : "wrong";
  return {
    heading: "A response",
    text: [`The first ${kind} one held out, to ${JSON.stringify(output.example.prompt.trim())}.`],
    tables: [stepTable(output.steps, words)],
  };
}

function stepsSection({ process, stepThreshold }: TrainOutput): Section {
  const cut =
    stepThreshold === null
      ? "The development split has responses of one kind only, and gives no threshold."
      : `The threshold ${fixed(stepThreshold)} is where the smallest step reward parts right from wrong responses of the development split best; no label of a step went into it.`;
  const undone =
    process.rightAnswerWrongStep === null
      ? []
      : [
          "A right answer can have a wrong step whose effect another one undoes: labels of answers call it right, and so does every choice above.",
        ];
  return { heading: "Steps", text: [cut, ...undone], tables: [processTable(process)] };
}

function outcomeTable(outcome: OutcomeFigures): Table {
  const rows: (readonly [string, string])[] = [
    ["Responses held out", formatCount(outcome.responses)],
    ["Right", percent(outcome.right)],
    ["Area under the ROC curve of r", withSpread(outcome.auroc, outcome.aurocSd)],
    ["Accuracy at σ(r) > 0.5", percent(outcome.accuracyAtHalf)],
    ["Threshold of r, from the development split", fixed(outcome.threshold)],
    ["Accuracy at this threshold", outcome.accuracy === null ? "–" : percent(outcome.accuracy)],
    ["Pairs of a right and a wrong response", formatCount(outcome.pairs)],
    ["Right one has the higher r", outcome.pairAccuracy === null ? "–" : percent(outcome.pairAccuracy)],
  ];
  return { columns: [{ label: "Figure" }, { label: "Value", numeric: true }], rows };
}

const withSpread = (value: number | null, sd: number | null): string =>
  value === null ? "–" : formatMeanSd(value, sd ?? undefined, 3);

function trainingFigures({ input, curves: { policy, reward } }: Trained): Figure[] {
  const figure = (
    id: string,
    title: string,
    label: string,
    points: readonly LossPoint[],
    caption: string,
  ) => ({
    id,
    caption,
    draw: ({ width, id: name }: { readonly width: number; readonly id: string }) =>
      trainingCurves({ id: name, width, title, loss: { label }, runs: [{ name: title, style: 0, points }] }),
  });
  const loss = lossLabels[input.loss];
  return [
    figure(
      "reward-loss",
      "Reward model",
      `${loss} loss`,
      reward,
      `${loss} loss on the batches, averaged over neighbouring steps.`,
    ),
    ...(policy === undefined
      ? []
      : [
          figure(
            "policy-loss",
            "Policy",
            "Loss (nats per token)",
            policy,
            "Cross-entropy of the policy on the tokens of the tutor's solutions.",
          ),
        ]),
  ];
}
