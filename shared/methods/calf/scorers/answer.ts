import type { Judgement } from "../judgement.ts";
import { higherIsBetter } from "../names.ts";
import type { Measure } from "../passes.ts";

/** An answer, and what it is held to. */
export interface Answer {
  readonly question: string;
  /** Empty where there is none. */
  readonly references: readonly string[];
  readonly answer: string;
}

/** Differences of the scores of both responses by a measure of single answers, positive where the first is better. */
export function differencesBy(measure: Measure<Answer>): Measure<Judgement> {
  const { columns } = measure;
  return {
    ...measure,
    async measure(judgements) {
      const answers = judgements.flatMap(({ question, reference, first, second }) =>
        [first, second].map((answer) => ({
          question,
          references: reference === undefined ? [] : [reference],
          answer,
        })),
      );
      const scored = await measure.measure(answers);
      const values = new Float64Array(judgements.length * columns.length);
      for (let at = 0; at < values.length; at++) {
        const pair = Math.floor(at / columns.length);
        const first = 2 * pair * columns.length + (at % columns.length);
        const second = first + columns.length;
        const sign = higherIsBetter(columns[at % columns.length] ?? "") ? 1 : -1;
        values[at] = sign * ((scored.values[first] ?? Number.NaN) - (scored.values[second] ?? Number.NaN));
      }
      return { ...scored, values };
    },
  };
}
