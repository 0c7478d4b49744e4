import fc from "fast-check";
import { expect, test } from "vitest";
import { configure } from "../../../shared/lm/config.ts";
import { createResponseScorer } from "../../../shared/lm/fine-tuning/response-scorer.ts";
import { initialWeights } from "../../../shared/lm/transformer/parameters.ts";
import { weightsOf } from "../../../shared/lm/transformer/transformer.ts";
import {
  aggregate,
  firstBelow,
  fitThreshold,
  smallestStep,
  stepRewards,
  tokenRewards,
} from "../../../shared/methods/implicit-prm/rewards.ts";

const total = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0);

test("q_t is beta log of the mean of exp(r / beta) over the reference's continuations, for any two models", async () => {
  const vocabulary = 3;
  const length = 4;
  const config = configure({
    ...{ vocabularySize: vocabulary, contextLength: 8, dModel: 16, layers: 1, heads: 2 },
    position: { type: "rope", theta: 10_000 },
  });
  const shape = weightsOf(config);
  const responses = Array.from({ length: vocabulary ** length }, (_, code) =>
    Array.from({ length }, (_, at) => Math.floor(code / vocabulary ** at) % vocabulary),
  );
  const seed = fc.integer({ min: 0, max: 1e9 });
  const beta = fc.double({ min: 0.05, max: 2, noNaN: true });
  await fc.assert(
    fc.asyncProperty(
      seed,
      seed,
      beta,
      fc.array(fc.nat(vocabulary - 1), { minLength: 1, maxLength: 3 }),
      async (a, b, beta, prompt) => {
        const examples = responses.map((response) => ({ prompt, response }));
        const [policy, reference] = await Promise.all(
          [a, b].map(async (seed) => {
            const scorer = createResponseScorer(
              { config, weights: initialWeights(shape, seed) },
              { threads: 1 },
            );
            const scores = await scorer.score(examples);
            await scorer.release();
            return scores;
          }),
        );
        const tokens = responses.map((_, at) =>
          tokenRewards({ policy: policy?.[at] ?? [], reference: reference?.[at] }, beta),
        );
        const chosen = responses.length - 1 - (a % responses.length);
        const steps = stepRewards(tokens[chosen] ?? [], [0, 1, 2, 3], length);
        for (let t = 1; t <= length; t++) {
          const begins = (other: readonly number[]) =>
            other.slice(0, t).every((token, at) => token === responses[chosen]?.[at]);
          const mean = total(
            responses.flatMap((other, at) => {
              if (!begins(other)) return [];
              const rest = reference?.[at]?.slice(t) ?? [];
              return [Math.exp(total(rest) + total(tokens[at] ?? []) / beta)];
            }),
          );
          expect(Math.abs((steps[t - 1]?.cumulative ?? Number.NaN) - beta * Math.log(mean))).toBeLessThan(
            1e-5,
          );
        }
      },
    ),
    { numRuns: 15 },
  );
});

test("a step has the sum of its tokens, and sums go on", () => {
  const tokens = tokenRewards({ policy: [-1, -2, -3], reference: [-2, -1, -5] }, 0.5);
  expect(tokens).toEqual([0.5, -0.5, 1]);
  const steps = stepRewards(tokens, [0, 0, 2], 3);
  expect(steps).toEqual([
    { reward: 0, cumulative: 0 },
    { reward: 0, cumulative: 0 },
    { reward: 1, cumulative: 1 },
  ]);
  expect(tokenRewards({ policy: [-1], reference: undefined }, 2)).toEqual([-2]);
  expect([smallestStep(steps), aggregate(steps, "min"), aggregate(steps, "sum")]).toEqual([0, 0, 1]);
  expect([firstBelow(steps, 0), firstBelow(steps, 0.5), firstBelow(steps.slice(2), 2)]).toEqual([
    undefined,
    0,
    0,
  ]);
});

test("a fitted threshold parts as well as any cut between two scores", () => {
  const scored = fc.array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.boolean()), {
    minLength: 2,
    maxLength: 30,
  });
  fc.assert(
    fc.property(scored, (items) => {
      const [scores, right] = [items.map(([score]) => score), items.map(([, is]) => is)];
      const quality = (cut: number) => {
        const share = (kind: boolean) => {
          const members = items.filter(([, is]) => is === kind);
          return members.filter(([score]) => score >= cut === kind).length / members.length;
        };
        return (share(true) + share(false)) / 2;
      };
      const fitted = fitThreshold(scores, right);
      if (new Set(right).size < 2) {
        expect(fitted).toBeUndefined();
        return;
      }
      const best = Math.max(...Array.from({ length: 13 }, (_, at) => quality(at - 6.5)));
      expect(fitted?.balancedAccuracy).toBeCloseTo(best, 10);
      expect(quality(fitted?.threshold ?? Number.NaN)).toBeCloseTo(best, 10);
    }),
  );
});
