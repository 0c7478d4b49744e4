import { curves } from "../../report/curves.ts";
import { formatCount, formatNumber, formatPercent } from "../../report/format.ts";
import { heatMaps } from "../../report/heatmap.ts";
import type { Fact, Figure, Section } from "../../report/page.ts";
import type { Cell, Column, Spread, Table } from "../../report/table.ts";
import { csvFile, type ReportFile, type RunFacts, runFacts, svgFile, withReport } from "../report-files.ts";
import { findingsSection, spreadSentence, trainingFigure } from "../report-parts.ts";
import { citation } from "./citation.ts";
import { multipleOf } from "./findings.ts";
import { headline } from "./headline.ts";
import type { CompareInput } from "./input.ts";
import { labelOf, styleOf } from "./labels.ts";
import type { CompareOutput, VariantResult } from "./output.ts";
import { besideThePaper, paperAtScale } from "./paper.ts";

/** The training loss of one variant and seed. */
export interface TrainingCurve {
  readonly variant: string;
  readonly seed: number;
  readonly points: readonly { readonly step: number; readonly loss: number }[];
}

/** Passkeys found by a variant with the key at a depth: the share of the context that stands before it. */
export interface DepthAccuracy {
  readonly variant: string;
  readonly length: number;
  readonly depth: number;
  readonly accuracy: number;
  readonly trials: number;
}

export interface Comparison {
  readonly run: RunFacts;
  readonly input: CompareInput;
  readonly output: CompareOutput;
  readonly curves: readonly TrainingCurve[];
  readonly depths: readonly DepthAccuracy[];
  /** Name of the text that was trained on. */
  readonly text: string;
}

/** The report of a comparison and the plots and table it is made of, as files. */
export function compareReport(comparison: Comparison): ReportFile[] {
  const { input, output, run } = comparison;
  const { variants } = output;
  const { summary, detail } = headline(variants, input.trainingLength);
  const figures = drawn(comparison);
  const plots = [figures.loss, ...figures.passkey, ...figures.training];
  const files = [
    ...plots.map(svgFile),
    csvFile("variants.csv", variantTable(variants, input.trainingLength)),
  ];
  const report = {
    title: "Which position embedding holds beyond the training length",
    summary,
    detail,
    main: figures.loss,
    facts: [...runFacts(run, citation), ...compareFacts(comparison)],
    sections: sections(comparison, figures),
    input,
  };
  return withReport(report, files, output);
}

interface Figures {
  readonly loss: Figure;
  readonly passkey: readonly Figure[];
  readonly training: readonly Figure[];
}

function drawn(comparison: Comparison): Figures {
  const { output, curves: trained, depths } = comparison;
  const tried = output.variants.some((variant) => variant.passkey.length > 0);
  return {
    loss: lossFigure(comparison),
    passkey: [
      ...(tried ? [passkeyFigure(comparison)] : []),
      ...(depths.length > 0 ? [depthFigure(comparison)] : []),
    ],
    training: trained.length > 0 ? [trainingLoss(comparison)] : [],
  };
}

function lengthAxis({ input }: Comparison) {
  const { trainingLength, multiples } = input;
  return {
    label: "Sequence length (tokens)",
    scale: "log2" as const,
    ticks: multiples.map((multiple) => multiple * trainingLength),
    format: (length: number) => `${length}\n${multipleOf(length, trainingLength)}`,
  };
}

function lossFigure(comparison: Comparison): Figure {
  const { input, output } = comparison;
  const series = output.variants.map(({ name, loss }) => ({
    name: labelOf(name),
    style: styleOf(name),
    points: loss.map(({ length, mean, sd }) => ({ x: length, y: mean, sd })),
  }));
  return {
    id: "loss-by-length",
    caption: `The same ${formatCount(input.evaluationTokens)} validation tokens, cut anew for every length. All variants were trained at ${formatCount(input.trainingLength)} tokens; whatever lies to the right of the dashed line is further than they ever saw.`,
    draw: ({ width, id }) =>
      curves({
        id,
        width,
        title: "Loss beyond the training length",
        subtitle: spreadSentence(output.variants, "bands"),
        x: lengthAxis(comparison),
        y: { label: "Validation loss (nats per token)" },
        rules: [{ axis: "x", at: input.trainingLength, label: "training length" }],
        series,
      }),
  };
}

