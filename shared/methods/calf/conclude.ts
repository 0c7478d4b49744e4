import type { RunContext } from "../contract.ts";
import { meanSd } from "../measured.ts";
import { type Breathe, breathing } from "./breathe.ts";
import { correlations, type Evaluated, evaluate } from "./evaluate.ts";
import type { Facts } from "./facts.ts";
import { metaFindings } from "./findings.ts";
import type { MetaEvaluateInput } from "./input.ts";
import { type Panel, panelOf } from "./judged.ts";
import { judgeFigures } from "./judges/figures.ts";
import type { MetricName } from "./names.ts";
import type { MetaEvaluateOutput, MetricFigures } from "./output.ts";
import type { PassState } from "./passes.ts";
import { probeFigures } from "./probes.ts";
import { metaReport } from "./report/meta-report.ts";
import type { Skipped } from "./scorers/model-passes.ts";

export interface Concluding {
  readonly input: MetaEvaluateInput;
  readonly ctx: RunContext;
  readonly source: string;
  readonly facts: Facts;
  readonly available: readonly MetricName[];
  readonly skipped: readonly Skipped[];
  readonly state: PassState;
}

/** Holds the verdicts against people's labels, and writes what comes of it. */
export async function conclude(concluding: Concluding): Promise<MetaEvaluateOutput> {
  const { input, ctx, facts, available, state } = concluding;
  ctx.progress(0.9, "drawing the questions");
  const breathe = breathing(ctx.signal);
  const panel = await panelOf(input, facts, available, state, { seed: ctx.seed, breathe });
  const output = await outputOf(concluding, panel, breathe);
  for (const { name, accuracy } of output.ranking) ctx.metric("accuracy", 0, accuracy, { metric: name });
  ctx.progress(0.97, "writing the report");
  const run = { runId: ctx.runId, seed: ctx.seed };
  const files = metaReport({ run, input, output, facts, panel });
  for (const { name, body, type } of files) await ctx.artifact(name, body, type);
  return output;
}

async function outputOf(
  { input, ctx, source, facts, available, skipped, state }: Concluding,
  panel: Panel,
  breathe: Breathe,
): Promise<MetaEvaluateOutput> {
  const { rows, judged } = panel;
  const options = { draws: input.draws, confidence: input.confidence, seed: ctx.seed, breathe };
  const { evaluated, ranks } = await evaluate(facts, judged, rows, options);
  const labelled = (label: number) => rows.filter((row) => facts.labels[row] === label).length;
  const probes = probeFigures(judged, facts, state, options);
  const metrics = evaluated.map((one) => figuresOf(one, facts.settingNames));
  return {
    task: "meta-evaluate",
    source,
    judgements: rows.length,
    questions: new Set(rows.map((row) => facts.questions[row] ?? 0)).size,
    settings: settingsOf(metrics),
    labels: { first: labelled(0), second: labelled(1), same: labelled(2) },
    sidesDrawn: facts.sidesDrawn,
    leftOut: { ...facts.leftOut, development: panel.development.length },
    metrics,
    ranking: ranks.map(({ metric: { name, kind }, rank }) => ({
      ...{ name, kind, ...rank },
      accuracy: accuracyOf(metrics, name),
    })),
    correlation: await correlationOf(judged, rows, input, breathe),
    learned: learnedOf(panel, input),
    probes,
    committees: panel.committees.map(({ name, members }) => ({ name, members: [...members] })),
    judges: judgeFigures(ctx, state, available),
    skipped: [...skipped, ...panel.skipped],
    findings: metaFindings({ metrics, constructed: input.dataset === undefined }),
  };
}

function figuresOf(
  { metric, setting, agreement, low, high, overBaseline }: Evaluated,
  names: readonly string[],
) {
  const known = (value: number) => (Number.isNaN(value) ? null : value);
  const { name, kind, margin } = metric;
  return {
    ...{ name, kind, setting: setting === -1 ? "all" : (names[setting] ?? ""), ...agreement, margin },
    ...{ low: known(low), high: known(high) },
    overBaseline:
      overBaseline === undefined
        ? null
        : { ...overBaseline, low: known(overBaseline.low), high: known(overBaseline.high) },
  };
}

/** The settings that figures are given of. */
const settingsOf = (metrics: readonly MetricFigures[]) =>
  [...new Map(metrics.map(({ setting, judgements }) => [setting, judgements]))]
    .filter(([name]) => name !== "all")
    .map(([name, judgements]) => ({ name, judgements }));

const accuracyOf = (metrics: readonly MetricFigures[], name: string): number =>
  metrics.find((one) => one.name === name && one.setting === "all")?.accuracy ?? 0;

async function correlationOf(
  judged: Panel["judged"],
  rows: Int32Array,
  { correlation }: MetaEvaluateInput,
  breathe: Breathe,
) {
  const { names, values } = await correlations(judged, rows, { coefficient: correlation, breathe });
  const known = values.map((line) => line.map((value) => (Number.isNaN(value) ? null : value)));
  return { coefficient: correlation, names, values: known };
}

function learnedOf({ learned }: Panel, { folds }: MetaEvaluateInput): MetaEvaluateOutput["learned"] {
  if (learned === undefined) return null;
  const { features, fitted } = learned;
  const over = (of: (model: (typeof fitted.models)[number]) => number) => meanSd(fitted.models.map(of));
  return {
    folds,
    weights: features.map((feature, at) => ({ feature, ...over(({ weights }) => weights[at] ?? 0) })),
    cut: over(({ cut }) => cut),
  };
}
