import { formatCount, formatNumber, formatPercent } from "../../../report/format.ts";
import type { Fact, Section } from "../../../report/page.ts";
import { lossOf } from "../../loss-words.ts";
import {
  csvFile,
  type ReportFile,
  type RunFacts,
  runFacts,
  svgFile,
  withReport,
} from "../../report-files.ts";
import { citation } from "../citation.ts";
import { paperTable } from "../paper.ts";
import type { AnsweredText } from "./base.ts";
import { earlyFigure, lossFigure, offTargetFigure } from "./figures.ts";
import type { StudyInput } from "./input.ts";
import type { Comparison, StudyOutput } from "./output.ts";
import type { Done } from "./summarise.ts";
import {
  allOrdersTable,
  answerTable,
  claimTable,
  comparisonTable,
  curveTable,
  offTargetTable,
  orderTable,
  subsetTable,
} from "./tables.ts";

export interface Studied {
  readonly run: RunFacts;
  readonly input: StudyInput;
  readonly output: StudyOutput;
  readonly done: readonly Done[];
  /** Held-out test items that the first seed's models answered. */
  readonly answered: readonly AnsweredText[];
  readonly names: { readonly items: string; readonly tests: string };
}

/** The report of a study, with its plots and tables, as files. */
export function studyReport(studied: Studied): ReportFile[] {
  const { run, input, output, done } = studied;
  const [main, early, off] = [lossFigure(output), earlyFigure(output), offTargetFigure(output)];
  const isControl = (measure: Comparison["measure"]) => measure.startsWith("off-target");
  const over = output.seeds > 1 ? `, ± their standard deviation over ${output.seeds} seeds` : "";
  const claims = claimTable(output, `Differences within a seed${over}`, (measure) => !isControl(measure));
  const several = output.seeds > 1;
  const report = {
    title: "Does the order of instruction data matter?",
    ...headline(output),
    main,
    facts: [...runFacts(run, citation), ...factsOf(studied)],
    sections: [
      {
        heading: "What this run shows",
        text: [
          several
            ? "Three claims are tested apart. A claim is shown when the mean of the differences within a seed is larger than their standard deviation over the seeds."
            : "With one seed there is no spread to hold a difference against: each line below says what one run showed, no more.",
        ],
        verdicts: output.findings,
        verdictWords: several ? (["Shown", "Not shown"] as const) : (["Seen once", "Not seen"] as const),
      },
      { heading: "Early speed", plots: [early] },
      { heading: "The three claims", tables: [claims], notes: [claimNote(studied)] },
      { heading: "Orders", tables: [orderTable(output)] },
      ...(output.subsets.length === 0 ? [] : [{ heading: "Subsets", tables: [subsetTable(output)] }]),
      ...answerSections(studied),
      {
        heading: "Off the target",
        text: [offTargetText(output)],
        plots: off,
        ...(off.length === 0
          ? {}
          : {
              tables: [
                offTargetTable(output),
                claimTable(output, `Differences off the target within a seed${over}`, isControl),
              ],
            }),
      },
      { heading: "Controls", text: controls(studied) },
      {
        heading: "Beside the paper",
        tables: [paperTable()],
        notes: [
          "The paper tunes a LLaMA-2-7B; its losses do not compare with these in size. Its orders are made from the nearest and the farthest 15,000 items, so that near and far first differ in data, not in order alone, until their end.",
        ],
      },
    ],
    input,
  };
  return withReport(
    report,
    [
      ...[main, early, ...off].map(svgFile),
      csvFile("claims.csv", comparisonTable(output)),
      csvFile("orders.csv", allOrdersTable(output)),
      ...(output.subsets.length === 0 ? [] : [csvFile("subsets.csv", subsetTable(output))]),
      csvFile("curves.csv", curveTable(done, output.steps)),
    ],
    output,
  );
}

/** Orders whose answers are shown, and how many. */
const shownOrders = ["near", "random"] as const;
const shownAnswers = 8;

function answerSections({ done, answered }: Studied): Section[] {
  const trials = shownOrders.flatMap((name) => {
    const found = done.find(({ job }) => job.seed === 0 && job.kind === "order" && job.name === name);
    return found === undefined ? [] : [{ name, answers: found.trial.answers }];
  });
  if (answered.length === 0 || trials.length === 0) return [];
  const rows = answered.slice(0, shownAnswers).map(({ prompt, answer }, at) => ({
    prompt,
    right: answer,
    answers: trials.map(({ answers }) => answers[at] ?? ""),
  }));
  const names = trials.map(({ name }) => name);
  return [{ heading: "Answers", tables: [answerTable(names, rows)] }];
}

