import { describe, expect, test } from "vitest";
import { differences } from "../../../shared/methods/memoryformer/differences.ts";
import { printedAndCounted } from "../../../shared/methods/memoryformer/paper.ts";
import { variant } from "./variant.ts";

const trained = { trainingLength: 128, training: { steps: 300, batch: 8 } };
const bucket = (used: number) => [{ layer: "first", bits: 4, used, entropy: 0.5, shares: [] }];
const at = (loss: number, trainingLoss: number) => ({
  loss: { mean: loss, sd: 0.01 },
  trainingLoss: { mean: trainingLoss, sd: 0.01 },
});
const tuning = (...losses: readonly (number | null)[]) =>
  losses.map((loss, rate) => ({ learningRate: [0.012, 0.024, 0.048][rate] ?? 0, loss }));

const few = variant({ kind: "memory-paper", bits: 4, ...at(1.6, 1.55), buckets: bucket(0.95) });
const many = variant({ kind: "memory-paper", bits: 8, ...at(1.8, 1.75), buckets: bucket(0.18) });

describe("where a run goes against the papers", () => {
  test("more bits that are worse: the tokens of a row, the rows in use, and what the training text says", () => {
    // 300 x 8 x 128 = 307,200 tokens; over 2^4 and 2^8 rows
    expect(differences([few, many], trained)).toEqual([
      "More bits lower the paper's perplexity: 19.01 at τ 4, 18.82 at τ 8, 18.67 at τ 10. Here they raise the loss. A training's 307,200 tokens come to 19,200 for each row of a chunk's table at τ 4, and to 1,200 at τ 8. Memory (paper), τ 8 is at 1.800, Memory (paper), τ 4 at 1.600, and the validation text uses 18% and 95% of the first layer's rows. On the training text they end at 1.750 and 1.550: the difference is there already, the first has learnt less by then and does not overfit.",
    ]);
    const [overfitted] = differences([few, { ...many, ...at(1.8, 1.5) }], trained);
    expect(overfitted).toContain(
      "1.500 and 1.550: most of the difference arises on text that is new to them",
    );
  });

  test("the released weight where it is worse: rate by rate, and whether the grid ends there", () => {
    const paper = { ...few, learningRate: 0.024, tuning: tuning(2.4, 2.3, 2.35) };
    const released = variant({
      kind: "memory-released",
      bits: 4,
      ...at(1.7, 1.65),
      learningRate: 0.012,
      tuning: tuning(2.35, 2.45, null),
    });
    expect(differences([paper, released], trained)).toEqual([
      "The released code's weight ends above the paper's, each at the best of its rates: Memory (released), τ 4 is at 1.700, Memory (paper), τ 4 at 1.600. In the short trainings, rate by rate: Memory (released), τ 4 is below the paper's at 0.012 (2.350 against 2.400), above it at 0.024 (2.450 against 2.300), 0.048 (diverged against 2.350). The best rate lies at the grid's edge for Memory (released), τ 4 (0.012, the lowest).",
    ]);
    const apart = { ...released, tuning: [{ learningRate: 0.003, loss: 2 }] };
    expect(differences([paper, apart], trained)[0]).toBe(
      "The released code's weight ends above the paper's: Memory (released), τ 4 is at 1.700, Memory (paper), τ 4 at 1.600.",
    );
  });

  test("a larger model that is worse than the dense one", () => {
    const dense = variant({ kind: "dense", bits: null, parameters: 100, ...at(1.6, 1.55) });
    const wide = variant({ kind: "dense-parameters", bits: null, parameters: 1900, ...at(1.7, 1.65) });
    const keys = variant({ kind: "product-key", bits: null, parameters: 1900, ...at(1.61, 1.5) });
    expect(differences([dense, wide, keys], trained)).toEqual([
      "With 19 times the dense model's parameters, Dense, same parameters is at 1.700, Dense at 1.600. On the training text they end at 1.650 and 1.550: the difference is there already, the first has learnt less by then and does not overfit.",
    ]);
  });

  test("are not told where the order is the papers' or the difference within the seeds' spread", () => {
    expect(differences([few, { ...many, ...at(1.5, 1.45) }], trained)).toEqual([]);
    expect(differences([few, { ...many, ...at(1.61, 1.56) }], trained)).toEqual([]);
    expect(differences([], trained)).toEqual([]);
  });
});

test("the paper's printed multiply-adds: which follow from its formulas, and both figures of those that do not", () => {
  const told = printedAndCounted();
  // .75 x 2048 x 768^2 = .906e9, and 2 x 2048^2 x 768 = 6.442e9 for attention
  expect(told).toContain("Of the 12 numbers");
  expect(told).toContain("give 10 to the digit");
  expect(told).toContain("MF-small without attention, printed 1.0, by formula 0.9");
  expect(told).toContain("MF-small in all, printed 7.4, by formula 7.3");
});
