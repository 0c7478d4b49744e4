import { formatCount, formatPercent } from "../../../report/format.ts";
import type { Figure, Section } from "../../../report/page.ts";
import type { Cell, Table } from "../../../report/table.ts";
import {
  csvFile,
  type ReportFile,
  type RunFacts,
  runFacts,
  svgFile,
  withReport,
} from "../../report-files.ts";
import { citation } from "../citation.ts";
import type { Step } from "../execution/execute.ts";
import { mainComparison } from "../execution/main-comparison.ts";
import type { Input } from "../input.ts";
import type { Output } from "../output.ts";
import { differentialReading } from "../planner/readings.ts";
import type { Data } from "../read-data.ts";
import { registry } from "../registry.ts";
import { componentsFigure, heatMapFigure, qualityFigures, volcanoFigure } from "./group-figures.ts";
import { rerunScript } from "./rerun.ts";
import { safeTable } from "./safe-table.ts";
import { enrichmentFigures, networkFigure, overFigure, survivalFigure } from "./set-figures.ts";
import { type Shown, shownOf } from "./shown.ts";
import { contrastTable, enrichmentTable, overTable, resultTables, survivalTable } from "./tables.ts";
import { hypothesisVerdict, scoreNotes, scoreWords } from "./words.ts";

/** All that a report says. */
export interface Analysis {
  readonly run: RunFacts;
  readonly input: Input;
  readonly output: Output;
  readonly steps: readonly Step[];
  readonly data: Data;
}

const shownRows = 10;

/** The report, `analysis.json`, the results as CSV, the figures as SVG, and the script that runs it again. */
export function proteusReport(analysis: Analysis): ReportFile[] {
  const { run, input, output, steps, data } = analysis;
  const shown = shownOf(steps, data.study);
  const main = mainComparison(steps);
  const mainFigure = main && volcanoFigure(main);
  const sections = sectionsOf(analysis, shown);
  const figures = [...(mainFigure ? [mainFigure] : []), ...sections.flatMap(({ plots = [] }) => plots)];
  const files = [
    { name: "rerun.sh", type: "text/x-shellscript", body: rerunScript({ ...run, input }) },
    csvFile("hypotheses.csv", safeTable(hypothesisTable(output))),
    csvFile("steps.csv", safeTable(stepTable(output))),
    ...resultTables(steps).map(({ name, table }) => csvFile(name, safeTable(table))),
    ...figures.map(svgFile),
  ];
  const record = {
    name: "analysis.json",
    type: "application/json",
    body: `${JSON.stringify(output, null, 2)}\n`,
  };
  const report = {
    title: "Analysis of a table of proteins",
    summary: summaryOf(analysis, main),
    detail: output.conclusion,
    ...(mainFigure && { main: mainFigure }),
    facts: [
      ...runFacts(run, citation),
      { label: "Data", value: data.name },
      { label: "Proteins", value: formatCount(data.study.matrix.rows.length) },
      { label: "Samples", value: formatCount(data.study.matrix.columns.length) },
      { label: "Groups", value: data.study.sheet.groups?.levels.join(", ") ?? "none" },
      { label: "Planned by", value: output.planner.note },
      {
        label: "Steps",
        value: `${steps.filter(({ status }) => status === "done").length} done, ${output.revisions.length} ${output.revisions.length === 1 ? "revision" : "revisions"}`,
      },
    ],
    sections,
    input,
  };
  return [...withReport(report, files, output), record];
}

function summaryOf({ data, steps }: Analysis, main: Step | undefined): string {
  if (main !== undefined) return main.said;
  const described = steps.find(({ tool, status }) => tool === "describe" && status === "done");
  return (
    described?.said ??
    `${formatCount(data.study.matrix.rows.length)} proteins in ${formatCount(data.study.matrix.columns.length)} samples, without groups to compare.`
  );
}

function sectionsOf(analysis: Analysis, shown: Shown): Section[] {
  const { steps, output } = analysis;
  return [
    hypothesesSection(output),
    ...truthSection(output),
    qualitySection(analysis, shown),
    ...groupsSection(steps, shown),
    ...setsSection(analysis),
    ...survivalSection(steps),
    ...relationsSection(steps),
    ...controlSection(steps),
    workflowSection(output),
    ...evidenceSection(output),
    methodsSection(steps),
    { heading: "What was not assessed", text: output.notAssessed },
    againSection(),
  ].filter(
    (section) =>
      section.text !== undefined ||
      section.plots !== undefined ||
      section.tables !== undefined ||
      section.verdicts !== undefined,
  );
}

function hypothesesSection(output: Output): Section {
  const { hypotheses, conclusion, rejected } = output;
  const dismissed =
    rejected.length === 0
      ? []
      : [
          `${rejected.length} more were rejected, since a number or a name in them is no field of a result; analysis.json has them with the reasons.`,
        ];
  return {
    heading: "Hypotheses",
    text: [conclusion, ...dismissed],
    verdictWords: ["Supported", "Rejected"],
    verdicts: hypotheses.map(hypothesisVerdict),
    notes: hypotheses.length === 0 ? [] : scoreNotes,
  };
}

