import { formatCount } from "../report/format.ts";
import type { Figure, Section } from "../report/page.ts";
import { type TrainingRun, trainingCurves } from "../report/training.ts";
import type { Finding } from "./finding.ts";

interface Seeded {
  readonly seeds: number;
}

/** What a plot of several variants says of their seeds: `bands` or `bars` show the spread. */
export function spreadSentence(variants: readonly Seeded[], shown: "bands" | "bars"): string {
  const most = Math.max(...variants.map((variant) => variant.seeds));
  return most > 1 ? `Mean of ${most} seeds; ${shown} are one standard deviation` : "One seed";
}

/** The findings, and what they are held against; no section where there are none. */
export function findingsSection(
  findings: readonly Finding[],
  variants: readonly Seeded[],
  claims = "A claim",
): Section[] {
  if (findings.length === 0) return [];
  const several = variants.every((variant) => variant.seeds > 1);
  const text = several
    ? `${claims} holds when the difference is larger than the standard deviations of both sides over the seeds, combined.`
    : "With one seed there is no spread to hold a difference against: each line below says what one run showed, no more.";
  return [
    {
      heading: "What this run shows",
      text: [text],
      verdicts: findings,
      ...(several ? {} : { verdictWords: ["Seen once", "Not seen"] as const }),
    },
  ];
}

export interface TrainingFigure {
  readonly title?: string;
  /** Sequences of a step, and tokens of a sequence. */
  readonly batch: number;
  readonly length?: number;
  /** Sentences that the caption ends in. */
  readonly more?: string;
  readonly runs: readonly TrainingRun[];
}

/** The loss on the training batches by step. */
export function trainingFigure({
  title = "Training loss",
  batch,
  length,
  more = "",
  runs,
}: TrainingFigure): Figure {
  const sequences = `${formatCount(batch)} sequences${length === undefined ? "" : ` of ${formatCount(length)} tokens`}`;
  const lines = runs.length > 1 ? "; a line for each training" : "";
  const shown = runs.map((run) => ({ ...run, points: afterTheFall(run.points) }));
  const from = Math.min(...shown.flatMap(({ points }) => points.map(({ step }) => step)));
  const cut = runs.some(({ points }) => (points[0]?.step ?? from) < from)
    ? ` From step ${formatCount(from)} on.`
    : "";
  return {
    id: "training-loss",
    caption: `Loss on the training batches, ${sequences} a step, averaged over neighbouring steps${lines}.${cut}${more}`,
    draw: ({ width, id }) =>
      trainingCurves({ id, width, title, loss: { label: "Training loss (nats per token)" }, runs: shown }),
  };
}

/** A curve without its first twentieth: the fall from chance would leave no room for the differences after it. */
function afterTheFall(points: TrainingRun["points"]): TrainingRun["points"] {
  const last = points.at(-1)?.step ?? 0;
  return points.length < 40 ? points : points.filter(({ step }) => step > last / 20);
}
