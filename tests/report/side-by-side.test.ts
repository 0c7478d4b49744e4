import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { curves, type Series } from "../../shared/report/curves.ts";
import { sideBySide } from "../../shared/report/side-by-side.ts";

const at = (style: number, ...xs: readonly number[]): Series => ({
  name: `series ${style}`,
  style,
  points: xs.map((x) => ({ x, y: 1, sd: 0.1 })),
});
const shifts = (...series: readonly Series[]) => sideBySide(series).map(({ shift }) => shift);

test("series of one x move apart, evenly about it; others stay", () => {
  expect(shifts(at(0, 100), at(1, 200), at(2, 100))).toEqual([-5, 0, 5]);
  expect(shifts(at(0, 100), at(1, 100.4), at(2, 99.6))).toEqual([-10, 0, 10]);
  expect(shifts(at(0, 100), at(1, 102))).toEqual([0, 0]);
  expect(shifts(at(0, 50, 100), at(1, 100))).toEqual([-5, 5]);
  expect(shifts()).toEqual([]);
});

test("bars and markers are drawn that far to the side, and titles keep the true figures", () => {
  const draw = (series: readonly Series[]) =>
    parseHTML(
      curves({ id: "p", title: "P", x: { label: "x" }, y: { label: "y" }, bars: true, lines: false, series }),
    ).document;
  const placesOf = (series: readonly Series[]) =>
    [...draw(series).querySelectorAll('g[aria-label="dot"]')]
      .filter((group) => group.querySelector("title") !== null)
      .map((group) => group.getAttribute("transform") ?? "none");
  const series = [at(0, 100), at(1, 100), at(2, 200)];
  expect(new Set(placesOf(series))).toEqual(new Set(["none"]));
  expect(placesOf(sideBySide(series)).toSorted()).toEqual(["none", "translate(-5,0)", "translate(5,0)"]);
  expect(draw(sideBySide(series)).documentElement.outerHTML).toContain("series 1, 100: ");
});