function truthSection({ truth }: Output): Section[] {
  if (truth === null) return [];
  const { spiked, found, claimed, falseClaims, falseShare, wrongDirection, hazards, enrichedSets } = truth;
  const rows: Cell[][] = [
    ["Spiked proteins that are hits of a contrast", `${found} of ${spiked}`],
    [
      "Hits that were not spiked",
      `${falseClaims} of ${claimed}${falseShare === null ? "" : ` (${formatPercent(falseShare, 1)})`}`,
    ],
    ["Hits of spiked proteins in the wrong direction", String(wrongDirection)],
    ...hazards.map(({ protein, found: seen }): Cell[] => [
      `Survival depends on ${protein}`,
      seen ? "found" : "not found",
    ]),
    ["Other proteins that are said to go with survival", String(truth.falseHazards)],
    ...enrichedSets.map(({ name, found: seen }): Cell[] => [
      `Set ${name} holds spiked proteins`,
      seen ? "found" : "not found",
    ]),
  ];
  return [
    {
      heading: "Against the truth of the generated study",
      text: ["The study was generated, so that what is in it is known. The analysis did not see this."],
      tables: [{ columns: [{ label: "What" }, { label: "Found" }], rows }],
    },
  ];
}

function qualitySection({ steps, data }: Analysis, shown: Shown): Section {
  const prepared = steps.filter(({ objective, status }) => objective === "quality" && status === "done");
  return {
    heading: "Data and quality",
    text: [...data.notes.map(({ text }) => text), ...prepared.map(({ title, said }) => `${title}. ${said}`)],
    plots: [...qualityFigures(shown), ...componentsFigure(shown)],
  };
}

function groupsSection(steps: readonly Step[], shown: Shown): Section[] {
  const main = mainComparison(steps);
  const described = saidBy(steps, ["describe"]);
  if (main?.value?.kind !== "differential")
    return described.length === 0 ? [] : [{ heading: "Differences between groups", text: described }];
  const { value } = main;
  return [
    {
      heading: "Differences between groups",
      text: [main.why, ...lopsided(main), ...saidBy(steps, ["compare-analyses"])],
      plots: heatMapFigure(shown, main),
      tables: value.differential.contrasts.map((_, at) => contrastTable(value, at, shownRows)),
      notes: [`The ${shownRows} most significant proteins of each contrast; the files have all.`],
    },
  ];
}

/** Hits that nearly all go one way may be those of the load: said where there are many. */
function lopsided({ summary }: Step): string[] {
  return differentialReading
    .parse(summary)
    .contrasts.flatMap(({ level, reference, hits, up, down }) =>
      hits >= 50 && Math.max(up, down) >= 0.9 * hits
        ? [
            `Of the ${formatCount(hits)} hits in ${level} against ${reference}, ${formatCount(Math.max(up, down))} go one way. Normalisation takes it that most proteins do not change; where that fails, as in pull-downs, so do these.`,
          ]
        : [],
    );
}

const saidBy = (steps: readonly Step[], tools: readonly string[]): string[] =>
  steps.filter(({ tool, status }) => status === "done" && tools.includes(tool)).map(({ said }) => said);

function setsSection({ steps, data, input }: Analysis): Section[] {
  const tools = ["gsea", "over-representation", "sample-enrichment", "kinase-activity"];
  const done = steps.filter(({ tool, status }) => status === "done" && tools.includes(tool));
  if (done.length === 0) return [];
  return [
    {
      heading: "Sets of proteins",
      text: done.map(({ said }) => said),
      plots: done.flatMap((step) => [
        ...enrichmentFigures(step, data.world, input.fdr),
        ...overFigure(step, input.fdr),
      ]),
      tables: done.flatMap(({ value, summary, title }): Table[] => {
        const caption = `${title}: ${String(summary?.contrast ?? "")}`;
        if (value?.kind === "enrichment") return [{ ...enrichmentTable(value, shownRows), caption }];
        return value?.kind === "overRepresentation" ? [{ ...overTable(value, shownRows), caption }] : [];
      }),
    },
  ];
}

function survivalSection(steps: readonly Step[]): Section[] {
  const tools = ["survival-screen", "survival-model", "survival-curves"];
  const done = steps.filter(({ tool, status }) => status === "done" && tools.includes(tool));
  if (done.length === 0) return [];
  return [
    {
      heading: "Survival",
      text: done.map(({ said }) => said),
      plots: done.flatMap(survivalFigure),
      tables: done.flatMap(({ value }) =>
        value?.kind === "survivalScreen" ? [survivalTable(value, shownRows)] : [],
      ),
    },
  ];
}

