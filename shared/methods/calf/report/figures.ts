import { formatFixed, formatPercent } from "../../../report/format.ts";
import { intervals } from "../../../report/intervals.ts";
import { matrixPlot } from "../../../report/matrix.ts";
import type { Figure } from "../../../report/page.ts";
import { percent } from "../findings.ts";
import { labelOf, metricKinds } from "../names.ts";
import type { MetaEvaluateOutput } from "../output.ts";
import { inSetting } from "./tables.ts";

/** Accuracy of every metric with its interval, the best first. */
export function accuracyFigure(output: MetaEvaluateOutput, confidence: number): Figure {
  const metrics = inSetting(output, "all");
  const best = metrics.find(({ kind }) => kind === "baseline");
  return {
    id: "accuracy",
    caption: `Share of the verdicts that are the labels', with ${formatPercent(confidence)} intervals over draws of the questions${best === undefined ? "" : `; the line is the best baseline, ${labelOf(best.name).toLowerCase()}`}.`,
    draw: ({ width, id }) =>
      intervals({
        ...{ id, width, title: "Agreement with the labels" },
        x: { label: "Accuracy", format: (value) => formatPercent(value) },
        ...(best !== undefined && {
          rule: { at: best.accuracy, label: `best baseline ${percent(best.accuracy)}` },
        }),
        rows: metrics.map(({ name, kind, accuracy, low, high }) => ({
          ...{ name: labelOf(name), value: accuracy, group: kind, style: metricKinds.indexOf(kind) },
          ...(low !== null && high !== null && { low, high }),
        })),
      }),
  };
}

/** Accuracy of every metric in every setting. */
export function settingFigure(output: MetaEvaluateOutput): Figure {
  const names = inSetting(output, "all").map(({ name }) => name);
  const settings = output.settings.map(({ name }) => name);
  const values = names.map((name) =>
    ["all", ...settings].map(
      (setting) =>
        output.metrics.find((one) => one.name === name && one.setting === setting)?.accuracy ?? Number.NaN,
    ),
  );
  return {
    id: "settings",
    caption: "Accuracy of each metric, overall and by setting.",
    draw: ({ width, id }) =>
      matrixPlot({
        ...{ id, width, title: "Agreement by setting", values },
        rows: names.map(labelOf),
        columns: ["all", ...settings],
        format: (value) => formatPercent(value),
      }),
  };
}

const coefficientNames = { kendall: "Kendall's τ-b", spearman: "Spearman's ρ" } as const;

/** How alike metrics order the responses. */
export function correlationFigure({ correlation }: MetaEvaluateOutput): Figure {
  const title = `${coefficientNames[correlation.coefficient]} between metrics`;
  return {
    id: "correlations",
    caption: `${title}, of the differences between both responses' scores.`,
    draw: ({ width, id }) =>
      matrixPlot({
        ...{ id, width, title, domain: [-0.2, 1] },
        rows: correlation.names.map(labelOf),
        values: correlation.values.map((line) => line.map((value) => value ?? Number.NaN)),
        format: (value) => formatFixed(value, 2),
      }),
  };
}
