import { decomposeCholesky, quadraticForm } from "../../../../statistics/cholesky.ts";
import { type Dense, zeros } from "../../../../statistics/dense.ts";
import { chiSquaredUpper } from "../../../../statistics/distributions/chi-squared.ts";
import { meanRanks } from "../../ranks.ts";
import type { ChiSquaredTest, CoxFit } from "./cox.ts";
import type { CoxFrame } from "./cox-frame.ts";
import { kaplanMeier } from "./kaplan-meier.ts";
import { type RiskOrder, visitRiskSets } from "./risk-sets.ts";

/** The scale of time along which an effect may change: 1 - S(t) before t, ranks, time itself or its logarithm. */
export type TimeScale = "km" | "rank" | "identity" | "log";

export interface ProportionalHazards {
  readonly terms: readonly (ChiSquaredTest & { readonly term: string })[];
  readonly global: ChiSquaredTest;
}

/**
 * Whether the effects of a Cox model change along time: the score test of adding g(t) x, as `cox.zph` of R's
 * survival 3 has it (Grambsch and Therneau 1994 approximated its covariance; this does not). With U the sum over
 * events of g(t) (x - mean x) and I the information of (beta, theta), chi^2 = (0, U) I^-1 (0, U)^T.
 */
export function proportionalHazards(
  frame: CoxFrame,
  fit: CoxFit,
  scale: TimeScale = "km",
): ProportionalHazards {
  const { order, x, columns } = frame;
  const p = columns.length;
  const g = timesOf(order, scale);
  const score = new Float64Array(2 * p);
  const information = zeros(2 * p, 2 * p);
  visitRiskSets(order, x, fit.scaled, fit.ties, ({ time, covariates, mean, covariance }) => {
    const weight = g(time);
    for (let i = 0; i < p; i++) {
      score[p + i] = (score[p + i] ?? 0) + weight * ((covariates[i] ?? 0) - (mean[i] ?? 0));
      for (let j = 0; j < p; j++) addBlocks(information, i, j, covariance[i * p + j] ?? 0, weight);
    }
  });
  const test = (tested: readonly number[]) => scoreTest(score, information, p, tested);
  const terms = [...new Set(columns.map(({ term }) => term))];
  return {
    terms: terms.map((term) => ({
      term,
      ...test(columns.flatMap((column, at) => (column.term === term ? [at] : []))),
    })),
    global: test(columns.map((_, at) => at)),
  };
}

function addBlocks({ columns, values }: Dense, i: number, j: number, value: number, weight: number): void {
  const p = columns / 2;
  const add = (row: number, column: number, by: number) => {
    values[row * columns + column] = (values[row * columns + column] ?? 0) + by;
  };
  add(i, j, value);
  add(i, p + j, weight * value);
  add(p + i, j, weight * value);
  add(p + i, p + j, weight * weight * value);
}

/** Of the added columns `tested`, beside all of the model's own. */
function scoreTest(
  score: Float64Array,
  information: Dense,
  p: number,
  tested: readonly number[],
): ChiSquaredTest {
  const own = Array.from({ length: p }, (_, at) => at);
  const kept = [...own, ...tested.map((at) => p + at)];
  const size = kept.length;
  const values = kept.flatMap((i) => kept.map((j) => information.values[i * 2 * p + j] ?? 0));
  const cholesky = decomposeCholesky({ rows: size, columns: size, values: Float64Array.from(values) });
  const independent = decomposeCholesky(corner(information, p)).rank;
  const df = cholesky.rank - independent;
  const chiSquared = quadraticForm(
    cholesky,
    kept.map((at) => score[at] ?? 0),
  );
  return { chiSquared, df, p: df === 0 ? Number.NaN : chiSquaredUpper(chiSquared, df) };
}

function corner({ columns, values }: Dense, size: number): Dense {
  const made = zeros(size, size);
  for (let row = 0; row < size; row++) {
    made.values.set(values.subarray(row * columns, row * columns + size), row * size);
  }
  return made;
}

/** g(t), its mean over the events 0. */
function timesOf(order: RiskOrder, scale: TimeScale): (time: number) => number {
  const scaled = scaledTimes(order, scale);
  let [sum, count] = [0, 0];
  for (const [row, time] of order.times.entries()) {
    if (order.events[row] !== 1) continue;
    sum += scaled(time);
    count++;
  }
  return (time) => scaled(time) - sum / count;
}

function scaledTimes(order: RiskOrder, scale: TimeScale): (time: number) => number {
  if (scale === "identity") return (time) => time;
  if (scale === "log") return Math.log;
  if (scale === "rank") {
    const ranks = meanRanks(order.times);
    const rankOf = new Map(Array.from(order.times, (time, at) => [time, ranks[at] ?? 0]));
    return (time) => rankOf.get(time) ?? Number.NaN;
  }
  const [curve] = kaplanMeier(order);
  if (!curve) throw new RangeError("no survival curve without subjects");
  const before = new Map(
    Array.from(curve.times, (time, at) => [time, at === 0 ? 1 : (curve.survival[at - 1] ?? 1)]),
  );
  return (time) => 1 - (before.get(time) ?? Number.NaN);
}
