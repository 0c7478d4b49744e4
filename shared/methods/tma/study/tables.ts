import { formatCount, formatFixed, formatPercent } from "../../../report/format.ts";
import type { Cell, Column, Table } from "../../../report/table.ts";
import { labelOf } from "../labels.ts";
import { armLabel, signed } from "./findings.ts";
import type { StudyOrder } from "./input.ts";
import type { Comparison, OrderStudied, StudyOutput, SubsetStudied } from "./output.ts";
import { subsetArm } from "./plan.ts";
import type { Done } from "./summarise.ts";

const loss = { numeric: true, decimals: 3 } as const;
const lowest = { ...loss, best: "lowest" } as const;
const score = {
  numeric: true,
  format: (value: number) => formatPercent(value),
  formatSpread: ({ mean, sd = 0 }: { mean: number; sd?: number }) =>
    `${formatPercent(mean)} ± ${formatFixed(100 * sd, 0)}`,
} as const;
const count = { numeric: true, format: formatCount };

const claims: Readonly<Record<Comparison["measure"], string>> = {
  early: "Early speed",
  end: "End of the epoch",
  subset: "Subset",
  "off-target-early": "First tenth",
  "off-target-end": "End of the epoch",
};

type Compared = Pick<StudyOutput, "comparisons" | "seeds">;

/** Paired differences for a reader: those by the measures that are wanted. */
export function claimTable(
  { comparisons, seeds }: Compared,
  caption: string,
  wanted: (measure: Comparison["measure"]) => boolean,
): Table {
  return {
    caption,
    columns: [
      { label: "Claim" },
      { label: "Difference of" },
      {
        label: "Nats per token",
        numeric: true,
        format: signed,
        formatSpread: ({ mean, sd = 0 }) => `${signed(mean)} ± ${formatFixed(sd, 3)}`,
      },
      { label: "Below 0 in", numeric: true, format: (n) => `${n} of ${seeds}` },
      { label: "The first is" },
    ],
    rows: comparisons
      .filter(({ measure }) => wanted(measure))
      .map(({ measure, first, second, difference, lowerIn, verdict }) => [
        claims[measure],
        `${armLabel(first)} − ${armLabel(second)}`,
        seeds > 1 ? difference : difference.mean,
        lowerIn,
        verdict,
      ]),
  };
}

/** Every paired difference for other tools. */
export function comparisonTable({ comparisons }: Compared): Table {
  const columns = ["measure", "share", "first", "second", "difference", "lower_in", "seeds", "verdict"];
  return {
    columns: columns.map((label) => ({ label })),
    rows: comparisons.map(({ measure, share, first, second, difference, lowerIn, seeds, verdict }) => [
      ...[measure, share, first, second, difference, lowerIn, seeds, verdict],
    ]),
  };
}

interface Mean {
  readonly mean: number;
  readonly sd: number;
}

/** A column, and the figure that stands in it. */
interface FigureColumn<Of> {
  readonly column: Column;
  figure(of: Of): Mean | null;
}

const orderColumns: readonly FigureColumn<OrderStudied>[] = [
  { column: { label: "First tenth", key: "early", ...lowest }, figure: ({ early }) => early },
  { column: { label: "End", key: "end", ...lowest }, figure: ({ end }) => end },
  {
    column: { label: "Selecting half", key: "end_selecting", ...loss },
    figure: ({ endSelecting }) => endSelecting,
  },
  {
    column: { label: "Exact", key: "exact_match", ...score },
    figure: ({ exactMatch }) => exactMatch,
  },
  {
    column: { label: "ROUGE-L", key: "rouge_l", ...score },
    figure: ({ rougeL }) => rougeL,
  },
];

const offTargetColumns: readonly FigureColumn<OrderStudied>[] = [
  {
    column: { label: "First tenth", key: "off_target_early", ...lowest },
    figure: ({ offTargetEarly }) => offTargetEarly,
  },
  { column: { label: "End", key: "off_target_end", ...lowest }, figure: ({ offTargetEnd }) => offTargetEnd },
];

