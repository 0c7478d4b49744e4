import { expect, test } from "vitest";
import { alibiSlopes } from "../../../shared/lm/position/alibi.ts";

test("slopes of the paper: 1/2 to 1/256 for 8 heads, from 2^-0.5 for 16", () => {
  expect(alibiSlopes(8)).toEqual([1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64, 1 / 128, 1 / 256]);
  const sixteen = alibiSlopes(16);
  expect(sixteen.length).toBe(16);
  sixteen.forEach((slope, i) => {
    expect(slope).toBeCloseTo(2 ** (-(i + 1) / 2), 12);
  });
});

test("other head counts take every other slope of the next power of two", () => {
  expect(alibiSlopes(1)).toEqual([1 / 256]);
  expect(alibiSlopes(3)).toEqual([1 / 16, 1 / 256, 1 / 4]);
  expect(alibiSlopes(12)).toEqual([
    ...alibiSlopes(8),
    ...[-0.5, -1.5, -2.5, -3.5].map((exponent) => expect.closeTo(2 ** exponent, 12)),
  ]);
});
