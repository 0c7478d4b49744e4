import { expect, test } from "vitest";
import { edgeOf, edgeSentence } from "../../shared/methods/tuned-rates.ts";

const tuned = (learningRate: number, ...rates: readonly number[]) => ({
  learningRate,
  tuning: rates.map((rate) => ({ learningRate: rate, loss: rate === learningRate ? 1 : 2 })),
});

test("the edge of a grid is its lowest and its highest rate, of three or more in any order", () => {
  expect(edgeOf(tuned(1, 1, 2, 4))).toBe("lowest");
  expect(edgeOf(tuned(4, 2, 4, 1))).toBe("highest");
  expect(edgeOf(tuned(2, 1, 2, 4))).toBeUndefined();
  expect(edgeOf(tuned(1, 1, 2))).toBeUndefined();
  expect(edgeOf(tuned(1))).toBeUndefined();
});

test("the sentence names the variants at an edge alone", () => {
  const named = [
    { ...tuned(0.004, 0.002, 0.004), label: "two rates" },
    { ...tuned(0.008, 0.002, 0.004, 0.008), label: "high" },
    { ...tuned(0.004, 0.002, 0.004, 0.008), label: "inside" },
    { ...tuned(0.002, 0.002, 0.004, 0.008), label: "low" },
  ];
  expect(edgeSentence(named, ({ label }) => label)).toBe(
    "The best rate lies at the grid's edge for high (0.008, the highest); low (0.002, the lowest).",
  );
  expect(edgeSentence(named.slice(0, 1), ({ label }) => label)).toBeUndefined();
});
