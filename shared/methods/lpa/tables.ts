import { formatBytes, formatChange, formatCount, formatNumber } from "../../report/format.ts";
import type { Cell, Table } from "../../report/table.ts";
import { gflopsPerSecond } from "./findings.ts";
import { labelOf, nameOf } from "./labels.ts";
import type { VariantResult } from "./output.ts";

const rank = { label: "Rank", numeric: true, format: formatCount };
const count = { numeric: true, format: formatCount };
const thousand = { numeric: true, format: (value: number) => formatCount(value / 1000) };

const spreadOf = ({ loss, seeds }: VariantResult): Cell =>
  seeds > 1 ? { mean: loss.mean, sd: loss.sd } : loss.mean;

export function lossTable(variants: readonly VariantResult[]): Table {
  const dense = variants.find(({ name }) => name === "dense");
  const change = { numeric: true, format: (value: number) => formatChange(value) };
  return {
    caption:
      "Validation loss in nats per token at the best rate; Δ is the change of loss and of size beside the dense model",
    columns: [
      { label: "Variant" },
      rank,
      { label: "Parameters", ...count },
      { label: "Loss", numeric: true, decimals: 3, best: "lowest" },
      { label: "Perplexity", numeric: true, decimals: 3 },
      { label: "Δ loss", ...change },
      { label: "Δ size", ...change },
    ],
    rows: variants.map((variant) => [
      nameOf(variant),
      variant.rank,
      variant.parameters,
      spreadOf(variant),
      variant.perplexity,
      dense === undefined ? null : variant.loss.mean / dense.loss.mean - 1,
      dense === undefined ? null : variant.parameters / dense.parameters - 1,
    ]),
  };
}

export function costTable(variants: readonly VariantResult[]): Table {
  return {
    caption:
      "Hidden width of the feed-forward, 10³ operations a token, forward and in training, speed and memory of training",
    columns: [
      { label: "Variant" },
      rank,
      { label: "Width", ...count },
      { label: "Forward", ...thousand },
      { label: "Training", ...thousand },
      {
        label: "Tokens/s",
        numeric: true,
        format: (value) => formatCount(Number(value.toPrecision(3))),
        formatSpread: ({ mean, sd = 0 }) =>
          `${formatCount(Number(mean.toPrecision(3)))} ± ${formatCount(Number(sd.toPrecision(2)))}`,
      },
      { label: "GFLOP/s", ...count },
      { label: "Memory", numeric: true, format: formatBytes },
    ],
    rows: variants.map((variant) => [
      nameOf(variant),
      variant.rank,
      variant.feedForward,
      variant.flopsPerToken,
      variant.trainingFlopsPerToken,
      variant.seeds > 1
        ? { mean: variant.tokensPerSecond, sd: variant.tokensPerSecondSd }
        : variant.tokensPerSecond,
      gflopsPerSecond(variant),
      variant.stepBytes,
    ]),
  };
}

/** Loss of the short trainings by rate; an empty cell diverged. */
export function tuningTable(variants: readonly VariantResult[]): Table {
  const rates = [...new Set(variants.flatMap(({ tuning }) => tuning.map((one) => one.learningRate)))].sort(
    (a, b) => a - b,
  );
  return {
    caption: "Loss of the short trainings by learning rate, and the rate taken",
    columns: [
      { label: "Variant" },
      rank,
      ...rates.map((rate) => ({ label: formatNumber(rate), numeric: true, decimals: 3 })),
      { label: "Taken", numeric: true },
    ],
    rows: variants.map((variant) => [
      nameOf(variant),
      variant.rank,
      ...rates.map((rate): Cell => variant.tuning.find((one) => one.learningRate === rate)?.loss ?? null),
      variant.learningRate,
    ]),
  };
}

/** A row for each variant, with everything measured, for other tools. */
export function variantTable(variants: readonly VariantResult[]): Table {
  const keys = [
    "variant",
    "label",
    "rank",
    "initialisation",
    "seeds",
    "feed_forward",
    "parameters",
    "flops_per_token",
    "training_flops_per_token",
    "tokens_per_second",
    "tokens_per_second_sd",
    "step_bytes",
    "learning_rate",
    "loss",
    "loss_sd",
    "perplexity",
  ];
  return {
    columns: keys.map((label) => ({ label })),
    rows: variants.map((variant): Cell[] => {
      const several = variant.seeds > 1;
      return [
        variant.name,
        labelOf(variant),
        variant.rank,
        variant.initialisation,
        variant.seeds,
        variant.feedForward,
        variant.parameters,
        variant.flopsPerToken,
        variant.trainingFlopsPerToken,
        variant.tokensPerSecond,
        several ? variant.tokensPerSecondSd : null,
        variant.stepBytes,
        variant.learningRate,
        variant.loss.mean,
        several ? variant.loss.sd : null,
        variant.perplexity,
      ];
    }),
  };
}
