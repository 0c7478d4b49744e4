import { curves } from "../../report/curves.ts";
import { formatCount, formatFixed } from "../../report/format.ts";
import type { Figure } from "../../report/page.ts";
import type { Table } from "../../report/table.ts";
import type { Finding } from "../finding.ts";
import type { TheorySettings } from "./input.ts";
import type { RecursionResult } from "./output.ts";
import { boundUnits } from "./theory.ts";

/** Test error by the number of fits. */
export function theoryFigure(
  recursions: readonly RecursionResult[],
  { trials }: Pick<TheorySettings, "trials">,
): Figure {
  return {
    id: "theory",
    caption: `Test error of ridgeless least squares after each fit, mean of ${formatCount(trials)} trials; dashed: the bound that is proven for the additive recursion with masks that do not overlap.`,
    draw: ({ width, id }) =>
      curves({
        id,
        width,
        title: "Linear regression through generations",
        subtitle: "In units of σ² d / (T − d − 1), the error of one fit on real data",
        x: { label: "Fits" },
        y: { label: "Test error" },
        labels: "legend",
        markers: false,
        rules: [{ axis: "y", at: boundUnits, label: "bound" }],
        series: recursions.map(({ name, measured, standardError }, style) => ({
          name,
          style,
          points: measured.map((y, i) => ({ x: i + 1, y, sd: standardError[i] ?? 0 })),
        })),
      }),
  };
}

export function theoryTable(recursions: readonly RecursionResult[]): Table {
  return {
    caption:
      "Test error after the last fit, in units of σ² d / (T − d − 1), by Monte Carlo and by closed form",
    columns: [
      { label: "Recursion", key: "recursion" },
      { label: "Edits take", key: "masks" },
      {
        label: "Measured",
        key: "measured",
        numeric: true,
        formatSpread: ({ mean, sd = 0 }) => `${formatFixed(mean, 2)} ± ${formatFixed(sd, 2)}`,
      },
      { label: "Closed form", key: "closed_form", numeric: true, decimals: 2 },
      { label: "Bound of 2", key: "bound" },
    ],
    rows: recursions.map((one) => [
      one.name,
      one.masks,
      { mean: one.measured.at(-1) ?? Number.NaN, sd: one.standardError.at(-1) ?? 0 },
      one.closedForm?.at(-1) ?? null,
      `${one.boundCovers ? "proven" : "not proven"}, ${one.withinBound ? "kept" : "exceeded"}`,
    ]),
  };
}

/** What the recursions show of the bound. */
export function theoryFindings(recursions: readonly RecursionResult[]): Finding[] {
  const last = ({ measured, standardError }: RecursionResult) =>
    `${formatFixed(measured.at(-1) ?? Number.NaN, 2)} ± ${formatFixed(standardError.at(-1) ?? 0, 2)} after ${measured.length} fits`;
  const covered = recursions.filter(({ boundCovers }) => boundCovers);
  const literal = recursions.filter(({ recursion }) => recursion === "literal");
  const replacement = recursions.find(({ recursion }) => recursion === "replacement");
  return [
    ...(replacement === undefined
      ? []
      : [
          {
            claim: "With replacement the error grows by that of one fit in each generation",
            holds: agrees(replacement),
            text: `${last(replacement)}; closed form ${formatFixed(replacement.closedForm?.at(-1) ?? Number.NaN, 2)}.`,
          },
        ]),
    ...covered.map((one) => ({
      claim: "The additive recursion with disjoint masks stays within twice the error of one fit",
      holds: one.withinBound && agrees(one),
      text: `${last(one)}; closed form ${formatFixed(one.closedForm?.at(-1) ?? Number.NaN, 2)}. The bound is proven for this recursion.`,
    })),
    ...literal.map((one) => ({
      claim: `${one.name}: the error exceeds the bound`,
      holds: !one.withinBound,
      text: `${last(one)}; edits take ${one.masks}. The proof does not cover it: what a fit got wrong comes back into the targets.`,
    })),
  ];
}

/** Whether the last fit's error is within three standard errors of its closed form. */
function agrees({ measured, standardError, closedForm }: RecursionResult): boolean {
  const off = Math.abs((measured.at(-1) ?? Number.NaN) - (closedForm?.at(-1) ?? Number.NaN));
  return off <= 3 * (standardError.at(-1) ?? 0);
}
