import type { Factor } from "../../sample-sheet.ts";
import { codesOf, type FollowUp, knownSubjects } from "./follow-up.ts";

/** Subjects stratum by stratum, those followed longest first, so that the risk sets grow. */
export interface RiskOrder {
  /** Places among all subjects. */
  readonly subjects: Int32Array;
  readonly times: Float64Array;
  readonly events: Float64Array;
  readonly strata: Int32Array;
}

/** The order of those who are known and for whom `isKnown`. */
export function riskOrder(
  followUp: FollowUp,
  strata: Factor | undefined,
  isKnown: (subject: number) => boolean,
): RiskOrder {
  const known = knownSubjects(followUp, strata);
  const stratumOf = new Map(Array.from(codesOf(strata, known), (code, at) => [known[at] ?? 0, code]));
  const { times, events } = followUp;
  const subjects = Int32Array.from(known)
    .sort(
      (a, b) =>
        (stratumOf.get(a) ?? 0) - (stratumOf.get(b) ?? 0) || (times[b] ?? 0) - (times[a] ?? 0) || a - b,
    )
    .filter(isKnown);
  return {
    subjects,
    times: Float64Array.from(subjects, (subject) => times[subject] ?? 0),
    events: Float64Array.from(subjects, (subject) => events[subject] ?? 0),
    strata: Int32Array.from(subjects, (subject) => stratumOf.get(subject) ?? 0),
  };
}

/** The order of those of its subjects that are kept. */
export function keepSubjects(
  { subjects, times, events, strata }: RiskOrder,
  isKept: (subject: number) => boolean,
): RiskOrder {
  const kept = (_: number, at: number) => isKept(subjects[at] ?? 0);
  return {
    subjects: subjects.filter(kept),
    times: times.filter(kept),
    events: events.filter(kept),
    strata: strata.filter(kept),
  };
}

/** How the order of events at one time counts: Efron averages over it, Breslow takes all against all. */
export type Ties = "efron" | "breslow";

/** One time at which d subjects of a stratum had the event; it and its vectors are reused from time to time. */
export interface RiskSet {
  readonly time: number;
  readonly deaths: number;
  /** Sums over those d: their linear predictors, and their covariates. */
  readonly predictors: number;
  readonly covariates: Float64Array;
  /** Sums over d risk sets: the logarithm of sum exp(x b), and the mean and covariance of x weighted by exp(x b). */
  readonly logRisk: number;
  readonly mean: Float64Array;
  /** [p, p], row-major. */
  readonly covariance: Float64Array;
}

/**
 * Visits the risk sets of a Cox model with covariates `x`, [subjects in risk order, p], and coefficients `beta`
 * (Therneau and Grambsch 2000, chapter 3): the terms of the partial likelihood and of its derivatives.
 */
export function visitRiskSets(
  { times, events, strata }: RiskOrder,
  x: Float64Array,
  beta: Float64Array,
  ties: Ties,
  visit: (set: RiskSet) => void,
): void {
  const p = beta.length;
  const predictors = predictorsOf(x, beta, times.length);
  const shift = predictors.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const all = momentsOf(p);
  const dying = momentsOf(p);
  const set = emptySet(p);
  for (let from = 0; from < times.length; ) {
    if (from > 0 && strata[from] !== strata[from - 1]) clear(all);
    const [time, stratum] = [times[from] ?? 0, strata[from]];
    let [deaths, sum] = [0, 0];
    for (; from < times.length && times[from] === time && strata[from] === stratum; from++) {
      const predictor = predictors[from] ?? 0;
      const died = events[from] === 1;
      addSubject(died ? dying : all, x, from * p, Math.exp(predictor - shift));
      if (!died) continue;
      if (deaths === 0) zero(set.covariates);
      deaths++;
      sum += predictor;
      for (let i = 0; i < p; i++) set.covariates[i] = (set.covariates[i] ?? 0) + (x[from * p + i] ?? 0);
    }
    if (deaths === 0) continue;
    set.time = time;
    set.deaths = deaths;
    set.predictors = sum;
    zero(set.mean);
    zero(set.covariance);
    const logRisk = ties === "efron" ? efron(all, dying, deaths, set) : breslow(all, dying, deaths, set);
    set.logRisk = logRisk + deaths * shift;
    visit(set);
    clear(dying);
  }
}

