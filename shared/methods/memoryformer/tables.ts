import { formatBytes, formatCount, formatNumber, formatPercent } from "../../report/format.ts";
import type { Cell, Table } from "../../report/table.ts";
import { labelOf } from "./labels.ts";
import type { LatencyResult, VariantResult } from "./output.ts";

const count = { numeric: true, format: formatCount };
const bytes = { numeric: true, format: formatBytes };
const million = { numeric: true, format: (gflops: number) => formatNumber(1000 * gflops) };
const speed = { numeric: true, format: (value: number) => formatCount(Number(value.toPrecision(3))) };
const lossOf = (variant: VariantResult): Cell => (variant.seeds > 1 ? variant.loss : variant.loss.mean);

/** Loss and size of every variant. */
export function lossTable(variants: readonly VariantResult[]): Table {
  return {
    caption: "Validation loss in nats per token, and what it takes",
    columns: [
      { label: "Variant" },
      { label: "Loss", numeric: true, decimals: 3, best: "lowest" },
      { label: "Rate", numeric: true },
      { label: "Parameters", ...count },
      { label: "Tables", ...bytes },
      { label: "Tokens/s", ...speed },
    ],
    rows: variants.map((variant) => [
      labelOf(variant),
      lossOf(variant),
      variant.learningRate,
      variant.parameters,
      variant.tableBytes === 0 ? null : variant.tableBytes,
      variant.tokensPerSecond,
    ]),
  };
}

/** Arithmetic of every variant. */
export function costTable(variants: readonly VariantResult[]): Table {
  return {
    caption:
      "10⁶ multiply-adds of a forward pass over one sequence: by formula, of them without attention, and counted in the graph, the hashing with them",
    columns: [
      { label: "Variant" },
      { label: "Width", ...count },
      { label: "In all", ...million },
      { label: "Without attention", ...million },
      { label: "Counted", ...million },
    ],
    rows: variants.map((variant) => [
      labelOf(variant),
      variant.dModel,
      variant.gflops,
      variant.gflopsWithoutAttention,
      variant.gflopsCounted,
    ]),
  };
}

/** All figures of every variant, for other tools. */
export function variantTable(variants: readonly VariantResult[]): Table {
  const keys = [
    "variant",
    "bits",
    "d_model",
    "seeds",
    "loss",
    "training_loss",
    "learning_rate",
    "parameters",
    "table_bytes",
    "gflops",
    "gflops_without_attention",
    "gflops_counted",
    "tokens_per_second",
  ];
  return {
    columns: keys.map((label) => ({ label })),
    rows: variants.map((variant) => [
      variant.name,
      variant.bits,
      variant.dModel,
      variant.seeds,
      lossOf(variant),
      variant.seeds > 1 ? variant.trainingLoss : variant.trainingLoss.mean,
      variant.learningRate,
      variant.parameters,
      variant.tableBytes,
      variant.gflops,
      variant.gflopsWithoutAttention,
      variant.gflopsCounted,
      variant.tokensPerSecond,
    ]),
  };
}

/** Training beside validation loss: which models overfit, and which have learnt little yet. */
export function overfitTable(variants: readonly VariantResult[]): Table {
  const loss = { numeric: true, decimals: 3 };
  return {
    caption:
      "Loss on the training text, over the last tenth of the steps, and on the validation text, in nats per token",
    columns: [
      { label: "Variant" },
      { label: "Training", ...loss },
      { label: "Validation", ...loss },
      { label: "Difference", ...loss },
    ],
    rows: variants.map((variant) => [
      labelOf(variant),
      variant.seeds > 1 ? variant.trainingLoss : variant.trainingLoss.mean,
      lossOf(variant),
      variant.loss.mean - variant.trainingLoss.mean,
    ]),
  };
}

export function latencyTable(latency: readonly LatencyResult[]): Table {
  return {
    caption: "One layer d → d for one token, on this machine",
    columns: [
      { label: "d", key: "d", ...count },
      { label: "Memory µs", key: "memory_microseconds", numeric: true },
      { label: "Dense µs", key: "dense_microseconds", numeric: true },
      { label: "Ratio", key: "speedup", numeric: true, decimals: 1 },
      { label: "Memory reads", key: "memory_bytes", ...bytes },
      { label: "Dense reads", key: "dense_bytes", ...bytes },
      { label: "Tables", key: "table_bytes", ...bytes },
    ],
    rows: latency.map(({ d, memory, dense }) => [
      d,
      memory.microseconds,
      dense.microseconds,
      dense.microseconds / memory.microseconds,
      memory.bytes,
      dense.bytes,
      memory.tableBytes,
    ]),
  };
}

/** Every Memory Layer of the first seed's models. */
export function bucketTable(variants: readonly VariantResult[]): Table {
  const share = { numeric: true, format: (value: number) => formatPercent(value, 1) };
  return {
    caption:
      "Buckets of each Memory Layer that the validation text uses, entropy as a share of the bits, and lookups of the most used bucket; means over chunks",
    columns: [
      { label: "Variant" },
      { label: "Layer" },
      { label: "Bits", numeric: true },
      { label: "Used", ...share },
      { label: "Entropy", numeric: true, decimals: 3 },
      { label: "Most used", ...share },
    ],
    rows: variants.flatMap((variant) =>
      variant.buckets.map(({ layer, bits, used, entropy, shares }) => [
        labelOf(variant),
        layer,
        bits,
        used,
        entropy,
        shares[0]?.share ?? null,
      ]),
    ),
  };
}

/** Short trainings by rate, in the order of each variant's grid; an empty loss diverged. */
export function tuningTable(variants: readonly VariantResult[]): Table {
  const most = Math.max(...variants.map(({ tuning }) => tuning.length));
  const places = Array.from({ length: most }, (_, at) => at);
  return {
    caption:
      "Loss of the short trainings in nats per token beside their peak learning rate, and the rate taken",
    columns: [
      { label: "Variant" },
      ...places.flatMap((at) => [
        { label: "Rate", key: `rate ${at + 1}`, numeric: true },
        { label: "Loss", key: `loss ${at + 1}`, numeric: true, decimals: 3 },
      ]),
      { label: "Taken", numeric: true },
    ],
    rows: variants.map((variant) => [
      labelOf(variant),
      ...places.flatMap((at) => [variant.tuning[at]?.learningRate ?? null, variant.tuning[at]?.loss ?? null]),
      variant.learningRate,
    ]),
  };
}
