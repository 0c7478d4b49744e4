import { curves } from "../../report/curves.ts";
import { formatCount, formatFixed, formatNumber, formatPercent } from "../../report/format.ts";
import type { Fact, Figure } from "../../report/page.ts";
import type { Table } from "../../report/table.ts";
import type { LossPoint } from "../loss-curve.ts";
import { csvFile, type ReportFile, type RunFacts, runFacts, svgFile, withReport } from "../report-files.ts";
import { findingsSection, spreadSentence, trainingFigure } from "../report-parts.ts";
import { citation } from "./citation.ts";
import { bits } from "./collapse-findings.ts";
import { mixtureArm } from "./collapse-summary.ts";
import type { CollapseInput } from "./input.ts";
import type { ArmResult, CollapseOutput } from "./output.ts";
import { paperMixtureTable, paperTraining } from "./paper.ts";
import { theoryFigure, theoryTable } from "./theory-parts.ts";

export interface Collapsed {
  readonly run: RunFacts;
  readonly input: CollapseInput;
  readonly output: CollapseOutput;
  /** Of the first seed's trainings. */
  readonly curves: readonly { readonly name: string; readonly points: readonly LossPoint[] }[];
  /** Name of the text. */
  readonly text: string;
  /** The beginning of some of the last seed's rows. */
  readonly sample: readonly { readonly name: string; readonly text: string }[];
}

/** The report of a study, its plots and tables. */
export function collapseReport(collapsed: Collapsed): ReportFile[] {
  const { run, input, output } = collapsed;
  const { arms, findings, theory } = output;
  const main = generationFigure(arms);
  const mixtures = mixtureFigure(arms);
  const regression = theoryFigure(theory.recursions, input.theory);
  const table = armTable(arms);
  const report = {
    title: "Model collapse, and what editing does about it",
    summary: summaryOf(arms),
    detail: detailOf(output),
    main,
    facts: [...runFacts(run, citation), ...factsOf(collapsed)],
    sections: [
      ...findingsSection(findings, arms, "A claim about losses"),
      { heading: "Mixtures of real and synthetic text", plots: [mixtures] },
      { heading: "Every model", tables: [table] },
      {
        heading: "Linear regression",
        text: [
          "The same question where it can be computed: least squares on X ~ N(0, I), fitted again and again to targets that come from the last fit.",
        ],
        plots: [regression],
        tables: [theoryTable(theory.recursions)],
      },
      {
        heading: "Beside the paper's figures",
        text: [
          "The paper trains models of 124M to 8B parameters; its figures do not compare with these in size. That a model on edited text is better than one on the text itself is the paper's finding for continued training at scale, and is not to be expected of models this small.",
        ],
        tables: [paperMixtureTable(), paperTraining()],
      },
      ...(collapsed.sample.length === 0
        ? []
        : [{ heading: "What the rows look like", text: collapsed.sample.map(sampleText) }]),
      { heading: "Training", plots: [training(collapsed)] },
    ],
    input,
  };
  const files = [svgFile(main), svgFile(mixtures), svgFile(regression), csvFile("arms.csv", table)];
  return withReport(report, files, output);
}

const last = (arms: readonly ArmResult[], name: string): ArmResult | undefined =>
  arms.filter(({ arm }) => arm === name).toSorted((a, b) => b.generation - a.generation)[0];

function summaryOf(arms: readonly ArmResult[]): string {
  const [real, replace] = [last(arms, "Real"), last(arms, "Replace")];
  if (real === undefined || replace === undefined) return "No model was trained.";
  const edit = arms.filter(({ arm }) => arm.startsWith("Edit")).at(-1);
  const edited = edit === undefined ? "" : `; editing ends at ${bits(edit.bitsPerByte.mean)} after as many`;
  return `Trained on the text of the model before it, the loss on real text rises from ${bits(real.bitsPerByte.mean)} to ${bits(replace.bitsPerByte.mean)} bits per byte in ${replace.generation} generation${replace.generation === 1 ? "" : "s"}${edited}.`;
}

function detailOf({ prior }: CollapseOutput): string {
  const own =
    prior.bitsPerByte === null
      ? ""
      : ` The prior of the edits, trained on a text of its own, has ${bits(prior.bitsPerByte)} on the held-out text.`;
  return `All models of a seed begin at the same weights and take the same number of steps.${own}`;
}

