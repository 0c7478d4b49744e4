import type { MetaEvaluateInput } from "./input.ts";
import { verdicts } from "./judgement.ts";
import { isJudge, isTextMetric, type MetricName } from "./names.ts";

export interface Committee {
  readonly name: string;
  readonly members: readonly MetricName[];
}

/** The committees of a run: those that are asked for, or one of its traditional metrics and one of its judges. */
export function committeesOf(
  { committees, metrics }: Pick<MetaEvaluateInput, "committees" | "metrics">,
  available: readonly MetricName[],
): Committee[] {
  const asked = committees ?? [
    { name: "vote: traditional", members: metrics.filter(isTextMetric) },
    { name: "vote: judges", members: metrics.filter(isJudge) },
  ];
  return asked
    .map(({ name, members }) => ({ name, members: members.filter((member) => available.includes(member)) }))
    .filter(({ members }) => members.length >= (committees === undefined ? 3 : 2));
}

/**
 * The majority's verdict, members without one not voting; where two verdicts have as many votes, both are the same.
 * The difference is the share of votes for the first less that for the second, NaN where nobody votes.
 */
export function vote(members: readonly Uint8Array[], count: number) {
  const given = new Uint8Array(count);
  const differences = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const votes = [0, 0, 0];
    for (const member of members) {
      const verdict = member[row] ?? verdicts.none;
      if (verdict !== verdicts.none) votes[verdict] = (votes[verdict] ?? 0) + 1;
    }
    const [first = 0, second = 0, same = 0] = votes;
    const all = first + second + same;
    differences[row] = all === 0 ? Number.NaN : (first - second) / all;
    given[row] = all === 0 ? verdicts.none : majority(first, second, same);
  }
  return { verdicts: given, differences };
}

function majority(first: number, second: number, same: number): number {
  if (first > second && first > same) return verdicts.first;
  return second > first && second > same ? verdicts.second : verdicts.same;
}
