import { type Drawing, drawQuestions } from "../agreement/bootstrap.ts";
import type { AnswerFacts } from "./source.ts";

/** Means over the answers of each system in draws of the questions: [draw][system * columns + column], NaN of none. */
export async function resampleSystems(
  { questions, questionCount, systems, systemNames }: AnswerFacts,
  columns: readonly Float64Array[],
  { draws, seed, breathe }: Drawing,
): Promise<Float64Array[]> {
  const size = systemNames.length * columns.length;
  const times = new Int32Array(questionCount);
  const drawn: Float64Array[] = [];
  for (let draw = 0; draw < draws; draw++) {
    if (draw % 16 === 0) await breathe();
    drawQuestions(times, seed, draw);
    const [sums, counts] = [new Float64Array(size), new Float64Array(size)];
    for (let row = 0; row < questions.length; row++) {
      const weight = times[questions[row] ?? 0] ?? 0;
      if (weight === 0) continue;
      const from = (systems[row] ?? 0) * columns.length;
      for (let column = 0; column < columns.length; column++) {
        const value = columns[column]?.[row] ?? Number.NaN;
        if (Number.isNaN(value)) continue;
        sums[from + column] = (sums[from + column] ?? 0) + weight * value;
        counts[from + column] = (counts[from + column] ?? 0) + weight;
      }
    }
    drawn.push(sums.map((sum, at) => sum / (counts[at] ?? 0)));
  }
  return drawn;
}

/** The mean score of each system on each question, [question * systems + system], NaN where it has no answer. */
export function byQuestion(
  { questions, questionCount, systems, systemNames }: AnswerFacts,
  scores: Float64Array,
): Float64Array {
  const width = systemNames.length;
  const [sums, counts] = [new Float64Array(questionCount * width), new Float64Array(questionCount * width)];
  for (const [row, score] of scores.entries()) {
    if (Number.isNaN(score)) continue;
    const place = (questions[row] ?? 0) * width + (systems[row] ?? 0);
    sums[place] = (sums[place] ?? 0) + score;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return sums.map((sum, place) => sum / (counts[place] ?? 0));
}

/** One system against another on the questions that both answer. */
export interface Duel {
  readonly questions: Int32Array;
  /** By question: 1 where the first scores higher, .5 where both are equal. */
  readonly won: Float64Array;
}

/** The outcome of two systems, `sign` being -1 where a lower score is better. */
export function duelOf(
  table: Float64Array,
  width: number,
  [a, b]: readonly [number, number],
  sign: number,
): Duel {
  const questions: number[] = [];
  const won: number[] = [];
  for (let question = 0; question * width < table.length; question++) {
    const by = sign * ((table[question * width + a] ?? 0) - (table[question * width + b] ?? 0));
    if (Number.isNaN(by)) continue;
    questions.push(question);
    won.push(by > 0 ? 1 : by < 0 ? 0 : 0.5);
  }
  return { questions: Int32Array.from(questions), won: Float64Array.from(won) };
}

/** The first system's rate of wins in each draw of the questions; NaN where a draw has none that both answer. */
export async function resampleDuels(
  duels: readonly Duel[],
  questionCount: number,
  { draws, seed, breathe }: Drawing,
): Promise<Float64Array[]> {
  const times = new Int32Array(questionCount);
  const rates = duels.map(() => new Float64Array(draws));
  for (let draw = 0; draw < draws; draw++) {
    if (draw % 16 === 0) await breathe();
    drawQuestions(times, seed, draw);
    for (const [at, { questions, won }] of duels.entries()) {
      let [sum, count] = [0, 0];
      for (let place = 0; place < questions.length; place++) {
        const weight = times[questions[place] ?? 0] ?? 0;
        sum += weight * (won[place] ?? 0);
        count += weight;
      }
      const own = rates[at];
      if (own !== undefined) own[draw] = sum / count;
    }
  }
  return rates;
}
