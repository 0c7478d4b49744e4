import { describe, expect, test } from "vitest";
import { byteTokenizer } from "../../../../shared/lm/tokenizers/byte.ts";
import { answerOf } from "../../../../shared/methods/implicit-prm/arithmetic.ts";
import { rolloutResponses } from "../../../../shared/methods/implicit-prm/responses.ts";
import type { StepReward } from "../../../../shared/methods/implicit-prm/rewards.ts";
import { stepOfTokens } from "../../../../shared/methods/implicit-prm/steps.ts";
import type { Judge } from "../../../../shared/methods/implicit-prm/study/bench.ts";
import { choicesOf } from "../../../../shared/methods/implicit-prm/study/choices.ts";
import {
  judgedByTokens,
  judgedByValues,
  labelledRow,
  valuedRow,
  votes,
} from "../../../../shared/methods/implicit-prm/study/judging.ts";

const problem = "3+491705\n";
const right = "4=7\n9=6\n1=7\n7=4\n0=4\n5=9\n";
/** 7 + 9 is not 5, 3 + 0 is not 4: the answer is right. */
const undone = "4=7\n9=5\n1=6\n7=3\n0=4\n5=9\n";
const wrong = "4=7\n9=6\n1=7\n7=4\n0=4\n5=8\n";
const other = wrong.replace("5=8", "5=7");

function responsesTo(solutions: readonly string[]) {
  return rolloutResponses([problem], solutions, () => solutions.length, answerOf, {
    tokenizer: byteTokenizer,
  }).responses;
}
const [response] = responsesTo([undone]);
if (response === undefined) throw new Error("a response expected");
const measured = [
  { response, stepOf: stepOfTokens(response.response, byteTokenizer.decode, response.steps) },
];
const rewardsOf = (steps: readonly StepReward[] = []) => steps.map(({ reward }) => reward);
const textAt = (tokens: ArrayLike<number>, place: number) =>
  byteTokenizer.decode(Array.from(tokens).slice(0, place + 1));

describe("places of a head", () => {
  test("are the ends of the prompt and of each step, before its line feed", () => {
    const { tokens, places } = valuedRow(response);
    expect(byteTokenizer.decode(tokens)).toBe(problem + undone);
    expect(places.map((place) => textAt(tokens, place))).toEqual(
      [
        "",
        "4=7",
        "4=7\n9=5",
        "4=7\n9=5\n1=6",
        "4=7\n9=5\n1=6\n7=3",
        "4=7\n9=5\n1=6\n7=3\n0=4",
        undone.trim(),
      ].map((text) => problem + text),
    );
    const [broken] = responsesTo(["4=7\n\n\n\n\n?=6\n1=7\n7=4\n0="]);
    if (broken === undefined) throw new Error("a response expected");
    for (const place of valuedRow(broken).places.slice(1))
      expect(place).toBeGreaterThanOrEqual(problem.length);
  });

  test("have the label of the response at its end or everywhere, or one of each step", () => {
    const { places } = valuedRow(response);
    const labels = [1, 0, 1, 1, 0, 1];
    expect(labelledRow("orm", response, [])).toMatchObject({ places: places.slice(-1), labels: [1] });
    expect(labelledRow("verifier", response, [])).toMatchObject({ places, labels: new Array(7).fill(1) });
    expect(labelledRow("exact", response, labels)).toMatchObject({ places: places.slice(1), labels });
  });
});

test("rewards of log ratios are sums over the tokens of a step", () => {
  const policy = [Float32Array.from({ length: 24 }, (_, i) => i)];
  const reference = [new Float32Array(24).fill(1)];
  const [judged] = judgedByTokens(measured, policy, reference, 0.5);
  expect(rewardsOf(judged?.steps)).toEqual([0, 1, 2, 3, 4, 5].map((step) => 0.5 * (4 * (4 * step) + 6 - 4)));
  const [alone] = judgedByTokens(measured, policy, undefined, 1);
  expect(rewardsOf(alone?.steps)).toEqual([0, 1, 2, 3, 4, 5].map((step) => 16 * step + 6));
});

test("an outcome model values the whole at its end, a step by what it changes; a step's own value is multiplied", () => {
  const values = [Float32Array.of(0, 1, -1, 40, -200, 2, 0.5)];
  const logs = Array.from(values[0] ?? [], (value) =>
    value < -100 ? value : Math.log(1 / (1 + Math.exp(-value))),
  );
  const [outcome] = judgedByValues("verifier", measured, values);
  expect(outcome?.steps.at(-1)?.cumulative).toBeCloseTo(logs[6] ?? Number.NaN, 10);
  for (const [at, reward] of rewardsOf(outcome?.steps).entries()) {
    expect(reward).toBeCloseTo((logs[at + 1] ?? 0) - (logs[at] ?? 0), 8);
  }
  const [steps] = judgedByValues("shepherd", measured, values);
  expect(rewardsOf(steps?.steps)).toEqual(logs.slice(1).map((value) => expect.closeTo(value, 8)));
  const product = logs.slice(1).reduce((sum, value) => sum + value, 0);
  expect(steps?.steps.at(-1)?.cumulative).toBeCloseTo(product, 6);
});

describe("choices of a study", () => {
  const solutions = [wrong, other, wrong, right, undone];
  /** One number for each response, in all of its steps. */
  const judge = (name: Judge["name"], scores: readonly number[]): Judge => ({
    name,
    judged: responsesTo(solutions).map((one, at) => ({
      response: one,
      steps: one.steps.map(() => ({ reward: scores[at] ?? 0, cumulative: scores[at] ?? 0 })),
    })),
    weigh: votes.logProbability,
  });
  const choices = choicesOf([judge("ce", [0, 0, 0, 1, 2]), judge("exact", [0, 0, 0, 2, 1])], [1, 5], {
    draws: 40,
    seed: 2,
  });
  const at = (n: number, name: string | undefined, by: string) =>
    choices.find((one) => one.n === n && one.judge === name && one.by === by);

  test("are right or wrong by hand, and right by a wrong step where there is one", () => {
    expect(at(5, undefined, "majority")).toMatchObject({ accuracy: 0, right: 0 }); // 8, 7, 8, 9, 9: the first of two equals
    expect(at(5, "ce", "min")).toMatchObject({ accuracy: 1, right: 1, withWrongStep: 1 });
    expect(at(5, "exact", "min")).toMatchObject({ accuracy: 1, right: 1, withWrongStep: 0 });
    expect(at(1, "exact", "min")).toMatchObject({ accuracy: 0, right: 0, withWrongStep: 0 });
  });

  test("differ from the majority over the same draws", () => {
    expect(at(1, undefined, "majority")?.over).toEqual({ by: 0, sd: 0 });
    expect(at(1, "ce", "min")?.over).toEqual({ by: 0, sd: 0 }); // one candidate leaves no choice
    expect(at(1, "ce", "min")?.sd).toBeGreaterThan(0.2);
    expect(at(5, undefined, "oracle")?.over.by).toBe(1);
  });
});
