import { describe, expect, test } from "vitest";
import { bestRate } from "../../shared/methods/tuned-comparison.ts";

describe("the rate taken", () => {
  const tuned = (losses: readonly (number | null)[]) =>
    losses.map((loss, at) => ({ variant: "dense", learningRate: at + 1, loss }));

  test("is that of the lowest loss, and never one that diverged", () => {
    expect(bestRate(tuned([3, 2, 2.5]), "dense")).toBe(2);
    expect(bestRate(tuned([3, null]), "dense")).toBe(1);
    expect(() => bestRate(tuned([null, null]), "dense")).toThrow(
      "dense diverged at every learning rate: 1, 2",
    );
  });
});
