import { curves } from "../../report/curves.ts";
import { formatChange, formatCount } from "../../report/format.ts";
import type { Figure } from "../../report/page.ts";
import type { Table } from "../../report/table.ts";
import { loss } from "../loss-words.ts";
import { csvFile, type ReportFile, type RunFacts, runFacts, svgFile, withReport } from "../report-files.ts";
import { trainingFigure } from "../report-parts.ts";
import { citation } from "./citation.ts";
import { multipleOf } from "./findings.ts";
import type { ContinueInput } from "./input.ts";
import type { ContinueOutput } from "./output.ts";

export interface Continuation {
  readonly run: RunFacts;
  readonly input: ContinueInput;
  readonly output: ContinueOutput;
  /** Loss of the continued training by step. */
  readonly points: readonly { readonly step: number; readonly loss: number }[];
  /** Name of the text that was trained on. */
  readonly text: string;
}

const stages = [
  { key: "after", name: "FoPE, trained on", style: 0 },
  { key: "converted", name: "FoPE, untrained", style: 2 },
  { key: "before", name: "RoPE, before", style: 1 },
] as const;

/** The report of a training continued as FoPE, with its plots and table, as files. */
export function continueReport(continuation: Continuation): ReportFile[] {
  const { run, input, output, text } = continuation;
  const main = lossFigure(input, output);
  const training = continuation.points.length > 0 ? [trainingLoss(continuation)] : [];
  const table = lossTable(input, output);
  const report = {
    title: "A RoPE model trained on as FoPE",
    summary: summaryOf(input, output),
    detail: "One training: how far another would fall from these figures is not known.",
    main,
    facts: [
      ...runFacts(run, citation),
      { label: "Model", value: input.model },
      { label: "Continued model", value: output.model },
      { label: "Text", value: text },
      { label: "Context length", value: `${formatCount(input.trainingLength)} tokens` },
      { label: "Steps", value: formatCount(input.training.steps) },
    ],
    sections: [
      ...(output.findings.length === 0
        ? []
        : [
            {
              heading: "What this run shows",
              verdicts: output.findings,
              verdictWords: ["Seen once", "Not seen"] as const,
            },
          ]),
      { heading: "Loss by length", tables: [table] },
      ...(training.length === 0 ? [] : [{ heading: "Training", plots: training }]),
    ],
    input,
  };
  const files = [svgFile(main), ...training.map(svgFile), csvFile("loss.csv", table)];
  return withReport(report, files, output);
}

function summaryOf(input: ContinueInput, output: ContinueOutput): string {
  const longest = Math.max(...output.after.map((point) => point.length));
  const [old, trained] = [output.before, output.after].map(
    (points) => points.find((point) => point.length === longest)?.loss,
  );
  if (old === undefined || trained === undefined) return "No loss was scored.";
  const steps = formatCount(input.training.steps);
  return `${steps} steps as FoPE take the loss at ${formatCount(longest)} tokens from ${loss(old)} to ${loss(trained)} nats per token (${formatChange(trained / old - 1)}).`;
}

function lossFigure(input: ContinueInput, output: ContinueOutput): Figure {
  const { trainingLength, multiples } = input;
  return {
    id: "loss-by-length",
    caption: `The model as it came, with FoPE's tables put in its place, and after ${formatCount(input.training.steps)} steps at ${formatCount(trainingLength)} tokens, scored on the same validation text.`,
    draw: ({ width, id }) =>
      curves({
        id,
        width,
        title: "Loss by length, before and after",
        x: {
          label: "Sequence length (tokens)",
          scale: "log2",
          ticks: multiples.map((multiple) => multiple * trainingLength),
          format: (length) => `${length}\n${multipleOf(length, trainingLength)}`,
        },
        y: { label: "Validation loss (nats per token)" },
        rules: [{ axis: "x", at: trainingLength, label: "context length" }],
        series: stages.map(({ key, name, style }) => ({
          name,
          style,
          points: output[key].map((point) => ({ x: point.length, y: point.loss })),
        })),
      }),
  };
}

function trainingLoss({ points, input }: Continuation): Figure {
  const runs = [{ name: "FoPE", style: 0, points }];
  return trainingFigure({ title: "Continued training", batch: input.training.batch, runs });
}

function lossTable({ trainingLength }: ContinueInput, output: ContinueOutput): Table {
  const lengths = [...new Set(stages.flatMap(({ key }) => output[key].map((point) => point.length)))];
  const at = (key: (typeof stages)[number]["key"], length: number) =>
    output[key].find((point) => point.length === length)?.loss ?? null;
  const number = { numeric: true, decimals: 3 };
  return {
    caption: "Validation loss in nats per token",
    columns: [
      { label: "Length (tokens)", key: "length", numeric: true, format: formatCount },
      {
        label: "Of the context length",
        key: "multiple",
        numeric: true,
        format: (value) => multipleOf(value, 1),
      },
      { label: "RoPE, before", key: "before", ...number },
      { label: "FoPE, untrained", key: "converted", ...number },
      { label: "FoPE, trained on", key: "after", ...number },
    ],
    rows: lengths
      .sort((a, b) => a - b)
      .map((length) => [
        length,
        length / trainingLength,
        at("before", length),
        at("converted", length),
        at("after", length),
      ]),
  };
}