function passkeyFigure(comparison: Comparison): Figure {
  const { input, output } = comparison;
  const series = output.variants.map(({ name, passkey }) => ({
    name: labelOf(name),
    style: styleOf(name),
    points: passkey.map(({ length, accuracy, sd }) => ({ x: length, y: accuracy, sd })),
  }));
  return {
    id: "passkey-by-length",
    caption: `Filler text hides a key of five symbols; the model is asked for it at the end. ${formatCount(input.passkey.trials)} prompts a length and seed, the key at ${input.passkey.depths} depths; each symbol is one of ten, and an answer counts when all five are right.`,
    draw: ({ width, id }) =>
      curves({
        id,
        width,
        title: "Passkey found, by length",
        subtitle: spreadSentence(output.variants, "bands"),
        x: lengthAxis(comparison),
        y: { label: "Prompts answered right", domain: [0, 1], format: (share) => formatPercent(share) },
        rules: [{ axis: "x", at: input.trainingLength, label: "training length", end: "bottom" }],
        series,
      }),
  };
}

function depthFigure({ output, depths, input }: Comparison): Figure {
  const panels = output.variants.flatMap(({ name }) => {
    const own = depths.filter((cell) => cell.variant === name);
    if (own.length === 0) return [];
    const places = Map.groupBy(own, (cell) => `${cell.length} ${cell.depth}`);
    const cells = [...places.values()].flatMap((group) => {
      const [first] = group;
      const trials = group.reduce((sum, cell) => sum + cell.trials, 0);
      if (first === undefined || trials === 0) return [];
      const value = group.reduce((sum, cell) => sum + cell.accuracy * cell.trials, 0) / trials;
      return [{ x: first.length, y: first.depth, value, note: `${formatCount(trials)} prompts` }];
    });
    return [{ name: labelOf(name), cells }];
  });
  return {
    id: "passkey-by-depth",
    caption: `Where in the context the key stood: 0% is its beginning, 100% its end. Lengths from ${multipleOf(Math.min(...input.multiples), 1)} to ${multipleOf(Math.max(...input.multiples), 1)} the training length; seeds together.`,
    draw: ({ width, id }) =>
      heatMaps({
        id,
        width,
        title: "Passkey found, by length and depth",
        subtitle: "Share of prompts with all five symbols right",
        x: { label: "Length (tokens)" },
        y: { label: "Depth of the key in the context", format: (depth) => formatPercent(depth) },
        panels,
      }),
  };
}

/** Passkey rows are easier than the text, so that the training loss is below the validation's. */
function passkeyShare({ passkey }: CompareInput): string {
  return passkey.trials === 0
    ? ""
    : ` ${formatPercent(passkey.share)} of the sequences are passkeys, the rest is text.`;
}

function trainingLoss({ curves: trained, input }: Comparison): Figure {
  const { training, trainingLength: length } = input;
  const runs = trained.map(({ variant, points }) => ({
    name: labelOf(variant),
    style: styleOf(variant),
    points,
  }));
  return trainingFigure({ batch: training.batch, length, more: passkeyShare(input), runs });
}

function compareFacts({ input, output, text }: Comparison): Fact[] {
  const { model, training } = input;
  const seeds = Math.max(...output.variants.map((variant) => variant.seeds));
  return [
    { label: "Text", value: text },
    { label: "Training length", value: `${formatCount(input.trainingLength)} tokens (bytes)` },
    { label: "Model", value: `${model.layers} layers, width ${model.dModel}, ${model.heads} heads` },
    {
      label: "Training",
      value: `${formatCount(training.steps)} steps of ${formatCount(training.batch)} sequences`,
    },
    { label: "Seeds per variant", value: String(seeds) },
  ];
}

function sections(comparison: Comparison, figures: Figures): Section[] {
  const { output, input } = comparison;
  const { variants, findings } = output;
  const passkey: Section = {
    heading: "Retrieval: the passkey",
    plots: figures.passkey,
    tables: [passkeyTable(variants, input.trainingLength)],
  };
  const paper: Section = {
    heading: "Beside the paper's figures",
    text: [
      "The paper's numbers come from other models, text and tokens, at another scale. Its losses do not compare with these; how they rise with the length does.",
    ],
    tables: [besideThePaper(variants, input.trainingLength), paperAtScale()],
  };
  return [
    ...findingsSection(findings, variants),
    { heading: "Loss by length", tables: [lossTable(variants, input.trainingLength)] },
    ...(figures.passkey.length > 0 ? [passkey] : []),
    {
      heading: "Training",
      plots: figures.training,
      tables: [trainingTable(variants)],
      notes: derived(variants),
    },
    paper,
  ];
}

