import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  distributionOf,
  draw,
  logProbability,
  mostProbable,
  type Sampling,
} from "../../../shared/lm/decoding/sampling.ts";
import { createRandom } from "../../../shared/lm/random.ts";

const probabilities = (logits: readonly number[], sampling: Sampling) => [
  ...distributionOf(Float32Array.from(logits), sampling),
];

/** Logits of these probabilities. */
const logitsOf = (p: readonly number[]) => p.map(Math.log);

const close = (given: readonly number[], expected: readonly number[]) => {
  expect(given.length).toBe(expected.length);
  for (const [i, value] of given.entries()) expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 5);
};

describe("the distribution of the next token", () => {
  test("greedy is the first of the largest", () => {
    expect(probabilities([0, 3, 3, 1], {})).toEqual([0, 1, 0, 0]);
    expect(mostProbable(Float32Array.of(0, 3, 3, 1))).toBe(1);
  });

  test("temperature, top-k, top-p and min-p, each on what is left", () => {
    const p = [0.1, 0.4, 0.2, 0.3];
    close(probabilities(logitsOf(p), { temperature: 1 }), p);
    const squares = p.map((each) => each ** 2 / 0.3);
    close(probabilities(logitsOf(p), { temperature: 0.5 }), squares);
    close(probabilities(logitsOf(p), { temperature: 1, topK: 2 }), [0, 4 / 7, 0, 3 / 7]);
    close(probabilities(logitsOf(p), { temperature: 1, topP: 0.6 }), [0, 4 / 7, 0, 3 / 7]);
    close(probabilities(logitsOf(p), { temperature: 1, topP: 0.05 }), [0, 1, 0, 0]);
    close(probabilities(logitsOf(p), { temperature: 1, minP: 0.45 }), [0, 4 / 9, 2 / 9, 3 / 9]);
    close(probabilities(logitsOf(p), { temperature: 1, topK: 3, topP: 0.7 }), [0, 4 / 7, 0, 3 / 7]);
    close(probabilities([1, 1, 1], { temperature: 1, topK: 2 }), [0.5, 0.5, 0]);
  });

  test("options out of range are refused", () => {
    const cases: [Sampling, string][] = [
      [{ temperature: -1 }, "a temperature of -1"],
      [{ topK: 0 }, "a top-k of 0"],
      [{ topP: 0 }, "a top-p of 0"],
      [{ minP: 2 }, "a min-p of 2"],
    ];
    for (const [sampling, message] of cases) expect(() => probabilities([1], sampling)).toThrow(message);
  });

  test("sums to 1, keeps the most probable token and the order of all", () => {
    const logits = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 30 });
    const sampling = fc.record({
      temperature: fc.double({ min: 0.2, max: 3, noNaN: true }),
      topK: fc.integer({ min: 1, max: 40 }),
      topP: fc.double({ min: 0.01, max: 1, noNaN: true }),
      minP: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(logits, sampling, (given, options) => {
        const rounded = Float32Array.from(given);
        const p = distributionOf(rounded, options);
        expect(p.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 5);
        expect(p[mostProbable(rounded)]).toBe(Math.max(...p));
        for (const [i, a] of rounded.entries()) {
          for (const [j, b] of rounded.entries()) {
            if (a > b) expect((p[i] ?? 0) >= (p[j] ?? 0)).toBe(true);
          }
        }
      }),
    );
  });
});

test("log-probabilities are those of the softmax", () => {
  expect(logProbability(Float32Array.of(1, 2, 3), 1)).toBeCloseTo(
    2 - Math.log(Math.E + Math.E ** 2 + Math.E ** 3),
    6,
  );
  expect(logProbability(Float32Array.of(1000, 0), 0)).toBeCloseTo(0, 6);
});

test("draws follow the probabilities, and never take what has none", () => {
  const p = [0.1, 0, 0.5, 0.4, 0];
  const random = createRandom(1, "draws");
  const counts = new Array<number>(5).fill(0);
  const draws = 20_000;
  for (let i = 0; i < draws; i++) {
    const token = draw(p, random);
    counts[token] = (counts[token] ?? 0) + 1;
  }
  expect([counts[1], counts[4]]).toEqual([0, 0]);
  const chiSquare = p.reduce(
    (sum, each, i) => (each === 0 ? sum : sum + ((counts[i] ?? 0) - draws * each) ** 2 / (draws * each)),
    0,
  );
  expect(chiSquare).toBeLessThan(13.82); // the .999 quantile at 2 degrees of freedom
});
