import { normalQuantile } from "../../../../statistics/distributions/normal.ts";
import { type Factor, membersOf } from "../../sample-sheet.ts";
import { type FollowUp, knownSubjects } from "./follow-up.ts";

/** How an interval about S is made: S +- z se, or the same for ln S or ln(-ln S). */
export type IntervalKind = "plain" | "log" | "log-log";

/** The Kaplan-Meier estimate of one group, at each time at which somebody left. */
export interface SurvivalCurve {
  /** Undefined for all subjects together. */
  readonly group?: string;
  readonly subjects: number;
  readonly events: number;
  readonly times: Float64Array;
  /** Those not yet gone at that time, those with the event then, those censored then. */
  readonly atRisk: Float64Array;
  readonly died: Float64Array;
  readonly censored: Float64Array;
  readonly survival: Float64Array;
  /** Greenwood's standard error of ln S. */
  readonly standardError: Float64Array;
  /** The interval; NaN where its scale has none, which is at S = 0, and for log-log at S = 1. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** When S falls to a half, and when the ends of its interval do; NaN where they never do. */
  readonly median: { readonly time: number; readonly low: number; readonly high: number };
}

export interface CurveOptions {
  readonly groups?: Factor;
  /** log-log unless given. */
  readonly interval?: IntervalKind;
  /** .95 unless given. */
  readonly confidence?: number;
}

/**
 * The survival of each group: S(t) = prod (1 - d/n) over the times up to t, as R's `survfit`. Throws a RangeError
 * where times or events cannot be, or there is no event.
 */
export function kaplanMeier(followUp: FollowUp, options: CurveOptions = {}): SurvivalCurve[] {
  const { groups, interval = "log-log", confidence = 0.95 } = options;
  const known = knownSubjects(followUp, groups);
  const z = normalQuantile((1 + confidence) / 2);
  const estimate = (subjects: readonly number[]) => withInterval(stepsOf(followUp, subjects), interval, z);
  if (!groups) return [estimate(known)];
  const among = new Set(known);
  return membersOf(groups).flatMap(({ level, samples }) => {
    const subjects = samples.filter((sample) => among.has(sample));
    return subjects.length === 0 ? [] : [{ group: level, ...estimate(subjects) }];
  });
}

type Steps = Omit<SurvivalCurve, "low" | "high" | "median">;

function stepsOf({ times, events }: FollowUp, subjects: readonly number[]): Steps {
  const ordered = subjects.toSorted((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
  const distinct = [...new Set(ordered.map((subject) => times[subject] ?? Number.NaN))];
  const column = () => new Float64Array(distinct.length);
  const [atRisk, died, censored, survival, standardError] = [
    column(),
    column(),
    column(),
    column(),
    column(),
  ];
  let [left, product, variance, from] = [ordered.length, 1, 0, 0];
  for (const [at, time] of distinct.entries()) {
    let [to, deaths] = [from, 0];
    for (; to < ordered.length && times[ordered[to] ?? 0] === time; to++)
      deaths += events[ordered[to] ?? 0] ?? 0;
    product *= (left - deaths) / left;
    if (deaths > 0) variance += deaths / (left * (left - deaths));
    atRisk[at] = left;
    died[at] = deaths;
    censored[at] = to - from - deaths;
    survival[at] = product;
    standardError[at] = Math.sqrt(variance);
    left -= to - from;
    from = to;
  }
  const total = died.reduce((sum, count) => sum + count, 0);
  const rows = { atRisk, died, censored, survival, standardError };
  return { subjects: ordered.length, events: total, times: Float64Array.from(distinct), ...rows };
}

function withInterval(steps: Steps, interval: IntervalKind, z: number): SurvivalCurve {
  const { survival, standardError, times } = steps;
  const end = (sign: 1 | -1) =>
    survival.map((s, at) => endOf(interval, s, sign * z * (standardError[at] ?? Number.NaN)));
  const [low, high] = [end(-1), end(1)];
  const median = {
    time: timeOfHalf(times, survival),
    low: timeOfHalf(times, low),
    high: timeOfHalf(times, high),
  };
  return { ...steps, low, high, median };
}

function endOf(interval: IntervalKind, s: number, by: number): number {
  if (interval === "plain") return Math.min(1, Math.max(0, s + s * by));
  if (s === 0) return Number.NaN;
  if (interval === "log") return Math.min(1, s * Math.exp(by));
  if (s === 1) return Number.NaN;
  return s ** Math.exp(by / Math.log(s));
}

/** The first time at which a curve is under a half; where it stays at a half for a while, the middle of that. */
function timeOfHalf(times: Float64Array, curve: Float64Array): number {
  const rounding = Math.sqrt(Number.EPSILON);
  const at = curve.findIndex((value) => value < 0.5 + rounding);
  const value = curve[at] ?? Number.NaN;
  const time = times[at] ?? Number.NaN;
  if (Math.abs(value - 0.5) >= rounding) return time;
  const under = curve.findIndex((later) => later < value);
  return under === -1 ? time : (time + (times[under] ?? Number.NaN)) / 2;
}

/** S(t), 1 before the first time. */
export function survivalAt({ times, survival }: SurvivalCurve, time: number): number {
  return survival[times.findLastIndex((step) => step <= time)] ?? 1;
}

/** How many are not gone before `time`: a risk table's number. */
export function atRiskAt({ times, atRisk }: SurvivalCurve, time: number): number {
  return atRisk[times.findIndex((step) => step >= time)] ?? 0;
}
