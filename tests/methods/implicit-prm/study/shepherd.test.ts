import fc from "fast-check";
import { expect, test } from "vitest";
import { configure } from "../../../../shared/lm/config.ts";
import { byteTokenizer } from "../../../../shared/lm/tokenizers/byte.ts";
import { answerOf } from "../../../../shared/methods/implicit-prm/arithmetic.ts";
import { rolloutResponses } from "../../../../shared/methods/implicit-prm/responses.ts";
import {
  affordable,
  readTokens,
  shepherdFlops,
  shepherdSteps,
  unitCosts,
  valuedTokens,
} from "../../../../shared/methods/implicit-prm/study/compute.ts";
import {
  branches,
  branchesOf,
  estimatedLabels,
  labelArea,
} from "../../../../shared/methods/implicit-prm/study/shepherd.ts";

const problem = "3+491705\n";
/** 7 + 9 is not 5, 3 + 0 is not 4: the answer is right. */
const undone = "4=7\n9=5\n1=6\n7=3\n0=4\n5=9\n";
const { responses } = rolloutResponses([problem], [undone], () => 1, answerOf, { tokenizer: byteTokenizer });

test("rollouts begin at the end of every step but the last, and are whole solutions with what is written", () => {
  const texts = branches(responses, { rollouts: 2 });
  expect(texts).toHaveLength(10);
  expect(texts.slice(0, 3)).toEqual([`${problem}4=7\n`, `${problem}4=7\n`, `${problem}4=7\n9=5\n`]);
  expect(texts.at(-1)).toBe(`${problem}4=7\n9=5\n1=6\n7=3\n0=4\n`);
  expect(responses.map((response) => branchesOf(response, { rollouts: 2 }))).toEqual([10]);
});

test("a step's label is the share of its rollouts that are right, or whether one is", () => {
  const right = (from: number) => "4=7\n9=6\n1=7\n7=4\n0=4\n5=9\n".slice(from);
  const wrong = (from: number) => "4=7\n9=6\n1=7\n7=4\n0=4\n5=8\n".slice(from);
  const written = [
    ...[right(4), right(4)],
    ...[wrong(8), right(8)],
    ...[wrong(12), wrong(12)],
    ...[wrong(16), "not a solution"],
    ...[right(20), wrong(20)],
  ];
  const soft = estimatedLabels(responses, written, { rollouts: 2, labels: "soft" });
  expect(soft).toEqual([[1, 0.5, 0, 0, 0.5, 1]]);
  expect(estimatedLabels(responses, written, { rollouts: 2, labels: "hard" })).toEqual([[1, 1, 0, 0, 1, 1]]);
  // Steps 2 and 5 are wrong, both with 0.5: above 1, 1 they find, below 0, 0 they do not.
  expect(labelArea(responses, soft)).toBeCloseTo(0.5, 12);
});

const config = configure({
  ...{ vocabularySize: 256, contextLength: 33, dModel: 16, layers: 1, heads: 2 },
  position: { type: "learned", length: 33 },
});

test("the cost of a row and of a head's update are the products that its matrices make", () => {
  const { row, headStep } = unitCosts(config, 8);
  const feedForward = 48;
  const matrices = 4 * 16 * 16 + 3 * 16 * feedForward;
  const attended = (length: number) => 2 * 2 * 16 * length; // queries with keys, and weights with values
  const forward = (length: number, head: number) => length * (2 * (matrices + head) + attended(length));
  expect(row).toBe(forward(readTokens, 16 * 256));
  // Backward twice as much; the table's gradient is a product with one-hot tokens, a norm's takes two of its gain.
  const tokens = 8 * valuedTokens;
  expect(headStep).toBe(24 * forward(valuedTokens, 16) + tokens * (2 * 256 * 16 + 4 * 3 * 16));
});

test("as many responses as the budget pays for, and not one more", () => {
  const plans = fc.record({
    branches: fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 30 }),
    steps: fc.integer({ min: 1, max: 200 }),
  });
  const units = { row: 7, headStep: 100 };
  fc.assert(
    fc.property(plans, fc.integer({ min: 0, max: 30_000 }), (plan, budget) => {
      const count = affordable(units, plan, budget);
      const all = plan.branches.length;
      expect(count).toBeGreaterThanOrEqual(1);
      if (count > 1) expect(shepherdFlops(units, plan, count)).toBeLessThanOrEqual(budget);
      if (count < all) expect(shepherdFlops(units, plan, count + 1)).toBeGreaterThan(budget);
      expect(shepherdSteps(plan, all)).toBe(plan.steps);
    }),
  );
  const plan = { branches: [3, 4], steps: 10 };
  expect(shepherdFlops(units, plan, 1)).toBe((1 + 3) * 7 + 5 * 100);
  expect(shepherdFlops(units, plan, 2)).toBe((2 + 7) * 7 + 10 * 100);
});
