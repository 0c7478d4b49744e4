import { formatCount, formatFixed, formatNumber } from "../../../report/format.ts";
import type { Column, Table } from "../../../report/table.ts";
import { percent } from "../findings.ts";
import { labelOf } from "../names.ts";
import type { MetaEvaluateOutput, MetricFigures } from "../output.ts";

const share = { numeric: true, format: percent } as const;
const count = { numeric: true, format: formatCount } as const;
const points = { numeric: true, format: (value: number) => signed(100 * value) } as const;

const signed = (value: number) => `${value > 0 ? "+" : ""}${formatFixed(value, 1)}`;

/** Every metric over all settings, or in one: agreement, its interval, and how it stands to the best baseline. */
export function agreementTable(output: MetaEvaluateOutput, setting: string): Table {
  const metrics = inSetting(output, setting);
  const ranks = new Map(output.ranking.map((one) => [one.name, one]));
  const overall = setting === "all";
  const withMargin = metrics.some(({ margin }) => margin > 0);
  const withInvalid = metrics.some(({ invalid }) => invalid > 0);
  const columns: Column[] = [
    { label: "Metric", key: "metric" },
    { label: "Kind", key: "kind" },
    ...(overall
      ? [
          { label: "Rank", key: "rank", numeric: true, format: formatCount },
          { label: "Rank within", key: "rank_within" },
        ]
      : []),
    { label: "Accuracy", key: "accuracy", best: "highest", ...share },
    { label: "from", key: "low", ...share },
    { label: "to", key: "high", ...share },
    { label: "Over baseline, points", key: "over_baseline", ...points },
    { label: "from", key: "over_baseline_low", ...points },
    { label: "to", key: "over_baseline_high", ...points },
    { label: "Both decide", key: "decided", ...share },
    { label: "Macro F1", key: "macro_f1", numeric: true, decimals: 3 },
    { label: "Micro F1", key: "micro_f1", numeric: true, decimals: 3 },
    { label: "Ties said", key: "ties_predicted", ...count },
    { label: "right", key: "ties_right", ...count },
    ...(withMargin ? [{ label: "Tie margin", key: "margin", numeric: true }] : []),
    ...(withInvalid ? [{ label: "No verdict", key: "invalid", ...count }] : []),
  ];
  return {
    columns,
    rows: metrics.map((one) => {
      const rank = ranks.get(one.name);
      const within = rank === undefined ? "" : `${formatNumber(rank.low)} to ${formatNumber(rank.high)}`;
      return [
        labelOf(one.name),
        one.kind,
        ...(overall ? [rank?.rank ?? null, within] : []),
        one.accuracy,
        one.low,
        one.high,
        one.overBaseline?.by ?? null,
        one.overBaseline?.low ?? null,
        one.overBaseline?.high ?? null,
        one.decided,
        one.macroF1,
        one.microF1,
        one.ties.predicted,
        one.ties.right,
        ...(withMargin ? [one.margin] : []),
        ...(withInvalid ? [one.invalid] : []),
      ];
    }),
  };
}

/** The figures of a setting, the best metric first. */
export const inSetting = ({ metrics }: MetaEvaluateOutput, setting: string): MetricFigures[] =>
  metrics.filter((one) => one.setting === setting).sort((a, b) => b.accuracy - a.accuracy);

/** Precision, recall and F1 of each label. */
export function classTable(output: MetaEvaluateOutput): Table {
  const labels = (["first", "second", "same"] as const).filter((label) => output.labels[label] > 0);
  const names = { first: "First", second: "Second", same: "Same" };
  const number = { numeric: true, decimals: 3 } as const;
  return {
    caption: `Labels: ${labels.map((label) => `${names[label].toLowerCase()} ${formatCount(output.labels[label])}`).join(", ")}`,
    columns: [
      { label: "Metric", key: "metric" },
      ...labels.flatMap((label) => [
        { label: `${names[label]}: precision`, key: `${label}_precision`, ...number },
        { label: "recall", key: `${label}_recall`, ...number },
        { label: "F1", key: `${label}_f1`, ...number },
      ]),
    ],
    rows: inSetting(output, "all").map(({ name, classes }) => [
      labelOf(name),
      ...labels.flatMap((label) => {
        const { precision, recall, f1 } = classes[label];
        return [precision, recall, f1];
      }),
    ]),
  };
}

/** Every figure of every metric in every setting, as a file. */
export function allFigures({ metrics }: MetaEvaluateOutput): Table {
  return {
    columns: [
      ...[
        "metric",
        "kind",
        "setting",
        "judgements",
        "accuracy",
        "low",
        "high",
        "decided",
        "macro_f1",
        "micro_f1",
      ],
      ...["ties_labelled", "ties_predicted", "ties_right", "invalid", "margin"],
      ...["baseline", "over_baseline", "over_baseline_low", "over_baseline_high"],
    ].map((label) => ({ label })),
    rows: metrics.map(({ ties, overBaseline, ...one }) => [
      ...[one.name, one.kind, one.setting, one.judgements, one.accuracy, one.low, one.high, one.decided],
      ...[one.macroF1, one.microF1, ties.labelled, ties.predicted, ties.right, one.invalid, one.margin],
      overBaseline?.baseline ?? "",
      ...(["by", "low", "high"] as const).map((key) => overBaseline?.[key] ?? null),
    ]),
  };
}

/** What a request for full marks does to each metric. */
export function probeTable({ probes }: MetaEvaluateOutput): Table {
  const number = { numeric: true, format: (value: number) => formatNumber(value, 2) } as const;
  return {
    caption: "Mean change of the score of an answer with half of the facts, towards better",
    columns: [
      { label: "Metric", key: "metric" },
      { label: "By the request", key: "instruction", ...number },
      { label: "By its words shuffled", key: "shuffled", ...number },
      { label: "Beyond its words", key: "beyond_words", ...number },
      { label: "from", key: "low", ...number },
      { label: "to", key: "high", ...number },
    ],
    rows: probes.map(({ name, instruction, shuffled, beyondWords, low, high }) => [
      labelOf(name),
      ...[instruction, shuffled, beyondWords, low, high],
    ]),
  };
}

/** Weights of the learned preference, the largest first. */
export function weightTable({ learned }: MetaEvaluateOutput): Table {
  return {
    caption: "Weights over the folds, of differences over their root mean square",
    columns: [
      { label: "Difference of", key: "feature" },
      { label: "Weight", key: "weight", numeric: true, decimals: 3 },
    ],
    rows: (learned?.weights ?? [])
      .toSorted((a, b) => Math.abs(b.mean) - Math.abs(a.mean))
      .map(({ feature, mean, sd }) => [labelOf(feature), { mean, sd }]),
  };
}
