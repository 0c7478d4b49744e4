/** What is said of two responses: the first is better, the second is, both are the same, or nothing that counts. */
export const verdicts = { first: 0, second: 1, same: 2, none: 3 } as const;
export type Verdict = (typeof verdicts)[Exclude<keyof typeof verdicts, "none">];

/** Pairs that are not judged, but show what a text that addresses the judge does to a metric. */
export const probeNames = ["instruction", "shuffled"] as const;
export type Probe = (typeof probeNames)[number];

/** Two responses to a question, and which of them people prefer. */
export interface Judgement {
  /** Its place among the judgements of a run. */
  readonly index: number;
  /** With its context, where it has one. */
  readonly question: string;
  readonly reference?: string | undefined;
  readonly first: string;
  readonly second: string;
  readonly label: Verdict;
  /** Who is compared with whom; empty where the data do not say. */
  readonly setting: string;
  readonly probe?: Probe;
}

/** The verdict of a difference of scores, first minus second; one within the margin is a tie, and NaN says nothing. */
export function verdictOf(difference: number, margin = 0): Verdict | typeof verdicts.none {
  if (Number.isNaN(difference)) return verdicts.none;
  if (Math.abs(difference) <= margin) return verdicts.same;
  return difference > 0 ? verdicts.first : verdicts.second;
}
