import { expect, test } from "vitest";
import { type ChoiceName, choiceNames } from "../../../shared/methods/implicit-prm/labels.ts";
import {
  accuracyOf,
  bestOfN,
  type Candidate,
  choose,
  sigmoid,
  sizesUpTo,
} from "../../../shared/methods/implicit-prm/voting.ts";

const candidate = (answer: string | null, right: boolean, min: number, sum: number): Candidate => ({
  ...{ answer, right, min, sum },
  votes: { min: sigmoid(min), sum: sigmoid(sum) },
});
/** Two of three say 4, which is wrong; the third says 5, and has the best smallest step. */
const three = [candidate("4", false, -3, 2), candidate("4", false, -4, 1), candidate("5", true, 0.5, 0.5)];

test("choices by hand", () => {
  const chosen = (name: ChoiceName) => three.indexOf(choose(three, name) ?? candidate(null, false, 0, 0));
  expect(Object.fromEntries(choiceNames.map((name) => [name, chosen(name)]))).toEqual({
    first: 0,
    majority: 0,
    min: 2,
    sum: 0,
    "weighted-min": 2, // sigma(-3) + sigma(-4) = .07 against sigma(.5) = .62
    "weighted-sum": 0, // sigma(2) + sigma(1) = 1.61 against .62
    oracle: 2,
  });
});

test("what has no answer has no vote, and a vote without any goes to the first", () => {
  const without = [candidate(null, true, 9, 9), candidate("7", false, 0, 0)];
  expect(choose(without, "majority")).toBe(without[1]);
  expect(choose(without, "weighted-sum")).toBe(without[1]);
  expect(choose(without, "min")).toBe(without[0]);
  expect(choose(without.slice(0, 1), "majority")).toBe(without[0]);
});

test("a tiny coefficient makes weighted votes plain ones", () => {
  const tiny = three.map(({ answer, right, min, sum }) => candidate(answer, right, 1e-9 * min, 1e-9 * sum));
  expect(choose(tiny, "weighted-min")).toBe(tiny[0]);
});

test("accuracy is on the first N; draws repeat, and have no spread where all problems are one", () => {
  const problems = [three, three];
  expect(accuracyOf(problems, "oracle")).toBe(1);
  const results = bestOfN(problems, [1, 3], { draws: 40, seed: 1 });
  const at = (n: number, method: ChoiceName) => results.find((one) => one.n === n && one.method === method);
  expect(at(1, "min")?.accuracy).toBe(0);
  expect(at(3, "min")).toEqual({ n: 3, method: "min", accuracy: 1, sd: 0 });
  expect(at(1, "min")?.sd).toBeGreaterThan(0.1);
  expect(bestOfN(problems, [1, 3], { draws: 40, seed: 1 })).toEqual(results);
});

test("N are powers of two up to the number of candidates, which is one too", () => {
  expect([1, 2, 4, 6, 16].map(sizesUpTo)).toEqual([[1], [1, 2], [1, 2, 4], [1, 2, 4, 6], [1, 2, 4, 8, 16]]);
});
