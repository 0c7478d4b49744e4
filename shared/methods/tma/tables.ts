import { formatBytes, formatCount, formatPercent } from "../../report/format.ts";
import type { Table } from "../../report/table.ts";
import { labelOf } from "./labels.ts";
import type { ArrangeOutput } from "./output.ts";

const count = { numeric: true, format: formatCount };
const share = { numeric: true, format: (value: number) => formatPercent(value, 1) };

/** Figures of the beginnings of every order: of all, or of the one stretch that is named. */
export function orderTable({ orders }: Pick<ArrangeOutput, "orders">, only?: number): Table {
  const number = { numeric: true, decimals: only === undefined ? 3 : 2 };
  const withTasks = orders.some(({ stretches }) => stretches.some(({ onTarget }) => onTarget !== null));
  return {
    caption: "Similarity to the test items that are reported on, over the first tenth of each order",
    columns: [
      { label: "Order", key: "order" },
      ...(only === undefined ? [{ label: "First", key: "fraction", numeric: true }] : []),
      { label: "Items", key: "items", ...count },
      { label: "Nearest", key: "nearest", ...number },
      ...(only === undefined ? [{ label: "Average", key: "average", ...number }] : []),
      { label: "Covered", key: "coverage", ...number },
      { label: "Distance", key: "weighted_distance", ...number },
      { label: "Bigrams", key: "bigram_divergence", ...number },
      ...(withTasks
        ? [
            {
              label: "On target",
              key: "on_target",
              numeric: true,
              format: share.format,
              formatSpread: ({ mean }: { mean: number }) => share.format(mean),
            },
          ]
        : []),
    ],
    rows: orders.flatMap(({ name, stretches, draws }) =>
      stretches
        .filter(({ fraction }) => only === undefined || fraction === only)
        .map(
          ({ fraction, items, nearest, average, coverage, weightedDistance, bigramDivergence, onTarget }) => {
            const cell = ({ mean, sd }: { mean: number; sd: number }) => (draws > 1 ? { mean, sd } : mean);
            return [
              labelOf(name),
              ...(only === undefined ? [fraction] : []),
              items,
              cell(nearest),
              ...(only === undefined ? [cell(average)] : []),
              cell(coverage),
              cell(weightedDistance),
              cell(bigramDivergence),
              ...(withTasks ? [onTarget === null ? null : cell(onTarget)] : []),
            ];
          },
        ),
    ),
  };
}

export function roundTable({
  sizes,
  means,
}: {
  readonly sizes: readonly number[];
  readonly means: readonly number[];
}): Table {
  return {
    columns: [{ label: "round" }, { label: "size" }, { label: "mean_similarity" }],
    rows: sizes.map((size, at) => [at + 1, size, means[at] ?? null]),
  };
}

/** Tasks by the round that their items are in on average. */
export function taskTable({ tasks }: ArrangeOutput): Table {
  return {
    caption: "Tasks, by the mean round of their items in the near order",
    columns: [
      { label: "Task", key: "task" },
      { label: "In the test set", key: "is_target" },
      { label: "Items", key: "items", ...count },
      { label: "Mean round", key: "mean_round", numeric: true, decimals: 1 },
      { label: "Nearest", key: "nearest", numeric: true, decimals: 3 },
      { label: "Of the first tenth", key: "in_first_tenth", ...share },
    ],
    rows: tasks.map(({ name, isTarget, items, meanRound, nearest, inFirstTenth }) => [
      name,
      isTarget ? "yes" : "",
      items,
      meanRound,
      nearest,
      inFirstTenth,
    ]),
  };
}

/** The written orders. */
export function fileTable({ files }: ArrangeOutput): Table {
  return {
    caption: "Written orders, and items.csv: round, place and all similarity measures of every item",
    columns: [
      { label: "File" },
      { label: "Order" },
      { label: "Items", ...count },
      { label: "Size", numeric: true, format: formatBytes },
    ],
    rows: files.map(({ name, order, items, bytes }) => [name, labelOf(order), items, bytes]),
  };
}