/** What a report says first. */
export function headline({ orders, comparisons, seeds, tests }: StudyOutput): {
  summary: string;
  detail: string;
} {
  const near = orders.find(({ name }) => name === "near");
  const random = orders.find(({ name }) => name === "random");
  const verdict = (measure: Comparison["measure"]) =>
    comparisons.find((one) => one.measure === measure && one.first === "near" && one.second === "random")
      ?.verdict;
  const word = (measure: Comparison["measure"]) =>
    seeds > 1 && verdict(measure) === "not shown" ? ", within the spread" : "";
  const given = (mean: { mean: number; sd: number }) => lossOf({ ...mean, seeds });
  const summary =
    near === undefined || random === undefined
      ? `${orders.length} orders of the same items, ${seeds} seed${seeds === 1 ? "" : "s"}.`
      : `Over the first tenth of the epoch the near order's held-out loss is ${given(near.early)}, a random order's ${given(random.early)}${word("early")}; at the end ${given(near.end)} and ${given(random.end)}${word("end")}.`;
  return {
    summary,
    detail: `The selection is transductive: it sees ${formatCount(tests.selecting)} test items, though not their losses; all figures are of the ${formatCount(tests.heldOut)} others.`,
  };
}

function factsOf({ input, output, names }: Studied): Fact[] {
  const { model, training } = input;
  const size =
    model.from === "scratch"
      ? `${model.size.layers} layers, width ${model.size.dModel}, ${formatCount(output.parameters)} parameters`
      : `${model.model}, ${formatCount(output.parameters)} parameters`;
  return [
    { label: "Items", value: `${formatCount(output.items)}: ${names.items}` },
    {
      label: "Test items",
      value: `${formatCount(output.tests.selecting + output.tests.heldOut)}: ${names.tests}`,
    },
    { label: "Model", value: size },
    {
      label: "Training",
      value: `${formatCount(output.steps)} steps of ${formatCount(training.batch)}, ${training.schedule}${training.learningRate === undefined ? "" : `, ${formatNumber(training.learningRate)}`}`,
    },
    { label: "Seeds", value: String(output.seeds) },
    { label: "Vectors", value: input.embedding.type },
  ];
}

function claimNote({ input, output }: Studied): string {
  const subsets =
    output.subsets.length === 0
      ? ""
      : ` Subset compares trainings on a share of the items, shuffled, for as many steps (${input.subsets.passes === 1 ? "one pass" : `${input.subsets.passes} passes`}).`;
  return `Early speed is the area under the held-out loss over the first tenth of the epoch, divided by that tenth. End of the epoch compares orders of the same items.${subsets} “Not shown” is a difference within the spread of the seeds.`;
}

function offTargetText({ offTargetItems }: StudyOutput): string {
  return offTargetItems === 0
    ? "The rows name no tasks that the test set has none of: what an order costs elsewhere is not measured."
    : `${formatCount(offTargetItems)} rows of tasks that the test set has none of were kept from training. What an order gains on the target it may lose here.`;
}

function controls({ output, input }: Studied): string[] {
  const { tests, leftOut, seeds } = output;
  const left = [
    [leftOut.tooLong, `of more than ${formatCount(input.maxTokens)} tokens`],
    [leftOut.blank, "without an answer"],
    [leftOut.surplus, "for which no whole batch was left"],
  ] as const;
  const lines = left.flatMap(([rows, why]) => (rows === 0 ? [] : [`${formatCount(rows)} ${why}`]));
  return [
    `With each ${seeds > 1 ? "of the seeds" : "seed"} other test items select, other weights begin, and another random order and order of tasks are drawn; within a seed all trainings begin alike. Losses are taken on ${formatCount(tests.evaluated)} of the ${formatCount(tests.heldOut)} held-out test items. Nothing is tuned on them.`,
    `${formatPercent(tests.seenInTraining)} of the test items stand in the training data word for word, as short questions do.`,
    ...(lines.length === 0 ? [] : [`Left out are rows: ${lines.join(", ")}.`]),
  ];
}
