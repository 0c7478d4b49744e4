import { curves, type Series } from "../../report/curves.ts";
import { formatBytes, formatCount, formatNumber } from "../../report/format.ts";
import type { Fact, Figure, Section } from "../../report/page.ts";
import { sideBySide } from "../../report/side-by-side.ts";
import { csvFile, type ReportFile, type RunFacts, runFacts, svgFile, withReport } from "../report-files.ts";
import { findingsSection, spreadSentence, trainingFigure } from "../report-parts.ts";
import type { TrainedCurve } from "../tuned-comparison.ts";
import { citation } from "./citation.ts";
import { headline } from "./findings.ts";
import type { CompareInput } from "./input.ts";
import { labelOf, nameOf, styleOf } from "./labels.ts";
import type { CompareOutput, VariantResult } from "./output.ts";
import { besideThePaper, claimsBeside, othersAtScale } from "./paper.ts";
import { costTable, lossTable, tuningTable, variantTable } from "./tables.ts";
import { variantsOf } from "./variants.ts";

export interface Comparison {
  readonly run: RunFacts;
  readonly input: CompareInput;
  readonly output: CompareOutput;
  readonly curves: readonly TrainedCurve[];
  /** Name of the text that was trained on. */
  readonly text: string;
}

/** The report of a comparison and the plots and table it is made of, as files. */
export function compareReport(comparison: Comparison): ReportFile[] {
  const { input, output, run } = comparison;
  const { variants } = output;
  const main = frontier(comparison, byParameters);
  const operations = frontier(comparison, byOperations);
  const tuning = variants.some((variant) => variant.tuning.length > 1) ? [tuningFigure(comparison)] : [];
  const training = comparison.curves.length > 0 ? [trainingLoss(comparison)] : [];
  const report = {
    title: "Low-rank attention beside the dense model",
    ...headline(variants),
    main,
    facts: [...runFacts(run, citation), ...compareFacts(comparison)],
    sections: sections(comparison, { operations, tuning, training }),
    input,
  };
  const plots = [main, operations, ...tuning, ...training];
  return withReport(report, [...plots.map(svgFile), csvFile("variants.csv", variantTable(variants))], output);
}

interface Measure {
  readonly id: string;
  readonly title: string;
  readonly axis: string;
  of(variant: VariantResult): number;
}

const byParameters: Measure = {
  id: "loss-by-parameters",
  title: "Loss against parameters",
  axis: "Parameters",
  of: ({ parameters }) => parameters,
};

const byOperations: Measure = {
  id: "loss-by-flops",
  title: "Loss against operations",
  axis: "Operations of a forward pass, per token",
  of: ({ flopsPerToken }) => flopsPerToken,
};

const shortNumber = (value: number): string => {
  const units = [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const;
  const unit = units.find(([size]) => Math.abs(value) >= size);
  return unit === undefined ? formatNumber(value) : `${formatNumber(value / unit[0], 3)}${unit[1]}`;
};

/** Variants of one kind are a series, so that the ranks of low-rank attention are joined by a line. */
function frontier({ output }: Comparison, { id, title, axis, of }: Measure): Figure {
  const groups = Map.groupBy(output.variants, (variant) => variant.name);
  const series = [...groups.values()].flatMap((group): Series[] => {
    const [first] = group;
    if (first === undefined) return [];
    const points = group
      .map((variant) => ({ x: of(variant), y: variant.loss.mean, sd: variant.loss.sd }))
      .sort((a, b) => a.x - b.x);
    return [{ name: group.length > 1 ? nameOf(first) : labelOf(first), style: styleOf(first.name), points }];
  });
  return {
    id,
    caption:
      "Lower and further left is better; each at its best learning rate. Variants that are equal across stand side by side.",
    draw: ({ width, id }) =>
      curves({
        id,
        width,
        title,
        subtitle: spreadSentence(output.variants, "bars"),
        x: { label: axis, format: shortNumber },
        y: { label: "Validation loss (nats per token)" },
        bars: true,
        labels: "legend",
        series: sideBySide(series),
      }),
  };
}

function tuningFigure({ output, input }: Comparison): Figure {
  const series = output.variants.map((variant, index) => ({
    name: labelOf(variant),
    style: styleIndex(output.variants, index),
    points: variant.tuning.flatMap(({ learningRate, loss }) =>
      loss === null ? [] : [{ x: learningRate, y: loss }],
    ),
  }));
  return {
    id: "tuning",
    caption: `Loss of the short trainings, ${formatCount(Math.max(1, Math.round(input.training.steps * input.training.tuningShare)))} steps each, on text that neither trains nor validates. The rate of each curve's lowest loss is that of the full trainings.`,
    draw: ({ width, id }) =>
      curves({
        id,
        width,
        title: "Learning rate",
        x: { label: "Peak learning rate", scale: "log2", ticks: [...input.training.learningRates] },
        y: { label: "Loss (nats per token)" },
        labels: "legend",
        series,
      }),
  };
}

/** The kind's own style for its first rank, and those that no kind has for further ranks. */
function styleIndex(variants: readonly VariantResult[], at: number): number {
  const variant = variants[at];
  if (variant === undefined) return 0;
  const rank = variants.slice(0, at).filter(({ name }) => name === variant.name).length;
  return rank === 0 ? styleOf(variant.name) : 6 + rank;
}

function trainingLoss({ curves: trained, input, output }: Comparison): Figure {
  const keys = variantsOf(input).map(({ key }) => key);
  const runs = trained.flatMap(({ variant, points }) => {
    const at = keys.indexOf(variant);
    const result = output.variants[at];
    return result === undefined
      ? []
      : [{ name: labelOf(result), style: styleIndex(output.variants, at), points }];
  });
  return trainingFigure({ batch: input.training.batch, length: input.trainingLength, runs });
}

function compareFacts({ input, output, text }: Comparison): Fact[] {
  const { model, training } = input;
  const most = Math.max(...output.variants.map(({ stepBytes }) => stepBytes));
  return [
    { label: "Text", value: text },
    { label: "Model", value: `${model.layers} layers, width ${model.dModel}, ${model.heads} heads` },
    {
      label: "Training",
      value: `${formatCount(training.steps)} steps of ${formatCount(training.batch)} sequences of ${formatCount(input.trainingLength)} tokens (bytes)`,
    },
    { label: "Seeds per variant", value: String(input.seeds) },
    { label: "Largest step", value: formatBytes(most) },
  ];
}

interface Figures {
  readonly operations: Figure;
  readonly tuning: readonly Figure[];
  readonly training: readonly Figure[];
}

function sections({ output }: Comparison, figures: Figures): Section[] {
  const { variants, findings } = output;
  return [
    ...findingsSection(findings, variants),
    { heading: "Loss", tables: [lossTable(variants)] },
    {
      heading: "Cost",
      plots: [figures.operations],
      tables: [costTable(variants)],
      notes: [
        "Operations are those of matrix products, a multiply-add counted twice: forward by formula, in training, with the backward pass, counted from the graph that was run. A step's memory is parameters, gradients, both moments and the largest set of results that wait for their last reader. Tokens per second are those of each training's quickest step: the speed depends on the machine, and the mean also on what else it does.",
      ],
    },
    {
      heading: "Training",
      plots: [...figures.tuning, ...figures.training],
      ...(figures.tuning.length > 0 && { tables: [tuningTable(variants)] }),
    },
    {
      heading: "Beside the paper",
      text: claimsBeside(variants),
      tables: [besideThePaper(variants), othersAtScale()],
    },
  ];
}
