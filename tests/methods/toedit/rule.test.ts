import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../../shared/lm/random.ts";
import type { EditRule, Sampler } from "../../../shared/methods/toedit/input.ts";
import {
  decide,
  dropped,
  eligible,
  isCandidate,
  isDropped,
  type Place,
  redraw,
} from "../../../shared/methods/toedit/rule.ts";

const rule: EditRule = {
  strategy: "high",
  threshold: 0.9,
  when: "at-least",
  dropBelow: 0.01,
  sampler: { type: "top-k", k: 3 },
  temperature: 1,
};

/** Tokens 10, 11, 12, 13 of these probabilities, 10 standing there. */
const probabilities = [0.6, 0.25, 0.1, 0.05];
const place: Place = {
  token: 10,
  logProbability: Math.log(0.6),
  topTokens: [10, 11, 12, 13],
  topLogProbabilities: probabilities.map(Math.log),
};

function frequencies(sampler: Sampler, draws: number, at = place): Map<number, number> {
  const random = createRandom(7, "frequencies");
  const counts = new Map<number, number>();
  for (let i = 0; i < draws; i++) {
    const token = redraw(at, sampler, random);
    counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  return counts;
}

/** Pearson's statistic; 16.3 is exceeded by chance once in a thousand at three degrees of freedom, 13.8 at two. */
function chiSquare(
  counts: ReadonlyMap<number, number>,
  expected: ReadonlyMap<number, number>,
  draws: number,
): number {
  return [...expected].reduce(
    (sum, [token, p]) => sum + ((counts.get(token) ?? 0) - draws * p) ** 2 / (draws * p),
    0,
  );
}
const shares = (tokens: readonly number[], weights: readonly number[]) => {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return new Map(tokens.map((token, i) => [token, (weights[i] ?? 0) / total]));
};

describe("samplers", () => {
  const draws = 20_000;

  test("top-k draws in proportion among the k most probable, the standing token with its renormalised probability", () => {
    const counts = frequencies({ type: "top-k", k: 3 }, draws);
    expect([...counts.keys()].sort()).toEqual([10, 11, 12]);
    expect(chiSquare(counts, shares([10, 11, 12], probabilities.slice(0, 3)), draws)).toBeLessThan(13.8);
    // The same counts do not pass for those of another distribution.
    expect(chiSquare(counts, shares([10, 11, 12], [0.55, 0.28, 0.12]), draws)).toBeGreaterThan(13.8);
  });

  test("top-p takes the fewest tokens that reach p", () => {
    expect(eligible(place, { type: "top-p", p: 0.85 }).tokens).toEqual([10, 11]);
    expect(eligible(place, { type: "top-p", p: 0.851 }).tokens).toEqual([10, 11, 12]);
    expect(eligible(place, { type: "top-p", p: 0.1 }).tokens).toEqual([10]);
    const counts = frequencies({ type: "top-p", p: 0.94 }, draws);
    expect(chiSquare(counts, shares([10, 11, 12], probabilities.slice(0, 3)), draws)).toBeLessThan(13.8);
  });

  test("rejection with tries enough draws as top-k does; with one, the token stays as often as no proposal is taken", () => {
    const many = frequencies({ type: "rejection", k: 4, tries: 200 }, draws);
    expect(chiSquare(many, shares([10, 11, 12, 13], probabilities), draws)).toBeLessThan(16.3);
    // A proposal is taken with probability p / p_max: 1/4 (1 + .25/.6 + .1/.6 + .05/.6).
    const one = frequencies({ type: "rejection", k: 4, tries: 1 }, draws);
    const other = (p: number) => p / 0.6 / 4;
    const expected = [other(0.25), other(0.1), other(0.05)];
    const stays = 1 - expected.reduce((sum, p) => sum + p, 0);
    expect(
      chiSquare(
        one,
        new Map([10, 11, 12, 13].map((token, i) => [token, [stays, ...expected][i] ?? 0])),
        draws,
      ),
    ).toBeLessThan(16.3);
  });

  test("the standing token is eligible where the sampler leaves it out", () => {
    const low: Place = { ...place, token: 99, logProbability: Math.log(0.02) };
    for (const sampler of [
      { type: "top-k", k: 2 },
      { type: "top-p", p: 0.5 },
      { type: "rejection", k: 2, tries: 500 },
    ] as const) {
      const { tokens, weights } = eligible(low, sampler);
      expect(tokens.at(-1)).toBe(99);
      expect(weights.at(-1)).toBeCloseTo(0.02, 12);
      expect(frequencies(sampler, 4000, low).get(99)).toBeGreaterThan(0);
    }
  });
});

describe("the rule", () => {
  test("names candidates and drops by strategy and side", () => {
    expect([0.89, 0.9, 1].map((p) => isCandidate(p, rule))).toEqual([false, true, true]);
    expect([0.01, 0.1, 0.2].map((p) => isCandidate(p, { ...rule, when: "at-most", threshold: 0.1 }))).toEqual(
      [true, true, false],
    );
    expect(isCandidate(0.95, { ...rule, strategy: "filter" })).toBe(false);
    expect(
      (["high", "high-and-drop", "filter"] as const).map((strategy) =>
        isDropped(0.005, { ...rule, strategy }),
      ),
    ).toEqual([false, true, true]);
    expect(isDropped(0.01, { ...rule, strategy: "filter" })).toBe(false);
    expect(isCandidate(Number.NaN, rule)).toBe(false);
  });

  test("decides each place of a row by its own p, from a place on", () => {
    const logs = Float32Array.from([0.95, 0.5, 0.001, 0.95], Math.log);
    const decided = (given: Partial<EditRule>, from: number) => {
      const into = {
        edited: new Int32Array(4 - from),
        probabilities: new Float32Array(4 - from),
        at: 0,
        from,
      };
      const anew = decide([1, 7, 3, 4, 7], logs, { ...rule, ...given }, into);
      return { anew, edited: [...into.edited] };
    };
    expect(decided({}, 0)).toEqual({ anew: [0, 3], edited: [7, 3, 4, 7] });
    expect(decided({ strategy: "high-and-drop" }, 0)).toEqual({ anew: [0, 3], edited: [7, 3, dropped, 7] });
    expect(decided({ strategy: "filter" }, 2)).toEqual({ anew: [], edited: [dropped, 7] });
    expect(decided({ when: "at-most", threshold: 0.6 }, 1)).toEqual({ anew: [1, 2], edited: [3, 4, 7] });
    // What is dropped is not drawn anew, also where it is a candidate by its p.
    expect(decided({ strategy: "high-and-drop", when: "at-most", threshold: 0.6 }, 0).anew).toEqual([1]);
  });

  test("at temperature 1 a token of p >= t draws itself at least that often", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.9, max: 0.999, noNaN: true }),
        fc.integer({ min: 2, max: 8 }),
        (p, k) => {
          const rest = (1 - p) / 20;
          const at: Place = {
            token: 0,
            logProbability: Math.log(p),
            topTokens: Array.from({ length: k }, (_, i) => i),
            topLogProbabilities: Array.from({ length: k }, (_, i) => Math.log(i === 0 ? p : rest)),
          };
          const { weights } = eligible(at, { type: "top-k", k });
          expect((weights[0] ?? 0) / weights.reduce((sum, weight) => sum + weight, 0)).toBeGreaterThanOrEqual(
            p,
          );
        },
      ),
    );
  });
});