const emptySet = (p: number) => ({
  time: 0,
  deaths: 0,
  predictors: 0,
  logRisk: 0,
  covariates: new Float64Array(p),
  mean: new Float64Array(p),
  covariance: new Float64Array(p * p),
});

function predictorsOf(x: Float64Array, beta: Float64Array, rows: number): Float64Array {
  const p = beta.length;
  const made = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let i = 0; i < p; i++) sum += (beta[i] ?? 0) * (x[row * p + i] ?? 0);
    made[row] = sum;
  }
  return made;
}

/** Sums of exp(x b), x exp(x b) and x x^T exp(x b). */
interface Moments {
  risk: number;
  readonly first: Float64Array;
  /** [p, p], its lower triangle. */
  readonly second: Float64Array;
}

const momentsOf = (p: number): Moments => ({
  risk: 0,
  first: new Float64Array(p),
  second: new Float64Array(p * p),
});

function clear(moments: Moments): void {
  moments.risk = 0;
  zero(moments.first);
  zero(moments.second);
}

/** As `fill(0)`, which takes longer on a few numbers. */
function zero(values: Float64Array): void {
  for (let i = 0; i < values.length; i++) values[i] = 0;
}

function addSubject(moments: Moments, x: Float64Array, at: number, risk: number): void {
  const { first, second } = moments;
  const p = first.length;
  moments.risk += risk;
  for (let i = 0; i < p; i++) {
    const weighted = risk * (x[at + i] ?? 0);
    first[i] = (first[i] ?? 0) + weighted;
    for (let j = 0; j <= i; j++) second[i * p + j] = (second[i * p + j] ?? 0) + weighted * (x[at + j] ?? 0);
  }
}

type Sums = Pick<RiskSet, "mean" | "covariance">;

/** d risk sets: in the first of them all of the dying are whole, in the next a d-th less of each. Answers the sum of ln risk. */
function efron(all: Moments, dying: Moments, deaths: number, into: Sums): number {
  let logRisk = 0;
  for (let k = 0; k < deaths; k++) {
    addShare(all, dying, 1 / deaths);
    addMoments(all, 1, into);
    logRisk += Math.log(all.risk);
  }
  return logRisk;
}

function breslow(all: Moments, dying: Moments, deaths: number, into: Sums): number {
  addShare(all, dying, 1);
  addMoments(all, deaths, into);
  return deaths * Math.log(all.risk);
}

function addShare(into: Moments, from: Moments, share: number): void {
  into.risk += share * from.risk;
  for (let i = 0; i < from.first.length; i++)
    into.first[i] = (into.first[i] ?? 0) + share * (from.first[i] ?? 0);
  for (let i = 0; i < from.second.length; i++)
    into.second[i] = (into.second[i] ?? 0) + share * (from.second[i] ?? 0);
}

function addMoments({ risk, first, second }: Moments, times: number, { mean, covariance }: Sums): void {
  const p = first.length;
  for (let i = 0; i < p; i++) {
    const mi = (first[i] ?? 0) / risk;
    mean[i] = (mean[i] ?? 0) + times * mi;
    for (let j = 0; j <= i; j++) {
      const added = times * ((second[i * p + j] ?? 0) / risk - mi * ((first[j] ?? 0) / risk));
      covariance[i * p + j] = (covariance[i * p + j] ?? 0) + added;
      if (i !== j) covariance[j * p + i] = (covariance[j * p + i] ?? 0) + added;
    }
  }
}
