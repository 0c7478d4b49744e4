import { decomposeCholesky, quadraticForm } from "../../../../statistics/cholesky.ts";
import { zeros } from "../../../../statistics/dense.ts";
import { chiSquaredUpper } from "../../../../statistics/distributions/chi-squared.ts";
import type { Factor } from "../../sample-sheet.ts";
import { codesOf, type FollowUp, knownSubjects } from "./follow-up.ts";

export interface LogRank {
  readonly groups: readonly {
    readonly level: string;
    readonly subjects: number;
    readonly observed: number;
    /** Events, were the hazard the same in all groups. */
    readonly expected: number;
  }[];
  readonly chiSquared: number;
  readonly df: number;
  readonly p: number;
}

/**
 * The log-rank test of whether groups differ in survival, within strata where they are given (R's `survdiff`):
 * observed less expected events of all groups but one against their hypergeometric covariance. Throws a RangeError
 * where fewer than two groups are at risk at any event, or times and events cannot be.
 */
export function logRank(followUp: FollowUp, groups: Factor, strata?: Factor): LogRank {
  const subjects = knownSubjects(followUp, groups, strata);
  const codes = codesOf(groups, subjects);
  const k = groups.levels.length;
  const sums = { observed: new Float64Array(k), expected: new Float64Array(k), covariance: zeros(k, k) };
  const stratumOf = codesOf(strata, subjects);
  for (const stratum of new Set(stratumOf)) {
    const rows = subjects.flatMap((subject, at) =>
      stratumOf[at] === stratum
        ? [
            {
              time: followUp.times[subject] ?? 0,
              event: followUp.events[subject] ?? 0,
              group: codes[at] ?? 0,
            },
          ]
        : [],
    );
    addStratum(sums, rows);
  }
  const { observed, expected, covariance } = sums;
  const tested = groups.levels.flatMap((_, at) => ((expected[at] ?? 0) > 0 ? [at] : []));
  if (tested.length < 2)
    throw new RangeError(`fewer than two groups of ${groups.name} are at risk at any event`);
  const rest = tested.slice(1);
  const left = rest.map((at) => (observed[at] ?? 0) - (expected[at] ?? 0));
  const spread = Float64Array.from(rest.flatMap((i) => rest.map((j) => covariance.values[i * k + j] ?? 0)));
  const size = rest.length;
  const chiSquared = quadraticForm(decomposeCholesky({ rows: size, columns: size, values: spread }), left);
  return {
    groups: groups.levels.map((level, at) => ({
      level,
      subjects: codes.filter((code) => code === at).length,
      observed: observed[at] ?? 0,
      expected: expected[at] ?? 0,
    })),
    chiSquared,
    df: size,
    p: chiSquaredUpper(chiSquared, size),
  };
}

interface Sums {
  readonly observed: Float64Array;
  readonly expected: Float64Array;
  readonly covariance: ReturnType<typeof zeros>;
}

function addStratum(
  { observed, expected, covariance }: Sums,
  rows: { readonly time: number; readonly event: number; readonly group: number }[],
): void {
  rows.sort((a, b) => b.time - a.time);
  const k = observed.length;
  const atRisk = new Float64Array(k);
  for (let from = 0; from < rows.length; ) {
    const time = rows[from]?.time;
    let deaths = 0;
    for (; from < rows.length && rows[from]?.time === time; from++) {
      const { event = 0, group = 0 } = rows[from] ?? {};
      atRisk[group] = (atRisk[group] ?? 0) + 1;
      observed[group] = (observed[group] ?? 0) + event;
      deaths += event;
    }
    if (deaths === 0) continue;
    for (let i = 0; i < k; i++) {
      const share = (atRisk[i] ?? 0) / from;
      expected[i] = (expected[i] ?? 0) + deaths * share;
      // The last subject alone leaves nothing to chance.
      const scale = from > 1 ? (deaths * (from - deaths)) / (from - 1) : 0;
      for (let j = 0; j < k; j++) {
        const at = i * k + j;
        const both = share * ((i === j ? 1 : 0) - (atRisk[j] ?? 0) / from);
        covariance.values[at] = (covariance.values[at] ?? 0) + scale * both;
      }
    }
  }
}
