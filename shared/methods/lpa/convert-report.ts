import { curves } from "../../report/curves.ts";
import { formatChange, formatCount, formatPercent } from "../../report/format.ts";
import type { Figure } from "../../report/page.ts";
import type { Cell, Table } from "../../report/table.ts";
import { loss } from "../loss-words.ts";
import { csvFile, type ReportFile, type RunFacts, runFacts, svgFile, withReport } from "../report-files.ts";
import { trainingFigure } from "../report-parts.ts";
import { citation } from "./citation.ts";
import { bestOf, finalLoss } from "./convert-findings.ts";
import type { Judged } from "./converting.ts";
import type { ConvertInput, Factorisation } from "./input.ts";
import type { ConvertOutput, FactoredResult } from "./output.ts";

export interface Conversion {
  readonly run: RunFacts;
  readonly input: ConvertInput;
  readonly output: ConvertOutput;
  /** The dense model, then every factored one, with the curves of their fine-tunings. */
  readonly judged: readonly Pick<Judged, "key" | "points">[];
  /** Tokens of a sequence. */
  readonly length: number;
  /** Name of the text that was calibrated, trained and evaluated on. */
  readonly text: string;
}

const looks: Readonly<Record<Factorisation, { readonly label: string; readonly style: number }>> = {
  plain: { label: "Plain SVD", style: 1 },
  "activation-aware": { label: "Activation-aware SVD", style: 0 },
};

/** The report of a conversion, with its plots and table, as files. */
export function convertReport(conversion: Conversion): ReportFile[] {
  const { run, input, output, text, length } = conversion;
  const main = lossFigure(conversion);
  const training = conversion.judged.some(({ points }) => points.length > 0)
    ? [fineTuningLoss(conversion)]
    : [];
  const table = modelTable(output);
  const report = {
    title: "Attention factored to low rank",
    summary: summaryOf(output),
    detail: "One model and one fine-tuning each: how far another would fall from these figures is not known.",
    main,
    facts: [
      ...runFacts(run, citation),
      { label: "Model", value: input.model },
      { label: "Text", value: text },
      { label: "Sequence", value: `${formatCount(length)} tokens` },
      { label: "Calibration", value: `${formatCount(input.calibrationTokens)} tokens` },
      { label: "Fine-tuning", value: `${formatCount(input.fineTuning.steps)} steps` },
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
      {
        heading: "Models",
        tables: [table],
        notes: [
          "Weight error is |W − W′| / |W| and output error |X (W − W′)ᵀ| / |X Wᵀ| over all projections, X the projections' inputs on the calibration text. Plain SVD makes the first least, activation-aware SVD the second.",
        ],
      },
      ...(training.length === 0 ? [] : [{ heading: "Fine-tuning", plots: training }]),
    ],
    input,
  };
  const files = [svgFile(main), ...training.map(svgFile), csvFile("models.csv", table)];
  return withReport(report, files, output);
}

function summaryOf({ original, models }: ConvertOutput): string {
  const smaller = models.filter(({ parameters }) => parameters < original.parameters);
  const best = bestOf(smaller.length > 0 ? smaller : models);
  if (best === undefined) return "Nothing was factored.";
  const tuned = best.after === null ? "" : `, ${loss(best.after.loss)} after fine-tuning`;
  const change = formatChange(finalLoss(best) / original.before.loss - 1);
  return `At rank ${best.rank} the ${best.factorisation} factors take the loss from ${loss(original.before.loss)} to ${loss(best.before.loss)} nats per token${tuned} (${change}), with ${formatPercent(1 - best.parameters / original.parameters)} of the parameters saved.`;
}

function lossFigure({ output, input }: Conversion): Figure {
  const { original, models } = output;
  const series = (["before", "after"] as const).flatMap((stage) =>
    input.factorisations.map((factorisation) => ({
      name: `${looks[factorisation].label}${stage === "after" ? ", fine-tuned" : ""}`,
      style: looks[factorisation].style + (stage === "after" ? 2 : 0),
      points: models
        .filter((model) => model.factorisation === factorisation)
        .flatMap((model) => {
          const scored = model[stage];
          return scored === null ? [] : [{ x: model.rank, y: scored.loss }];
        })
        .sort((a, b) => a.x - b.x),
    })),
  );
  return {
    id: "loss-by-rank",
    caption:
      "Validation loss of the factored models by rank, as they are and fine-tuned; dashed: the dense model.",
    draw: ({ width, id }) =>
      curves({
        id,
        width,
        title: "Loss by rank",
        x: { label: "Rank", scale: "log2", ticks: [...input.ranks].sort((a, b) => a - b) },
        y: { label: "Validation loss (nats per token)" },
        labels: "legend",
        rules: [
          { axis: "y", at: original.before.loss, label: "dense" },
          ...(original.after === null
            ? []
            : [{ axis: "y" as const, at: original.after.loss, label: "dense, fine-tuned" }]),
        ],
        series,
      }),
  };
}

function fineTuningLoss({ judged, output, input }: Conversion): Figure {
  const runs = judged.map(({ points }, at) => {
    const model = output.models[at - 1];
    return { name: model === undefined ? "Dense" : nameOf(model), style: at, points };
  });
  return trainingFigure({ title: "Fine-tuning", batch: input.fineTuning.batch, runs });
}

function nameOf({ factorisation, rank }: FactoredResult): string {
  return `${looks[factorisation].label}, r ${rank}`;
}

function modelTable({ original, models }: ConvertOutput): Table {
  const share = { numeric: true, format: (value: number) => formatPercent(value, 1) };
  const decimals = { numeric: true, decimals: 3 };
  const losses = ({ before, after }: Pick<FactoredResult, "before" | "after">): Cell[] => [
    before.loss,
    after?.loss ?? null,
    before.perplexity,
    after?.perplexity ?? null,
  ];
  return {
    caption: "Loss (nats per token) and perplexity of the factored models, as they are and fine-tuned",
    columns: [
      { label: "Model", key: "model" },
      { label: "Rank", key: "rank", numeric: true, format: formatCount },
      { label: "Parameters", key: "parameters", numeric: true, format: formatCount },
      { label: "Weight error", key: "weight_error", ...share },
      { label: "Output error", key: "output_error", ...share },
      { label: "Loss", key: "loss", ...decimals },
      { label: "Tuned", key: "loss_tuned", ...decimals },
      { label: "Perplexity", key: "perplexity", ...decimals },
      { label: "Tuned", key: "perplexity_tuned", ...decimals },
    ],
    rows: [
      ["Dense", null, original.parameters, null, null, ...losses(original)],
      ...models.map((model): Cell[] => [
        looks[model.factorisation].label,
        model.rank,
        model.parameters,
        model.weightError,
        model.outputError,
        ...losses(model),
      ]),
    ],
  };
}
