import { formatBytes, formatCount, formatNumber, formatPercent } from "../../report/format.ts";
import type { Table } from "../../report/table.ts";
import { labelOf } from "./labels.ts";
import type { LatencyResult, VariantResult } from "./output.ts";

const count = { numeric: true, format: formatCount };
const bytes = { numeric: true, format: formatBytes };
const million = (key: string) => ({
  key,
  numeric: true,
  format: (gflops: number) => formatNumber(1000 * gflops),
});

/** Loss, size and cost of every variant. */
export function variantTable(variants: readonly VariantResult[]): Table {
  return {
    caption:
      "Validation loss in nats per token; 10⁶ multiply-adds of a forward pass over one sequence, by formula and counted in the graph",
    columns: [
      { label: "Variant", key: "variant" },
      { label: "Loss", key: "loss", numeric: true, decimals: 3, best: "lowest" },
      { label: "Seeds", key: "seeds", ...count },
      { label: "Rate", key: "learning_rate", numeric: true },
      { label: "Parameters", key: "parameters", ...count },
      { label: "Tables", key: "table_bytes", ...bytes },
      { label: "10⁶ MACs", ...million("gflops") },
      { label: "without attention", ...million("gflops_without_attention") },
      { label: "counted", ...million("gflops_counted") },
      {
        label: "Tokens/s",
        key: "tokens_per_second",
        numeric: true,
        format: (value) => formatCount(Number(value.toPrecision(3))),
      },
    ],
    rows: variants.map((variant) => [
      labelOf(variant),
      variant.seeds > 1 ? variant.loss : variant.loss.mean,
      variant.seeds,
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

export function latencyTable(latency: readonly LatencyResult[]): Table {
  return {
    caption: "One layer d → d for one token, on this machine",
    columns: [
      { label: "d", key: "d", ...count },
      { label: "Memory Layer (µs)", key: "memory_microseconds", numeric: true },
      { label: "Dense (µs)", key: "dense_microseconds", numeric: true },
      { label: "Times as fast", key: "speedup", numeric: true, format: (value) => formatNumber(value, 2) },
      { label: "Memory Layer reads", key: "memory_bytes", ...bytes },
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
    caption: "Buckets of each Memory Layer that the validation text uses, mean over its chunks",
    columns: [
      { label: "Variant" },
      { label: "Layer" },
      { label: "Bits", numeric: true },
      { label: "Buckets used", ...share },
      { label: "Entropy / bits", numeric: true, decimals: 3 },
      { label: "Lookups of the most used", ...share },
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

export function tuningTable(variants: readonly VariantResult[]): Table {
  const rates = [...new Set(variants.flatMap(({ tuning }) => tuning.map((one) => one.learningRate)))];
  return {
    caption: "Loss of the short trainings in nats per token, by peak learning rate",
    columns: [
      { label: "Variant" },
      ...rates
        .sort((a, b) => a - b)
        .map((rate) => ({ label: formatNumber(rate), numeric: true, decimals: 3 })),
    ],
    rows: variants.map((variant) => [
      labelOf(variant),
      ...rates.map((rate) => variant.tuning.find((one) => one.learningRate === rate)?.loss ?? null),
    ]),
  };
}
