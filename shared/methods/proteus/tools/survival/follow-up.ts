import type { Factor } from "../../sample-sheet.ts";

/** How long each subject was followed, and whether the event ended it (1) or not (0); NaN where unknown. */
export interface FollowUp {
  readonly times: Float64Array;
  readonly events: Float64Array;
}

/**
 * The subjects whose time and event are known and whose factors all have a level. Throws a RangeError on a time
 * that is negative or infinite, an event that is neither 0 nor 1, and where there is no event at all.
 */
export function knownSubjects(
  { times, events }: FollowUp,
  ...factors: readonly (Factor | undefined)[]
): number[] {
  const known: number[] = [];
  for (const [subject, time] of times.entries()) {
    const event = events[subject] ?? Number.NaN;
    if (Number.isNaN(time) || Number.isNaN(event)) continue;
    if (!(time >= 0 && time < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`subject ${subject} was followed for ${time}`);
    }
    if (event !== 0 && event !== 1)
      throw new RangeError(`the event of subject ${subject} is ${event}, not 0 or 1`);
    if (factors.every((factor) => !factor || (factor.values[subject] ?? "") !== "")) known.push(subject);
  }
  if (!known.some((subject) => events[subject] === 1)) {
    throw new RangeError(`no event among ${known.length} subjects: there is nothing to compare`);
  }
  return known;
}

/** The number of each subject's level among the levels; 0 for all without a factor. */
export const codesOf = (factor: Factor | undefined, subjects: readonly number[]): Int32Array =>
  Int32Array.from(subjects, (subject) => (factor ? factor.levels.indexOf(factor.values[subject] ?? "") : 0));