const subsetColumns: readonly FigureColumn<SubsetStudied>[] = [
  { column: { label: "Held-out loss", key: "loss", ...loss }, figure: (subset) => subset.loss },
  { column: { label: "Off target", key: "off_target", ...loss }, figure: ({ offTarget }) => offTarget },
  { column: { label: "Exact", key: "exact_match", ...score }, figure: ({ exactMatch }) => exactMatch },
  { column: { label: "ROUGE-L", key: "rouge_l", ...score }, figure: ({ rougeL }) => rougeL },
];

/** Columns of figures that at least one line has, after columns of what each line is. */
function figureTable<Of>(
  lines: readonly Of[],
  named: readonly { readonly column: Column; cell(of: Of): Cell }[],
  figures: readonly FigureColumn<Of>[],
  seeds: number,
): Table {
  const known = figures.filter(({ figure }) => lines.some((line) => figure(line) !== null));
  return {
    columns: [...named, ...known].map(({ column }) => column),
    rows: lines.map((line) => [
      ...named.map(({ cell }) => cell(line)),
      ...known.map(({ figure }) => {
        const mean = figure(line);
        return mean === null || seeds > 1 ? mean : mean.mean;
      }),
    ]),
  };
}

type Ordered = Pick<StudyOutput, "orders" | "seeds">;
const nameOfOrder = {
  column: { label: "Order", key: "order" },
  cell: ({ name }: OrderStudied) => labelOf(name),
};

/** What every order came to on the held-out test items. */
export function orderTable({ orders, seeds }: Ordered): Table {
  return {
    caption:
      "By order: losses in nats per token, those at the end also on the half that selected, and exact match and ROUGE-L of greedy answers",
    ...figureTable(orders, [nameOfOrder], orderColumns, seeds),
  };
}

/** What every order came to on rows of other tasks. */
export function offTargetTable({ orders, seeds }: Ordered): Table {
  return {
    caption: "Losses off the target by order, in nats per token",
    ...figureTable(orders, [nameOfOrder], offTargetColumns, seeds),
  };
}

/** All figures of every order. */
export function allOrdersTable({ orders, seeds }: Ordered): Table {
  return figureTable(orders, [nameOfOrder], [...orderColumns, ...offTargetColumns], seeds);
}

/** What trainings on a share of the items came to. */
export function subsetTable({ subsets, seeds }: Pick<StudyOutput, "subsets" | "seeds">): Table {
  return {
    caption:
      "Trainings on a share of the items alone: losses in nats per token, exact match and ROUGE-L of greedy answers",
    ...figureTable(
      subsets,
      [
        {
          column: { label: "Items", key: "subset" },
          cell: ({ name, share }) => armLabel(subsetArm(name, share)),
        },
        { column: { label: "Steps", key: "steps", ...count }, cell: ({ steps }) => steps },
      ],
      subsetColumns,
      seeds,
    ),
  };
}

/** What models of the first seed answered, beside what is right. */
export interface AnswerRow {
  readonly prompt: string;
  readonly right: string;
  readonly answers: readonly string[];
}

/** Answers of the named orders' models. */
export function answerTable(orders: readonly StudyOrder[], rows: readonly AnswerRow[]): Table {
  return {
    caption: "Greedy answers of the first seed's models to the first held-out test items",
    columns: ["Instruction", "Right", ...orders.map(labelOf)].map((label) => ({ label })),
    rows: rows.map(({ prompt, right, answers }) => [
      shortened(prompt, 52),
      ...[right, ...answers].map((answer) => shortened(answer, 24)),
    ]),
  };
}

/** The end of what is long: there a question stands after its context. */
function shortened(text: string, longest: number): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= longest ? line : `… ${line.slice(-longest)}`;
}

/** Every loss that was taken. */
export function curveTable(done: readonly Done[], steps: number): Table {
  const columns = ["training", "share", "seed", "step", "fraction", "target_loss", "off_target_loss"];
  return {
    columns: columns.map((label) => ({ label })),
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