function factsOf({ input, output, text }: Collapsed): Fact[] {
  const { model, training: plan, trainingLength } = input;
  return [
    { label: "Text", value: text },
    {
      label: "Models",
      value: `${model.layers} layers, width ${model.dModel}, ${model.heads} heads, over bytes`,
    },
    { label: "Rows", value: `${formatCount(input.rows)} of ${formatCount(trainingLength)} bytes` },
    { label: "Training", value: `${formatCount(plan.steps)} steps of ${formatCount(plan.batch)} rows` },
    { label: "Sampling temperature", value: formatNumber(input.samplingTemperature) },
    { label: "Seeds", value: String(Math.max(...output.arms.map(({ seeds }) => seeds))) },
  ];
}

/** Loss by generation: every line begins at the model on real rows. */
function generationFigure(arms: readonly ArmResult[]): Figure {
  const real = arms.filter(({ arm }) => arm === "Real");
  const names = [...new Set(arms.map(({ arm }) => arm))].filter(
    (name) => name !== "Real" && name !== mixtureArm,
  );
  return {
    id: "generations",
    caption:
      "Loss on held-out real text by generation. Generation 0 is the model on real rows, which all lines share.",
    draw: ({ width, id }) =>
      curves({
        id,
        width,
        title: "Loss through generations",
        subtitle: spreadSentence(arms, "bands"),
        x: { label: "Generation", ticks: [...new Set(arms.map(({ generation }) => generation))] },
        y: { label: "Held-out real text (bits per byte)" },
        labels: "legend",
        series: names.map((name, style) => ({
          name,
          style,
          points: [...real, ...arms.filter(({ arm }) => arm === name)]
            .map(({ generation, bitsPerByte }) => ({
              x: generation,
              y: bitsPerByte.mean,
              sd: bitsPerByte.sd,
            }))
            .sort((a, b) => a.x - b.x),
        })),
      }),
  };
}

function mixtureFigure(arms: readonly ArmResult[]): Figure {
  const own = arms.filter(({ arm }) => arm === mixtureArm);
  return {
    id: "mixtures",
    caption:
      "Loss on held-out real text by the share of rows that the model on real rows has written. Number of rows and steps are the same.",
    draw: ({ width, id }) =>
      curves({
        id,
        width,
        title: "Loss by the share of synthetic text",
        subtitle: spreadSentence(own.length > 0 ? own : arms, "bars"),
        x: {
          label: "Synthetic rows",
          ticks: own.map(({ synthetic }) => synthetic ?? 0),
          format: (share) => formatPercent(share),
        },
        y: { label: "Held-out real text (bits per byte)" },
        bars: true,
        series: [
          {
            name: "Mixture",
            style: 0,
            points: own.map(({ synthetic, bitsPerByte }) => ({
              x: synthetic ?? 0,
              y: bitsPerByte.mean,
              sd: bitsPerByte.sd,
            })),
          },
        ],
        labels: "legend",
      }),
  };
}

function armTable(arms: readonly ArmResult[]): Table {
  const share = (decimals: number) => ({
    numeric: true,
    format: (value: number) => formatPercent(value, decimals),
  });
  const spread = { numeric: true, decimals: 3 };
  return {
    caption:
      "Bits per byte on held-out real text, and above the model of the same seed that was trained on real rows",
    columns: [
      { label: "Rows", key: "arm" },
      { label: "Generation", key: "generation", numeric: true, format: (value) => formatFixed(value, 0) },
      { label: "Bits per byte", key: "bits_per_byte", ...spread },
      { label: "Above real", key: "above_real", ...spread },
      { label: "Candidates", key: "candidate_rate", ...share(2) },
      { label: "Changed", key: "changed_rate", ...share(3) },
    ],
    rows: arms.map((one) => [
      one.arm === mixtureArm ? `${one.arm}, ${formatPercent(one.synthetic ?? Number.NaN)}` : one.arm,
      one.generation,
      one.bitsPerByte,
      one.aboveReal,
      one.candidateRate,
      one.changedRate,
    ]),
  };
}

const sampleText = ({ name, text }: Collapsed["sample"][number]): string =>
  `${name}: “${text.replaceAll(/\s+/g, " ")}”`;

function training({ curves: trained, input }: Collapsed): Figure {
  const runs = trained.map(({ name, points }, style) => ({ name, style, points }));
  return trainingFigure({
    batch: input.training.batch,
    length: input.trainingLength,
    more: " Of the first seed: the model on real rows and those that replace it, each on its own rows. A low loss on written text is no low loss on real text.",
    runs,
  });
}
