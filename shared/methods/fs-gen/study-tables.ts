import { formatCount, formatFixed, formatPercent } from "../../report/format.ts";
import type { Table } from "../../report/table.ts";
import type { ModelFrequency } from "./bootstrap.ts";
import { fitLabels } from "./labels.ts";
import type { Fitted, PairResult, Studied } from "./output.ts";

const count = { numeric: true, format: formatCount };
const share = { numeric: true, format: (value: number) => formatPercent(value, 1) };

export function pairTable(pairs: readonly PairResult[]): Table {
  return {
    caption: "Frequency by pair of sizes, means over the seeds",
    columns: [
      { label: "Small", key: "small", ...count },
      { label: "Large", key: "large", ...count },
      { label: "R", key: "ratio", numeric: true },
      {
        label: "Held-out places",
        key: "cof",
        ...share,
        formatSpread: ({ mean, sd = 0 }) => `${formatPercent(mean, 1)} ± ${formatFixed(100 * sd, 1)}`,
      },
      { label: "Greedy texts", key: "cof_greedy", ...share },
    ],
    rows: pairs
      .toSorted((a, b) => a.ratio - b.ratio)
      .map(({ small, large, ratio, cof, cofSd, cofGreedy, seeds }) => [
        small,
        large,
        ratio,
        seeds > 1 ? { mean: cof, sd: cofSd } : cof,
        cofGreedy,
      ]),
  };
}

const symbols: Readonly<Record<string, string>> = {
  a: "a",
  alpha: "α",
  b: "b",
  logRatio: "log R",
  logLarge: "log N_L",
  logSmall: "log N_S",
};

/** How well each law holds, also at pairs that it has not seen. */
export function fitTable(fits: readonly Fitted[]): Table {
  return {
    caption: "Laws of the frequency",
    columns: [
      { label: "Law", key: "law" },
      { label: "R²", key: "r2", numeric: true, decimals: 3 },
      {
        label: "Error at left-out pairs (points of a percent)",
        key: "left_out_error",
        numeric: true,
        best: "lowest",
        format: (value) => formatFixed(100 * value, 2),
      },
    ],
    rows: fits.map(({ name, r2, leftOut }) => [fitLabels[name], Math.max(0, r2), leftOut]),
  };
}

/** Each law's parameters with their intervals. */
export function parameterTable(fits: readonly Fitted[]): Table {
  return {
    caption: "Their parameters, with 95% intervals by bootstrap over the models",
    columns: [
      { label: "Law", key: "law" },
      { label: "Parameter", key: "parameter" },
      { label: "Value", key: "value", numeric: true },
      { label: "From", key: "low", numeric: true },
      { label: "To", key: "high", numeric: true },
    ],
    rows: fits.flatMap(({ name, parameters, intervals }) =>
      Object.entries(parameters).map(([key, value]) => {
        const [low, high] = intervals[key] ?? [null, null];
        return [fitLabels[name], symbols[key] ?? key, value, low, high];
      }),
    ),
  };
}

export function modelTable(models: readonly Studied[]): Table {
  return {
    caption: "The family",
    columns: [
      { label: "Model" },
      { label: "Width", ...count },
      { label: "Layers", ...count },
      { label: "Parameters", ...count },
      { label: "Loss (nats per token)", numeric: true, decimals: 3 },
      { label: "Right tokens", ...share },
    ],
    rows: models.map(({ key, dModel, layers, parameters, loss, accuracy }) => [
      key,
      dModel,
      layers,
      parameters,
      loss,
      accuracy,
    ]),
  };
}

/** Every pair of trained models, for other tools. */
export function frequencyTable(
  frequencies: readonly (ModelFrequency & { readonly cofGreedy: number })[],
): Table {
  return {
    columns: ["small_model", "large_model", "small", "large", "cof", "cof_greedy"].map((label) => ({
      label,
    })),
    rows: frequencies.map(({ smallModel, largeModel, small, large, cof, cofGreedy }) => [
      smallModel,
      largeModel,
      small,
      large,
      cof,
      cofGreedy,
    ]),
  };
}
