import { formatCount, formatFixed, formatNumber, formatPercent } from "../../../report/format.ts";
import type { Column, Table } from "../../../report/table.ts";
import { percent, points } from "../findings.ts";
import { labelOf } from "../names.ts";
import type { MetaEvaluateOutput, MetricFigures } from "../output.ts";

const share = { numeric: true, format: percent } as const;
const count = { numeric: true, format: formatCount } as const;
const number = { numeric: true, decimals: 3 } as const;
const lead = { numeric: true, format: points } as const;

/** Bounds as a person reads them; a word stands between those that may have a sign. */
function bounds(
  low: number | null,
  high: number | null,
  show: (value: number) => string,
  between = " to ",
): string {
  return low === null || high === null ? "" : `${show(low)}${between}${show(high)}`;
}
const percentBounds = (low: number | null, high: number | null) =>
  bounds(low, high, (value) => formatFixed(100 * value, 1), "–");

/** Every metric in a setting, the best first: its accuracy, and its lead over the best baseline. */
export function agreementTable(output: MetaEvaluateOutput, setting: string, confidence: number): Table {
  const ranks = new Map(output.ranking.map((one) => [one.name, one]));
  const overall = setting === "all";
  const interval = formatPercent(confidence);
  const columns: Column[] = [
    { label: "Metric", key: "metric" },
    { label: "Kind", key: "kind" },
    ...(overall
      ? [
          { label: "Rank", key: "rank", ...count },
          { label: "within", key: "rank_within" },
        ]
      : []),
    { label: "Accuracy", key: "accuracy", best: "highest", ...share },
    { label: interval, key: "interval" },
    { label: "Lead", key: "over_baseline", ...lead },
    { label: interval, key: "over_baseline_interval" },
  ];
  return {
    columns,
    rows: inSetting(output, setting).map(({ name, kind, accuracy, low, high, overBaseline }) => {
      const rank = ranks.get(name);
      const within = rank === undefined ? "" : bounds(rank.low, rank.high, formatNumber, "–");
      return [
        ...[labelOf(name), kind],
        ...(overall ? [rank?.rank ?? null, within] : []),
        ...[accuracy, percentBounds(low, high)],
        overBaseline?.by ?? null,
        overBaseline === null ? "" : bounds(overBaseline.low, overBaseline.high, points),
      ];
    }),
  };
}

/** What the accuracy is made of: where both decide, F1, ties, and what gave no verdict. */
export function detailTable(output: MetaEvaluateOutput): Table {
  const metrics = inSetting(output, "all");
  const withMargin = metrics.some(({ margin }) => margin > 0);
  const withInvalid = metrics.some(({ invalid }) => invalid > 0);
  return {
    caption: `Where both decide, F1, and ${formatCount(output.labels.same)} ties apart`,
    columns: [
      { label: "Metric", key: "metric" },
      { label: "Both decide", key: "decided", ...share },
      { label: "Macro F1", key: "macro_f1", ...number },
      { label: "Micro F1", key: "micro_f1", ...number },
      { label: "Ties said", key: "ties_predicted", ...count },
      { label: "Ties right", key: "ties_right", ...count },
      ...(withMargin ? [{ label: "Margin", key: "margin", numeric: true }] : []),
      ...(withInvalid ? [{ label: "No verdict", key: "invalid", ...count }] : []),
    ],
    rows: metrics.map(({ name, decided, macroF1, microF1, ties, margin, invalid }) => [
      ...[labelOf(name), decided, macroF1, microF1, ties.predicted, ties.right],
      ...(withMargin ? [margin] : []),
      ...(withInvalid ? [invalid] : []),
    ]),
  };
}

/** The figures of a setting, the best metric first. */
export const inSetting = ({ metrics }: MetaEvaluateOutput, setting: string): MetricFigures[] =>
  metrics.filter((one) => one.setting === setting).sort((a, b) => b.accuracy - a.accuracy);

/** Precision, recall and F1 of each label. */
export function classTable(output: MetaEvaluateOutput): Table {
  const labels = (["first", "second", "same"] as const).filter((label) => output.labels[label] > 0);
  const names = { first: "First", second: "Second", same: "Same" };
  return {
    caption: `Precision, recall and F1 by label: ${labels.map((label) => `${names[label].toLowerCase()} ${formatCount(output.labels[label])}`).join(", ")}`,
    columns: [
      { label: "Metric", key: "metric" },
      ...labels.flatMap((label) => [
        { label: `${names[label]}: P`, key: `${label}_precision`, ...number },
        { label: "R", key: `${label}_recall`, ...number },
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
export function probeTable({ probes }: MetaEvaluateOutput, confidence: number): Table {
  const show = (value: number) => (Math.abs(value) < 1e-12 ? "0" : formatNumber(value, 2));
  const change = { numeric: true, format: show } as const;
  return {
    caption: "Mean change of the score of an answer with half of the facts, towards better",
    columns: [
      { label: "Metric", key: "metric" },
      { label: "By the request", key: "instruction", ...change },
      { label: "By its words shuffled", key: "shuffled", ...change },
      { label: "Beyond its words", key: "beyond_words", ...change },
      { label: formatPercent(confidence), key: "interval" },
    ],
    rows: probes.map(({ name, instruction, shuffled, beyondWords, low, high }) => [
      ...[labelOf(name), instruction, shuffled, beyondWords],
      bounds(low, high, show),
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
