import { expect, test } from "vitest";
import { runningSum } from "../../../../shared/methods/proteus/tools/enrichment-score.ts";
import { gsea } from "../../../../shared/methods/proteus/tools/gsea.ts";
import { tailProbabilities } from "../../../../shared/methods/proteus/tools/multilevel.ts";

const weights = Float64Array.from({ length: 24 }, (_, at) => Math.abs(12.3 - at) ** 1.1);
const size = 4;

/** The scores of all sets of four. */
const all = ((): Float64Array => {
  const scores: number[] = [];
  const grow = (members: readonly number[]) => {
    if (members.length === size) scores.push(runningSum(members, weights).score);
    else for (let next = (members.at(-1) ?? -1) + 1; next < weights.length; next++) grow([...members, next]);
  };
  grow([]);
  return Float64Array.from(scores).sort();
})();
const tail = (score: number) => all.filter((other) => other >= score - 1e-9).length / all.length;

test("small probabilities are those of all sets, within their error, over many seeds", () => {
  const scores = [0.5, 0.1, 0.01, 0.001, 0.0003].map(
    (share) => all[Math.floor(all.length * (1 - share))] ?? 1,
  );
  const seeds = Array.from({ length: 30 }, (_, seed) => seed);
  const runs = seeds.map((seed) =>
    tailProbabilities(weights, size, scores, { samples: 101, smallestP: 1e-9, seed }),
  );
  for (const [at, score] of scores.entries()) {
    const far = runs.map((run) => Math.log2((run[at]?.p ?? Number.NaN) / tail(score)));
    const error = runs[0]?.[at]?.log2Error ?? Number.NaN;
    const mean = far.reduce((sum, value) => sum + value, 0) / far.length;
    expect(Math.abs(mean), `at ${tail(score)}`).toBeLessThan((4 * error) / Math.sqrt(far.length));
    const spread = Math.sqrt(far.reduce((sum, value) => sum + (value - mean) ** 2, 0) / far.length);
    expect(spread).toBeLessThan(1.6 * error);
  }
});

test("a probability that is not followed further is a bound, without an error", () => {
  const [bound] = tailProbabilities(weights, size, [2], { samples: 21, smallestP: 1e-3, seed: 1 });
  expect(bound?.log2Error).toBeNaN();
  expect(bound?.p).toBeLessThan(0.01);
  expect(bound?.p).toBeGreaterThan(0);
});

test("enrichment follows p under what its permutations can tell, on both sides", () => {
  const names = Array.from({ length: 300 }, (_, at) => `P${at}`);
  const scores = names.map((_, at) => 3 - at / 50);
  const sets = [
    { name: "top", description: "", members: names.slice(0, 12) },
    { name: "bottom", description: "", members: names.slice(-12) },
    { name: "even", description: "", members: names.filter((_, at) => at % 25 === 0) },
  ];
  const options = { smallest: 1, largest: 100, permutations: 200, seed: 3 };
  const plain = gsea({ names, scores }, sets, options).sets;
  const made = gsea({ names, scores }, sets, { ...options, smallestP: 1e-6 }).sets;
  for (const at of [0, 1]) {
    expect(plain[at]?.p).toBeGreaterThan(1e-3);
    expect(made[at]?.p).toBe(1e-6);
    expect(made[at]?.log2Error).toBeNaN();
    expect(made[at]?.nes).toBe(plain[at]?.nes);
  }
  expect(made[2]).toEqual(plain[2] && { ...plain[2], adjusted: made[2]?.adjusted });
  expect(gsea({ names, scores }, sets, { ...options, smallestP: 1e-6 }).sets).toEqual(made);
});
