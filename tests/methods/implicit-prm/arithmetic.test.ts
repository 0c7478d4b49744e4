import { expect, test } from "vitest";
import { createRandom } from "../../../shared/lm/random.ts";
import {
  answerOf,
  createTutor,
  drawProblem,
  mistakes,
  problemLength,
  rightSteps,
  solutionAnswer,
  solutionLength,
  tutorSolution,
} from "../../../shared/methods/implicit-prm/arithmetic.ts";

const problem = "3+491705\n";
const solution = "4=7\n9=6\n1=7\n7=4\n0=4\n5=9\n";

test("a solution by hand, and mistakes in it", () => {
  expect([answerOf(problem), solutionAnswer(solution)]).toEqual(["9", "9"]);
  expect(rightSteps(problem, solution)).toEqual([true, true, true, true, true, true]);
  const undone = "4=7\n9=5\n1=6\n7=3\n0=4\n5=9\n"; // 7 + 9 is not 5, 3 + 0 is not 4: the answer is right
  expect(solutionAnswer(undone)).toBe("9");
  expect(rightSteps(problem, undone)).toEqual([true, false, true, true, false, true]);
  expect(rightSteps(problem, "4=7\n8=5\nx\n7=4\n")).toEqual([true, false, false, false]);
  expect(
    ["4=7\n", solution.slice(0, -1), `${solution}1=0\n`, solution.replace("5=9", "5=?")].map(solutionAnswer),
  ).toEqual([...[null, null, null, null]]);
});

test.each(mistakes)(
  "the tutor is right as often as it is sure, a fifth of the sums less; mistakes: %s",
  (kind) => {
    const random = createRandom(1, "test");
    const tutor = createTutor(random, kind);
    const written = new Map<number, Set<number>>(); // what is written for each unsure sum, by mistake
    expect(tutor.hard.filter((hard) => hard)).toHaveLength(20);
    const right = { hard: [0, 0], easy: [0, 0] };
    for (let i = 0; i < 2000; i++) {
      const given = drawProblem(random);
      const solution = tutorSolution(tutor, given, random);
      expect([given.length, solution.length]).toEqual([problemLength, solutionLength]);
      const sums = [given[0], ...solution.split("\n").map((line) => line[2])].map(Number);
      for (const [at, is] of rightSteps(given, solution).entries()) {
        const cell = 10 * (sums[at] ?? 0) + Number(solution[4 * at]);
        if (!is && tutor.hard[cell] === true)
          written.set(cell, (written.get(cell) ?? new Set()).add(sums[at + 1] ?? 0));
        const count = tutor.hard[cell] === true ? right.hard : right.easy;
        count[0] = (count[0] ?? 0) + Number(is);
        count[1] = (count[1] ?? 0) + 1;
      }
    }
    const share = ([hits = 0, all = 1]: number[]) => hits / all;
    expect(share(right.hard)).toBeCloseTo(0.4, 1);
    expect(share(right.easy)).toBeCloseTo(0.99, 2);
    expect(written.size).toBe(20);
    for (const digits of written.values()) {
      if (kind === "same") expect(digits.size).toBe(1);
      else expect(digits.size).toBeGreaterThan(5);
    }
  },
);
