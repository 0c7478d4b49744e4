import { meanSd } from "../../measured.ts";
import type { Scores } from "./answers.ts";
import type { StudyOrder } from "./input.ts";
import type { OrderStudied, SubsetStudied } from "./output.ts";
import { armOf, type Job } from "./plan.ts";
import { earlySteps, meanUnder } from "./schedule.ts";
import type { LossAt, Trial } from "./state.ts";

/** A finished training and what it was. */
export interface Done {
  readonly job: Job;
  readonly trial: Trial;
  /** Of its answers; undefined where none were asked for. */
  readonly scores: Scores | undefined;
}

/** One training's figures, in nats per token. */
export interface ArmFigures {
  readonly seed: number;
  readonly early: number;
  readonly end: number;
  readonly selecting: number;
  readonly offTargetEarly: number | null;
  readonly offTargetEnd: number | null;
}

/** Figures of the trainings by the name of the order or subset, in order of their seeds. */
export function figuresByArm(
  done: readonly Done[],
  steps: number,
): ReadonlyMap<string, readonly ArmFigures[]> {
  const groups = Map.groupBy(done, ({ job }) => armOf(job));
  return new Map([...groups].map(([arm, members]) => [arm, members.map((one) => figuresOf(one, steps))]));
}

function figuresOf({ job, trial: { points, selecting } }: Done, steps: number): ArmFigures {
  const until = earlySteps(steps);
  const last = points.at(-1);
  const early = (value: (point: LossAt) => number) =>
    meanUnder(
      points.map((point) => ({ x: point.step, y: value(point) })),
      until,
    );
  const judged = last?.offTarget != null;
  return {
    seed: job.seed,
    early: early(({ target }) => target),
    end: last?.target ?? Number.NaN,
    selecting,
    offTargetEarly: judged ? early(({ offTarget }) => offTarget ?? Number.NaN) : null,
    offTargetEnd: last?.offTarget ?? null,
  };
}

const spreadOrNull = (values: readonly (number | null)[]) => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : meanSd(known);
};

const scoresIn = (done: readonly Done[]) => ({
  exactMatch: spreadOrNull(done.map(({ scores }) => scores?.exactMatch ?? null)),
  rougeL: spreadOrNull(done.map(({ scores }) => scores?.rougeL ?? null)),
});

/** Every order over its seeds. */
export function ordersStudied(
  done: readonly Done[],
  names: readonly StudyOrder[],
  steps: number,
): OrderStudied[] {
  const figures = figuresByArm(done, steps);
  return names.map((name) => {
    const own = done.filter(({ job }) => job.kind === "order" && job.name === name);
    const all = figures.get(name) ?? [];
    const points = own[0]?.trial.points ?? [];
    const along = (value: (point: LossAt) => number | null) =>
      points.map(({ step }, at) => ({
        fraction: step / steps,
        ...meanSd(own.map(({ trial }) => value(trial.points[at] ?? noPoint) ?? Number.NaN)),
      }));
    return {
      name,
      loss: along(({ target }) => target),
      offTarget: points[0]?.offTarget == null ? null : along(({ offTarget }) => offTarget),
      early: meanSd(all.map(({ early }) => early)),
      end: meanSd(all.map(({ end }) => end)),
      endSelecting: meanSd(all.map(({ selecting }) => selecting)),
      offTargetEarly: spreadOrNull(all.map(({ offTargetEarly }) => offTargetEarly)),
      offTargetEnd: spreadOrNull(all.map(({ offTargetEnd }) => offTargetEnd)),
      ...scoresIn(own),
      model: own.find(({ trial }) => trial.model !== undefined)?.trial.model ?? "",
    };
  });
}
const noPoint: LossAt = { step: 0, target: Number.NaN, offTarget: null };

/** Every subset over its seeds. */
export function subsetsStudied(
  done: readonly Done[],
  { batch, passes }: { readonly batch: number; readonly passes: number },
): SubsetStudied[] {
  const own = done.filter(({ job }) => job.kind === "subset");
  return [...Map.groupBy(own, ({ job }) => armOf(job)).values()].flatMap((members) => {
    const [first] = members;
    if (first?.job.kind !== "subset") return [];
    const ends = members.map(({ trial }) => trial.points.at(-1) ?? noPoint);
    const { share, name } = first.job;
    const steps = ends[0]?.step ?? 0;
    return [
      {
        ...{ share, name, steps, items: (steps * batch) / passes },
        loss: meanSd(ends.map(({ target }) => target)),
        offTarget: spreadOrNull(ends.map(({ offTarget }) => offTarget)),
        ...scoresIn(members),
      },
    ];
  });
}
