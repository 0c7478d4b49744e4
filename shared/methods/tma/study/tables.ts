import { formatCount, formatPercent, formatSpread } from "../../../report/format.ts";
import type { Table } from "../../../report/table.ts";
import { labelOf } from "../labels.ts";
import { armLabel, signed } from "./findings.ts";
import type { Comparison, StudyOutput } from "./output.ts";
import type { Done } from "./summarise.ts";

const loss = { numeric: true, decimals: 3 } as const;
const lowest = { ...loss, best: "lowest" } as const;
const count = { numeric: true, format: formatCount };

const claims: Readonly<Record<Comparison["measure"], string>> = {
  early: "1. Early speed",
  end: "2. End of the epoch",
  subset: "3. Subset",
  "off-target-early": "Off target, first tenth",
  "off-target-end": "Off target, at the end",
};

/** Every paired difference; the page shows those of the three claims apart from the controls. */
export function comparisonTable(
  { comparisons, seeds }: Pick<StudyOutput, "comparisons" | "seeds">,
  wanted: (measure: Comparison["measure"]) => boolean = () => true,
): Table {
  return {
    caption: `Differences of losses within a seed, in nats per token${seeds > 1 ? `, and their spread over ${seeds} seeds` : ""}; below 0 the first is better`,
    columns: [
      { label: "Claim", key: "measure" },
      { label: "First", key: "first" },
      { label: "Second", key: "second" },
      {
        label: "First − second",
        key: "difference",
        numeric: true,
        format: signed,
        formatSpread: ({ mean, sd = 0 }) => `${signed(mean)} ± ${formatSpread(sd)}`,
      },
      { label: "Lower in seeds", key: "lower_in", numeric: true, format: (n) => `${n} of ${seeds}` },
      { label: "The first is", key: "verdict" },
    ],
    rows: comparisons
      .filter(({ measure }) => wanted(measure))
      .map(({ measure, first, second, difference, lowerIn, verdict }) => [
        claims[measure],
        armLabel(first),
        armLabel(second),
        seeds > 1 ? difference : difference.mean,
        lowerIn,
        verdict,
      ]),
  };
}

/** Losses of every order. */
export function orderTable({ orders, seeds }: Pick<StudyOutput, "orders" | "seeds">): Table {
  const cell = ({ mean, sd }: { mean: number; sd: number }) => (seeds > 1 ? { mean, sd } : mean);
  const off = orders.some(({ offTargetEnd }) => offTargetEnd !== null);
  return {
    caption: "Losses by order, in nats per token",
    columns: [
      { label: "Order", key: "order" },
      { label: "First tenth", key: "early", ...lowest },
      { label: "End", key: "end", ...lowest },
      { label: "End, selecting half", key: "end_selecting", ...loss },
      ...(off
        ? [
            { label: "Off target, first tenth", key: "off_target_early", ...lowest },
            { label: "Off target, end", key: "off_target_end", ...lowest },
          ]
        : []),
    ],
    rows: orders.map(({ name, early, end, endSelecting, offTargetEarly, offTargetEnd }) => [
      labelOf(name),
      cell(early),
      cell(end),
      cell(endSelecting),
      ...(off ? [offTargetEarly && cell(offTargetEarly), offTargetEnd && cell(offTargetEnd)] : []),
    ]),
  };
}

/** Losses of trainings on a share of the items. */
export function subsetTable({ subsets, seeds }: Pick<StudyOutput, "subsets" | "seeds">): Table {
  const cell = ({ mean, sd }: { mean: number; sd: number }) => (seeds > 1 ? { mean, sd } : mean);
  const off = subsets.some(({ offTarget }) => offTarget !== null);
  return {
    caption: "Losses of trainings on a share of the items alone, in nats per token",
    columns: [
      { label: "Share", key: "share", numeric: true, format: (share) => formatPercent(share) },
      { label: "Items", key: "subset" },
      { label: "Number", key: "items", ...count },
      { label: "Steps", key: "steps", ...count },
      { label: "Held-out loss", key: "loss", ...loss },
      ...(off ? [{ label: "Off target", key: "off_target", ...loss }] : []),
    ],
    rows: subsets.map(({ share, name, items, steps, loss: held, offTarget }) => [
      share,
      armLabel(name === "random" ? "random" : name),
      items,
      steps,
      cell(held),
      ...(off ? [offTarget && cell(offTarget)] : []),
    ]),
  };
}

/** Every loss that was taken. */
export function curveTable(done: readonly Done[], steps: number): Table {
  return {
    columns: ["training", "share", "seed", "step", "fraction", "target_loss", "off_target_loss"].map(
      (label) => ({
        label,
      }),
    ),
    rows: done.flatMap(({ job, trial }) =>
      trial.points.map(({ step, target, offTarget }) => [
        job.name,
        job.kind === "subset" ? job.share : 1,
        job.seed,
        step,
        step / steps,
        target,
        offTarget,
      ]),
    ),
  };
}
