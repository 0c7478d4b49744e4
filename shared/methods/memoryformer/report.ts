import type { Axis } from "../../report/axes.ts";
import { curves } from "../../report/curves.ts";
import { formatBytes, formatCount, formatNumber, formatPercent } from "../../report/format.ts";
import type { Fact, Figure, Section } from "../../report/page.ts";
import { sideBySide } from "../../report/side-by-side.ts";
import type { Table } from "../../report/table.ts";
import { csvFile, type ReportFile, type RunFacts, runFacts, svgFile, withReport } from "../report-files.ts";
import { findingsSection, spreadSentence, trainingFigure } from "../report-parts.ts";
import type { TrainedCurve } from "../tuned-comparison.ts";
import { edgeSentence } from "../tuned-rates.ts";
import { citation } from "./citation.ts";
import { differences } from "./differences.ts";
import { headline, isMemory } from "./findings.ts";
import type { Input } from "./input.ts";
import { labelOf, styleOf } from "./labels.ts";
import type { Output, VariantResult } from "./output.ts";
import { paperBits, paperTable, printedAndCounted } from "./paper.ts";
import {
  bucketTable,
  costTable,
  latencyTable,
  lossTable,
  overfitTable,
  tuningTable,
  variantTable,
} from "./tables.ts";

export interface Reported {
  readonly run: RunFacts;
  readonly input: Input;
  readonly output: Output;
  readonly curves: readonly TrainedCurve[];
  /** Name of the text that was trained on. */
  readonly text: string;
}

/** The report of a run and the plots and tables it is made of, as files. */
export function reportFiles(reported: Reported): ReportFile[] {
  const { run, input, output } = reported;
  const { variants, latency } = output;
  const main = lossFigure(output);
  const bytes = bytesFigure(output);
  const buckets = variants.some((variant) => variant.buckets.length > 0) ? [bucketFigure(output)] : [];
  const time = latency.length > 1 ? [latencyFigure(output)] : [];
  const training = reported.curves.length > 0 ? [trainingLoss(reported)] : [];
  const report = {
    title: "Hashed lookup tables in place of linear layers",
    ...headline(variants),
    main,
    facts: [...runFacts(run, citation), ...facts(reported)],
    sections: sections(reported, { bytes, buckets, time, training }),
    input,
  };
  const files = [
    ...[main, bytes, ...buckets, ...time, ...training].map(svgFile),
    csvFile("variants.csv", variantTable(variants)),
    ...(latency.length > 0 ? [csvFile("latency.csv", latencyTable(latency))] : []),
  ];
  return withReport(report, files, output);
}

/** Each variant is a point: what it costs across, its loss upwards. */
function frontier(
  { variants }: Output,
  {
    id,
    title,
    caption,
    x,
  }: { id: string; title: string; caption: string; x: (one: VariantResult) => number },
  axis: Axis,
): Figure {
  const series = variants.map((variant) => ({
    name: labelOf(variant),
    style: styleOf(variants, variant),
    points: [{ x: x(variant), y: variant.loss.mean, sd: variant.loss.sd }],
  }));
  return {
    id,
    caption,
    draw: ({ width, id }) =>
      curves({
        id,
        width,
        title,
        subtitle: spreadSentence(variants, "bars"),
        x: axis,
        y: { label: "Validation loss (nats per token)" },
        bars: true,
        labels: "legend",
        series: sideBySide(series),
      }),
  };
}

function lossFigure(output: Output): Figure {
  return frontier(
    output,
    {
      id: "loss-by-flops",
      title: "Loss against multiply-adds",
      caption:
        "Lower and further left is better; each at its best learning rate. Multiply-adds are those of a forward pass, attention and output head with them. Models that are equal across stand side by side.",
      x: ({ gflops }) => gflops * 1e9,
    },
    { label: "Multiply-adds of one sequence", scale: "log10", format: short },
  );
}

function bytesFigure(output: Output): Figure {
  return frontier(
    output,
    {
      id: "loss-by-bytes",
      title: "Loss against the bytes of the weights",
      caption:
        "What Memory Layers save in arithmetic they take in memory: all parameters, tables with them. Models that are equal across stand side by side.",
      x: ({ parameters }) => 4 * parameters,
    },
    { label: "Bytes of all weights", scale: "log10", format: formatBytes },
  );
}

const short = (value: number): string =>
  value >= 1e9 ? `${formatNumber(value / 1e9)}G` : `${formatNumber(value / 1e6)}M`;

/** The share of the lookups that the most used buckets get, as means over a model's layers of the same bits. */
function bucketFigure({ variants }: Output): Figure {
  const memory = variants.filter(isMemory);
  const series = memory.map((variant) => ({
    name: labelOf(variant),
    style: styleOf(variants, variant),
    points: qkvShares(variant),
  }));
  return {
    id: "bucket-use",
    caption:
      "Cumulative histogram of the hash codes of queries, keys and values on the validation text: the most used bucket of a chunk, the two most used, and so on. Even use would double the share from one number to the next.",
    draw: ({ width, id }) =>
      curves({
        id,
        width,
        title: "How evenly the buckets are used",
        subtitle: "Share of the lookups of the most used buckets, mean over chunks and blocks",
        x: { label: "Most used buckets of a chunk", scale: "log2" },
        y: { label: "Share of lookups", domain: [0, 1], format: (share) => formatPercent(share) },
        labels: "legend",
        series,
      }),
  };
}

