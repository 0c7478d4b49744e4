import type { Random } from "../../lm/random.ts";

/**
 * Running sums modulo 10, a task whose every step can be checked. A problem gives a first digit and six more; a
 * solution has a line for each of these, the digit and the sum so far: `3+491705` is answered `4=7`, `9=6`, `1=7`,
 * `7=4`, `0=4`, `5=9`.
 *
 * Solutions to learn from are written by a tutor who is sure of most sums of two digits, and unsure of a fixed fifth of
 * the 100: those come out right with probability 0.4, else always as the same wrong digit, or as any other. What is
 * written next goes on from what was written, so that a mistake can be undone by another.
 */
export const addends = 6;

/** Share of the 100 sums that the tutor is unsure of, and how often each kind comes out right. */
const hardShare = 0.2;
const rightIfHard = 0.4;
const rightIfEasy = 0.99;

/** Characters of a problem and of a whole solution. */
export const problemLength = addends + 3;
export const solutionLength = 4 * addends;

/**
 * What a tutor writes where unsure and wrong: always the same digit, which is then likelier than the right one, or any
 * other, each of which is then rarer than it.
 */
export const mistakes = ["same", "any"] as const;
export type Mistakes = (typeof mistakes)[number];

export interface Tutor {
  /** Whether the tutor is unsure of a + b, at 10 a + b. */
  readonly hard: readonly boolean[];
  /** What is added to an unsure sum by mistake, 1 to 9, where it is always the same. */
  readonly off?: readonly number[];
}

export function createTutor(random: Random, kind: Mistakes): Tutor {
  const cells = random.shuffle(Array.from({ length: 100 }, (_, cell) => cell));
  const unsure = new Set(cells.slice(0, hardShare * 100));
  const hard = Array.from({ length: 100 }, (_, cell) => unsure.has(cell));
  return kind === "any" ? { hard } : { hard, off: hard.map(() => 1 + random.integer(9)) };
}

/** A problem, each equally likely: `3+491705` and a line feed. */
export function drawProblem(random: Random): string {
  const digits = Array.from({ length: addends + 1 }, () => random.integer(10));
  return `${digits[0]}+${digits.slice(1).join("")}\n`;
}

/** First digit and addends of a problem. */
function digitsOf(problem: string): readonly [number, number[]] {
  const digits = (problem.match(/\d/g) ?? []).map(Number);
  return [digits[0] ?? 0, digits.slice(1)];
}

/** A solution by the tutor. */
export function tutorSolution({ hard, off }: Tutor, problem: string, random: Random): string {
  const [first, more] = digitsOf(problem);
  let sum = first;
  return more
    .map((digit) => {
      const cell = 10 * sum + digit;
      const knows = random.uniform() < (hard[cell] === true ? rightIfHard : rightIfEasy);
      const wrongBy = () => (hard[cell] === true ? off?.[cell] : undefined) ?? 1 + random.integer(9);
      sum = (sum + digit + (knows ? 0 : wrongBy())) % 10;
      return `${digit}=${sum}\n`;
    })
    .join("");
}

/** The right answer: the sum modulo 10. */
export function answerOf(problem: string): string {
  const [first, more] = digitsOf(problem);
  return String(more.reduce((sum, digit) => sum + digit, first) % 10);
}

/** What a solution says last; null where it is not whole. */
export function solutionAnswer(solution: string): string | null {
  const lines = solution.split("\n");
  const last = /^\d=(\d)$/.exec(lines[addends - 1] ?? "");
  return lines.length === addends + 1 && last !== null ? (last[1] ?? null) : null;
}

/** Whether each line follows from the problem and the line before it, as that was written. */
export function rightSteps(problem: string, solution: string): boolean[] {
  const [first, more] = digitsOf(problem);
  const lines = solution.split("\n").filter((line) => line !== "");
  let before = first;
  return lines.map((line, at) => {
    const expected = `${more[at]}=${(before + (more[at] ?? 0)) % 10}`;
    before = Number(/=(\d)$/.exec(line)?.[1] ?? Number.NaN);
    return line === expected;
  });
}
