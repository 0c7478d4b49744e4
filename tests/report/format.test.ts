import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatBytes,
  formatChange,
  formatCount,
  formatDuration,
  formatFixed,
  formatMeanSd,
  formatNumber,
  formatPercent,
  formatSpread,
} from "../../shared/report/format.ts";

const readBack = (text: string) => Number(text.replaceAll(",", "").replace("−", "-"));

describe("numbers", () => {
  test.each([
    [0, "0"],
    [1234.5, "1,230"],
    [-0.000123456, "−0.000123"],
    [0.00001, "10⁻⁵"],
    [-2.5e-7, "−2.5 × 10⁻⁷"],
    [1e9, "10⁹"],
    [12_345_678, "1.23 × 10⁷"],
    [Number.NaN, "–"],
    [Number.POSITIVE_INFINITY, "–"],
  ])("%d is %s", (value, text) => expect(formatNumber(value)).toBe(text));

  test("three significant digits are within half a unit of the third", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-4, max: 9.9e6, noNaN: true }), fc.boolean(), (size, negative) => {
        const value = negative ? -size : size;
        expect(Math.abs(readBack(formatNumber(value)) - value)).toBeLessThanOrEqual(
          Math.abs(value) * 0.00501,
        );
      }),
    );
  });

  test("no zero carries a minus sign", () => {
    expect(formatFixed(-0.0001, 2)).toBe("0.00");
    expect(formatPercent(-0.00001)).toBe("0%");
    expect(formatChange(-0.00001)).toBe("0.0%");
  });

  test("counts, shares and changes", () => {
    expect(formatCount(131_776)).toBe("131,776");
    expect(formatPercent(0.835)).toBe("84%");
    expect(formatChange(0.0098)).toBe("+1.0%");
    expect(formatChange(-0.266)).toBe("−26.6%");
  });
});

describe("a mean with its spread", () => {
  test.each([
    [1.73342, 0.01234, undefined, "1.733 ± 0.012"],
    [123.4, 12.3, undefined, "123 ± 12"],
    [1.73342, 0.01234, 2, "1.73 ± 0.01"],
    [1.73342, undefined, undefined, "1.733"],
    [1.73342, 0, 3, "1.733"],
    [-0.5, 0.25, undefined, "−0.50 ± 0.25"],
    [Number.NaN, 0.1, undefined, "–"],
  ])("%d and %d at %s places are %s", (mean, sd, places, text) =>
    expect(formatMeanSd(mean, sd, places)).toBe(text),
  );
});

test.each([
  [0.0197, "0.020"],
  [0.0071, "0.0071"],
  [0.15, "0.15"],
  [2.34, "2.3"],
  [1234, "1,234"],
  [0, "0"],
  [Number.NaN, "–"],
])("a spread of %d alone is %s", (sd, text) => expect(formatSpread(sd)).toBe(text));

describe("durations and sizes", () => {
  test.each([
    [0.84, "840 ms"],
    [0.9999, "1.0 s"],
    [12.34, "12.3 s"],
    [59.97, "1 min"],
    [125, "2 min 5 s"],
    [3599.9, "1 h"],
    [11_040, "3 h 4 min"],
    [24 * 3600 - 1, "1 d"],
    [176_400, "2 d 1 h"],
    [-1, "–"],
  ])("%d seconds are %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));

  test.each([
    [980, "980 B"],
    [12_345, "12.3 kB"],
    [999_999, "1 MB"],
    [4.5e9, "4.5 GB"],
  ])("%d bytes are %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});
