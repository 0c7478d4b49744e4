import { expect, test } from "vitest";
import { lossAtEnd } from "../../shared/methods/loss-curve.ts";

const curve = (...losses: readonly number[]) => losses.map((loss, at) => ({ step: 2 * (at + 1), loss }));

test("the loss at the end is the mean of the last tenth of the steps", () => {
  const losses = Array.from({ length: 30 }, (_, at) => 30 - at);
  // steps 2 to 60: those beyond 54 are 56, 58, 60, with losses 3, 2, 1
  expect(lossAtEnd(curve(...losses))).toBe(2);
  expect(lossAtEnd(curve(5, 4, 3))).toBe(3);
  expect(lossAtEnd(curve(5))).toBe(5);
});