function derived(variants: readonly VariantResult[]): string[] {
  const names = variants
    .filter((variant) => variant.tokensPerSecond === null)
    .map(({ name }) => labelOf(name));
  return names.length === 0
    ? []
    : [`Not trained: ${names.join(" and ")}. The trained RoPE model reads with other frequencies.`];
}

const lengthsOf = (points: readonly { readonly length: number }[][]) =>
  [...new Set(points.flat().map((point) => point.length))].sort((a, b) => a - b);

const lengthColumns = (lengths: readonly number[], trainingLength: number, rest: Omit<Column, "label">) =>
  lengths.map((length) => ({
    label: `${length} (${multipleOf(length, trainingLength)})`,
    numeric: true,
    ...rest,
  }));

function lossTable(variants: readonly VariantResult[], trainingLength: number): Table {
  const lengths = lengthsOf(variants.map((variant) => variant.loss));
  return {
    caption: "Validation loss in nats per token, by length in tokens",
    columns: [
      { label: "Variant" },
      ...lengthColumns(lengths, trainingLength, { decimals: 3, best: "lowest" }),
    ],
    rows: variants.map(({ name, loss }) => [
      labelOf(name),
      ...lengths.map((length): Cell => loss.find((point) => point.length === length) ?? null),
    ]),
  };
}

function passkeyTable(variants: readonly VariantResult[], trainingLength: number): Table {
  const lengths = lengthsOf(variants.map((variant) => variant.passkey));
  const formatSpread = ({ mean, sd = 0 }: Spread) =>
    sd === 0 ? formatPercent(mean) : `${formatNumber(Math.round(mean * 100))} ± ${formatPercent(sd)}`;
  return {
    caption: "Passkeys found, by length in tokens",
    columns: [
      { label: "Variant" },
      ...lengthColumns(lengths, trainingLength, { formatSpread, best: "highest" }),
    ],
    rows: variants.map(({ name, passkey }) => [
      labelOf(name),
      ...lengths.map((length): Cell => {
        const point = passkey.find((one) => one.length === length);
        return point === undefined ? null : { mean: point.accuracy, sd: point.sd };
      }),
    ]),
  };
}

function trainingTable(variants: readonly VariantResult[]): Table {
  const count = { numeric: true, format: formatCount };
  return {
    caption: "Size and speed of training",
    columns: [
      { label: "Variant" },
      { label: "Seeds", ...count },
      { label: "Parameters", ...count },
      {
        label: "Tokens per second",
        numeric: true,
        format: (value) => formatCount(Number(value.toPrecision(3))),
      },
    ],
    rows: variants.map((one) => [labelOf(one.name), one.seeds, one.parameters, one.tokensPerSecond]),
  };
}

/** A row for each variant and length, with everything measured there, for other tools. */
function variantTable(variants: readonly VariantResult[], trainingLength: number): Table {
  const keys = [
    "variant",
    "length",
    "multiple",
    "seeds",
    "loss",
    "loss_sd",
    "passkey_accuracy",
    "passkey_accuracy_sd",
    "passkey_symbols",
    "parameters",
    "tokens_per_second",
  ];
  return {
    columns: keys.map((label) => ({ label })),
    rows: variants.flatMap((variant) =>
      lengthsOf([variant.loss, variant.passkey]).map((length): Cell[] => {
        const loss = variant.loss.find((point) => point.length === length);
        const passkey = variant.passkey.find((point) => point.length === length);
        const spread = (sd: number | undefined) => (variant.seeds > 1 ? (sd ?? null) : null);
        return [
          variant.name,
          length,
          length / trainingLength,
          variant.seeds,
          loss?.mean ?? null,
          spread(loss?.sd),
          passkey?.accuracy ?? null,
          spread(passkey?.sd),
          passkey?.symbols ?? null,
          variant.parameters,
          variant.tokensPerSecond,
        ];
      }),
    ),
  };
}