function relationsSection(steps: readonly Step[]): Section[] {
  const tools = ["network", "modules", "subtypes"];
  const done = steps.filter(({ tool, status }) => status === "done" && tools.includes(tool));
  if (done.length === 0) return [];
  const plots: Figure[] = done.flatMap(networkFigure);
  return [{ heading: "Networks, modules and kinds of samples", text: done.map(({ said }) => said), plots }];
}

function controlSection(steps: readonly Step[]): Section[] {
  const said = saidBy(steps, ["label-permutations"]);
  if (said.length === 0) return [];
  const expectation =
    "Labels that mean nothing should seldom lead to a claim; more than a tenth of the permutations would speak against the model.";
  return [{ heading: "Negative control", text: [...said, expectation] }];
}

function workflowSection({ objectives, revisions, steps }: Output): Section {
  return {
    heading: "Objectives and workflow",
    tables: [
      {
        caption: "Objectives",
        columns: [{ label: "Question" }, { label: "Why" }],
        rows: objectives.map(({ title, why }) => [title, why]),
      },
      {
        caption: "Steps: what each takes, and what became of it",
        columns: [{ label: "Step" }, { label: "Takes" }, { label: "State" }, { label: "Why" }],
        rows: steps.map(({ id, from, status, why, revision }) => [
          id,
          from.join(", "),
          revision === null ? status : `${status} (${revision})`,
          why,
        ]),
      },
      ...(revisions.length === 0
        ? []
        : [
            {
              caption: "Revisions",
              columns: [
                { label: "Revision" },
                { label: "After" },
                { label: "Reason" },
                { label: "Added" },
                { label: "Dropped" },
              ],
              rows: revisions.map(({ id, after, reason, added, dropped }): Cell[] => [
                id,
                after,
                reason,
                added.join(", ") || "–",
                dropped.join(", ") || "–",
              ]),
            },
          ]),
    ],
  };
}

function evidenceSection({ hypotheses }: Output): Section[] {
  if (hypotheses.length === 0) return [];
  return [
    {
      heading: "Evidence",
      text: [
        "The fields that each hypothesis rests on. A field is named by its step and its path in `results` of analysis.json.",
      ],
      tables: [
        {
          columns: [{ label: "Hypothesis" }, { label: "Step" }, { label: "Field" }, { label: "Value" }],
          rows: hypotheses.flatMap(({ id, evidence }) =>
            evidence.map(({ step, path, value }): Cell[] => [id, step, path, value]),
          ),
        },
      ],
    },
  ];
}

function methodsSection(steps: readonly Step[]): Section {
  return {
    heading: "Methods",
    text: ["What each step computes, with its parameters in full, so that it can be done by other means."],
    tables: [
      {
        columns: [{ label: "Step" }, { label: "What is computed" }, { label: "Parameters" }],
        rows: steps
          .filter(({ status }) => status === "done")
          .map(({ id, tool, args }) => [id, registry.get(tool)?.formula(args) ?? "", parameters(tool, args)]),
      },
    ],
  };
}

/** Arguments with the defaults that were taken, in words. */
function parameters(tool: string, args: object): string {
  const whole = registry.get(tool)?.args.parse(args) ?? args;
  const said = Object.entries(whole).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return said.join("; ") || "none";
}

function againSection(): Section {
  return {
    heading: "To run it again",
    text: [
      "rerun.sh among the files is the call with the whole input and seed; the same input, data and seed give the same figures. The data sets are named by their ids in it.",
      "Within a run a step is known by the hash of its tool, its arguments and what it takes (steps.csv): where none of these changed, it is not computed again.",
    ],
  };
}

function stepTable({ steps }: Output): Table {
  return {
    columns: ["Step", "Tool", "Takes", "Arguments", "Why", "State", "Said", "Revision", "Hash"].map(
      (label) => ({ label }),
    ),
    rows: steps.map((step): Cell[] => [
      step.id,
      step.tool,
      step.from.join(" "),
      JSON.stringify(step.args),
      step.why,
      step.status,
      step.said,
      step.revision,
      step.hash,
    ]),
  };
}

function hypothesisTable({ hypotheses }: Output): Table {
  const labels = [
    "Id",
    "Hypothesis",
    "Reliability",
    "Logical coherence",
    "Literature alignment",
    "Novelty",
    "Evaluability",
    "Evidence",
    "By",
  ];
  return {
    columns: labels.map((label) => ({ label })),
    rows: hypotheses.map(({ id, text, scores, evidence, provenance }): Cell[] => [
      id,
      text,
      ...[
        scores.reliability,
        scores.logicalCoherence,
        scores.literatureAlignment,
        scores.novelty,
        scores.evaluability,
      ].map(scoreWords),
      evidence.map(({ step, path, value }) => `${step}/${path}=${value}`).join(" "),
      provenance.by === "rule" ? `rule: ${provenance.rule}` : `model: ${provenance.model}`,
    ]),
  };
}
