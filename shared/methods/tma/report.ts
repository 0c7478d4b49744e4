import { curves } from "../../report/curves.ts";
import { formatCount, formatPercent } from "../../report/format.ts";
import type { Figure } from "../../report/page.ts";
import { csvFile, type ReportFile, type RunFacts, runFacts, svgFile, withReport } from "../report-files.ts";
import { citation } from "./citation.ts";
import type { OrderName } from "./fields.ts";
import { headline } from "./findings.ts";
import type { ArrangeInput } from "./input.ts";
import { labelOf, styleOf } from "./labels.ts";
import { type ArrangeOutput, mostRounds } from "./output.ts";
import { paperTable } from "./paper.ts";
import { fileTable, orderTable, roundTable, taskTable } from "./tables.ts";

interface Curve {
  readonly name: OrderName;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Arrangement {
  readonly run: RunFacts;
  readonly input: ArrangeInput;
  readonly output: ArrangeOutput;
  readonly rounds: { readonly sizes: readonly number[]; readonly means: readonly number[] };
  /** Mean cosine with the nearest reported test item along each order. */
  readonly nearestAlong: readonly Curve[];
  /** Share of items of the test set's tasks along each order; empty without tasks. */
  readonly targetAlong: readonly Curve[];
  readonly names: { readonly items: string; readonly tests: string };
}

/** The report of an arrangement, with its plots and tables, as files. */
export function arrangeReport(arrangement: Arrangement): ReportFile[] {
  const { run, input, output, names } = arrangement;
  const main = alongFigure(arrangement);
  const rounds = [similarityFigure(arrangement), sizeFigure(arrangement)];
  const targets = arrangement.targetAlong.length === 0 ? [] : [targetFigure(arrangement)];
  const [orderFigures, tasks] = [orderTable(output, 0.1), taskTable(output)];
  const several = output.orders.some(({ draws }) => draws > 1);
  const report = {
    title: "Instruction data arranged for a test set",
    ...headline(output),
    main,
    facts: [
      ...runFacts(run, citation),
      { label: "Items", value: `${formatCount(output.items)}: ${names.items}` },
      {
        label: "Test items",
        value: `${formatCount(output.tests.selecting + output.tests.heldOut)}: ${names.tests}`,
      },
      { label: "Held out", value: formatCount(output.tests.heldOut) },
      {
        label: "Vectors",
        value: `${output.embedding.type}, ${formatCount(output.embedding.dimensions)} numbers`,
      },
      { label: "Rounds", value: formatCount(output.roundCount) },
    ],
    sections: [
      {
        heading: "What this run shows",
        text: [
          several
            ? "A claim holds when the difference is larger than two standard deviations of the random draws, or, between two orders that no chance is in, when there is one."
            : "One random order was drawn, so that its spread is not known: a claim holds when there is a difference.",
        ],
        verdicts: output.findings,
      },
      {
        heading: "Orders",
        text: [
          "All orders but the budgeted ones hold the same items, so that they differ in order alone. The budgeted ones hold the same items as each other; either begins with data that the other ends with, and a training that is judged before its end has seen other data.",
        ],
        tables: [orderFigures],
        notes: [
          "Nearest is the mean cosine of the items with their nearest test item; covered is the mean cosine of the test items with their nearest item; distance is w · average + minimum of 1 − cosine, w so that both weigh alike; bigrams is KL(test | data) of pairs of words, in nats; on target is the share of items whose task is one of the test set's. orders.csv has these, and the mean cosine with all test items, over 5, 10, 25, 50 and 100%.",
        ],
      },
      { heading: "Rounds", plots: rounds },
      ...(output.tasks.length === 0 ? [] : [{ heading: "Tasks", plots: targets, tables: [tasks] }]),
      { heading: "Files of this run", tables: [fileTable(output)] },
      {
        heading: "Beside the paper",
        tables: [paperTable()],
        notes: ["The paper's figures are of trainings; this run arranges, and trains nothing."],
      },
    ],
    input,
  };
  const plots = [main, ...rounds, ...targets];
  const all = arrangement.rounds.sizes.length <= mostRounds;
  const files = [
    ...plots.map(svgFile),
    csvFile("orders.csv", orderTable(output)),
    ...(output.tasks.length === 0 ? [] : [csvFile("tasks.csv", tasks)]),
  ];
  const table = csvFile("rounds.csv", roundTable(arrangement.rounds));
  return all ? withReport(report, [...files, table], output) : [...withReport(report, files, output), table];
}

function alongFigure({ nearestAlong, output }: Arrangement): Figure {
  const whose = output.reportedOn === "held-out" ? "held-out test item" : "test item";
  return {
    id: "similarity-along-the-order",
    caption: `Mean cosine with the nearest ${whose}, over twentieths of each order. Orders by whole tasks other than the nearest first are left out, and the budgeted orders, which hold other data.`,
    draw: ({ width, id }) =>
      curves({
        id,
        width,
        title: "Similarity along the orders",
        x: { label: "Place in the order (%)", domain: [0, 100] },
        y: { label: `Cosine with the nearest ${whose}` },
        series: seriesOf(nearestAlong, ["near", "far", "random", "near-tasks"]),
      }),
  };
}

function targetFigure({ targetAlong }: Arrangement): Figure {
  return {
    id: "tasks-along-the-order",
    caption: "Share of items whose task is one of the test set's, over twentieths of each order.",
    draw: ({ width, id }) =>
      curves({
        id,
        width,
        title: "The test set's tasks along the orders",
        x: { label: "Place in the order (%)", domain: [0, 100] },
        y: { label: "Share of items", domain: [0, 1], format: (share) => formatPercent(share) },
        series: seriesOf(targetAlong, ["near", "far", "random", "near-tasks", "clusters"]),
      }),
  };
}

function seriesOf(lines: readonly Curve[], shown: readonly OrderName[]) {
  return lines
    .filter(({ name }) => shown.includes(name))
    .map(({ name, points }) => ({ name: labelOf(name), style: styleOf(name), points }));
}

function similarityFigure({ rounds }: Arrangement): Figure {
  return roundFigure(rounds.means, {
    id: "similarity-by-round",
    title: "Similarity by round",
    caption: "Mean over the selecting test items of the cosine with the item that each took, by round.",
    label: "Mean cosine",
  });
}

function sizeFigure({ rounds }: Arrangement): Figure {
  return roundFigure(rounds.sizes, {
    id: "sizes-of-rounds",
    title: "Sizes of the rounds",
    caption: "Items of each round: as many as test items where no two take the same one.",
    label: "Items",
    from: 0,
  });
}

/** A value of each round; `from` is where its axis begins, near to the smallest when absent. */
function roundFigure(
  values: readonly number[],
  {
    id,
    title,
    caption,
    label,
    from,
  }: {
    readonly id: string;
    readonly title: string;
    readonly caption: string;
    readonly label: string;
    readonly from?: number;
  },
): Figure {
  const points = thinned(values);
  const most = points.reduce((largest, { y }) => Math.max(largest, y), 0);
  return {
    id,
    caption,
    draw: ({ width, id: drawing }) =>
      curves({
        id: drawing,
        width,
        title,
        x: { label: "Round" },
        y: { label, ...(from !== undefined && { domain: [from, most] as const }) },
        markers: values.length <= 40,
        series: [{ name: "", style: 0, points }],
      }),
  };
}

/** At most some 400 points: means of neighbouring rounds. */
function thinned(values: readonly number[]): { x: number; y: number }[] {
  const step = Math.ceil(values.length / 400);
  return Array.from({ length: Math.ceil(values.length / step) }, (_, at) => {
    const part = values.slice(at * step, (at + 1) * step);
    return {
      x: at * step + (part.length + 1) / 2,
      y: part.reduce((sum, value) => sum + value, 0) / part.length,
    };
  });
}