function qkvShares({ buckets }: VariantResult): { x: number; y: number }[] {
  const own = buckets.filter(({ layer }) => layer.endsWith("qkv_memory"));
  const ranks = own[0]?.shares.map(({ rank }) => rank) ?? [];
  return ranks.map((rank, at) => ({
    x: rank,
    y: own.reduce((sum, { shares }) => sum + (shares[at]?.share ?? 0), 0) / own.length,
  }));
}

function latencyFigure({ latency }: Output): Figure {
  const points = (of: (one: Output["latency"][number]) => number) =>
    latency.map((one) => ({ x: one.d, y: of(one) }));
  const times = latency.flatMap(({ memory, dense }) => [memory.microseconds, dense.microseconds]);
  return {
    id: "latency",
    caption:
      "One layer d → d for one token: a Memory Layer of τ 8 by the WebAssembly kernel on one thread, a dense layer by onnxruntime on all. Both go round 64 MiB of weights or more, so that caches flatter neither.",
    draw: ({ width, id }) =>
      curves({
        id,
        width,
        title: "Time of one layer at batch 1",
        subtitle: "Medians on this machine",
        x: { label: "Width d", scale: "log2", ticks: latency.map(({ d }) => d) },
        y: {
          label: "Microseconds",
          scale: "log2",
          domain: [Math.min(...times) / 1.25, Math.max(...times) * 1.05],
        },
        series: [
          { name: "Memory Layer", style: 0, points: points(({ memory }) => memory.microseconds) },
          { name: "Dense", style: 1, points: points(({ dense }) => dense.microseconds) },
        ],
      }),
  };
}

function trainingLoss({ curves: trained, input, output }: Reported): Figure {
  const { variants } = output;
  const runs = trained.flatMap(({ variant: key, points }) => {
    const variant = variants.find(({ name }) => name === key);
    return variant === undefined
      ? []
      : [{ name: labelOf(variant), style: styleOf(variants, variant), points }];
  });
  return trainingFigure({ batch: input.training.batch, length: input.trainingLength, runs });
}

function facts({ input, output, text }: Reported): Fact[] {
  const { model, training, trainingLength } = input;
  return [
    { label: "Text", value: text },
    { label: "Model", value: `${model.layers} layers, width ${model.dModel}, ${model.heads} heads` },
    {
      label: "Training",
      value: `${formatCount(training.steps)} steps of ${formatCount(training.batch)} × ${formatCount(trainingLength)} tokens (bytes)`,
    },
    { label: "Seeds per variant", value: String(Math.max(...output.variants.map(({ seeds }) => seeds))) },
  ];
}

interface Figures {
  readonly bytes: Figure;
  readonly buckets: readonly Figure[];
  readonly time: readonly Figure[];
  readonly training: readonly Figure[];
}

function sections({ input, output }: Reported, figures: Figures): Section[] {
  const { variants, latency, findings } = output;
  const different = differences(variants, input);
  const optional = (heading: string, plots: readonly Figure[], tables: readonly Table[], text: string[]) =>
    plots.length + tables.length > 0 ? [{ heading, text, plots, tables }] : [];
  const memory = variants.filter((variant) => variant.buckets.length > 0);
  const tuned = variants.filter((variant) => variant.tuning.length > 0);
  return [
    ...findingsSection(findings, variants, "A claim about losses"),
    { heading: "Loss and cost", tables: [lossTable(variants), costTable(variants)], plots: [figures.bytes] },
    ...optional("One layer at batch 1", figures.time, latency.length > 0 ? [latencyTable(latency)] : [], [
      "A dense layer reads d² weights for a token, a Memory Layer K = d / τ rows of d: an eighth at τ 8.",
    ]),
    ...optional("Use of the buckets", figures.buckets, memory.length > 0 ? [bucketTable(memory)] : [], []),
    ...optional("Learning rates", [], tuned.length > 0 ? [tuningTable(tuned)] : [], [
      [
        "Short trainings, judged on text that neither trains nor validates; the full ones take the best rate.",
        edgeSentence(tuned, labelOf),
      ]
        .filter((sentence) => sentence !== undefined)
        .join(" "),
    ]),
    ...optional("Training", figures.training, [overfitTable(variants)], []),
    samples(variants),
    different.length > 0
      ? { heading: "Where it differs from the papers, and why", text: different }
      : undefined,
    {
      heading: "Beside the paper's figures",
      text: [
        "The paper trains on the Pile with a tokenizer of its own, at 70M to 410M dense parameters: its losses do not compare with these.",
        printedAndCounted(),
      ],
      tables: [paperTable(), paperBits()],
    },
  ].filter((section) => section !== undefined);
}

/** What the models of Memory Layers write, one token after another on the lookup kernel. */
function samples(variants: readonly VariantResult[]): Section | undefined {
  const written = variants.flatMap((variant) =>
    variant.sample === null ? [] : [`${labelOf(variant)}: “${variant.sample.replaceAll(/\s+/g, " ")}”`],
  );
  if (written.length === 0) return undefined;
  const what =
    "The first 24 bytes of the validation text, continued at temperature 0.7 by each model on the lookup kernel.";
  return { heading: "Samples", text: [what, ...written] };
}
