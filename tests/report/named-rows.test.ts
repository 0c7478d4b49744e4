import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { type IntervalRow, intervals } from "../../shared/report/intervals.ts";
import { matrixPlot } from "../../shared/report/matrix.ts";

const parse = (svg: string) => parseHTML(`<html><body>${svg}</body></html>`).document;
const textsOf = (svg: string) => [...parse(svg).querySelectorAll("text")];
const numbers = (element: Element | null, ...names: string[]) =>
  names.map((name) => Number(element?.getAttribute(name)));

interface Element {
  getAttribute(name: string): string | null;
  readonly textContent: string | null;
}

describe("intervals", () => {
  const rows: IntervalRow[] = [
    { name: "best", value: 0.7, low: 0.6, high: 0.8, group: "a", style: 0 },
    { name: "middle", value: 0.5, low: 0.45, high: 0.6, group: "b", style: 1 },
    { name: "alone", value: 0.3, group: "a", style: 0 },
  ];
  const plot = (width = 720) =>
    intervals({
      id: "i",
      title: "T",
      width,
      x: { label: "Share" },
      rule: { at: 0.4, label: "chance" },
      rows,
    });

  test("rows stand from the top down, each name beside its interval, wider where the interval is", () => {
    const svg = plot();
    const names = ["best", "middle", "alone"].map((name) =>
      textsOf(svg).find((text) => text.textContent === name),
    );
    const heights = names.map((name) => numbers(name ?? null, "y")[0] ?? 0);
    expect(heights).toEqual(heights.toSorted((a, b) => a - b));
    const lines = [...parse(svg).querySelectorAll("line")].filter(
      // The legend's lines are thicker.
      (line) =>
        line.getAttribute("x1") !== line.getAttribute("x2") && line.getAttribute("stroke-width") !== "2",
    );
    const [first, second] = lines.map((line) => numbers(line, "x1", "x2", "y1"));
    expect(lines).toHaveLength(2);
    const length = (line: number[] | undefined) => (line?.[1] ?? 0) - (line?.[0] ?? 0);
    expect(length(first) / length(second)).toBeCloseTo(0.2 / 0.15, 1);
    expect(first?.[2]).toBeLessThan(second?.[2] ?? 0);
    expect((heights[0] ?? 0) - (first?.[2] ?? 0)).toBeCloseTo((heights[1] ?? 0) - (second?.[2] ?? 0), 1);
  });

  test("says its figures to who cannot see it, and stays within its width", () => {
    for (const width of [720, 360]) {
      const svg = plot(width);
      expect(parse(svg).querySelector("desc")?.textContent).toContain("best: 0.7 (0.6 to 0.8).");
      expect(textsOf(svg).map((text) => text.textContent)).toEqual(
        expect.arrayContaining(["chance", "Share →"]),
      );
      for (const text of textsOf(svg)) {
        const [x = 0] = numbers(text, "x");
        expect(x).toBeLessThanOrEqual(width);
      }
    }
    expect(intervals({ id: "i", title: "T", x: { label: "x" }, rows: [] })).toContain("<svg");
  });
});

describe("a matrix of named rows", () => {
  const values = [
    [1, 0.25, Number.NaN],
    [0.25, 1, 0],
  ];

  test("has a cell for each number, its value in it where there is room, and darker where it is larger", () => {
    const svg = matrixPlot({ id: "m", title: "T", rows: ["one", "two"], columns: ["a", "b", "c"], values });
    const cells = [...parse(svg).querySelectorAll("rect")];
    expect(cells).toHaveLength(5);
    const opacity = cells.map((cell) => Number(cell.getAttribute("fill-opacity")));
    expect(opacity[0]).toBeGreaterThan(opacity[1] ?? 1);
    expect(textsOf(svg).map((text) => text.textContent)).toEqual(
      expect.arrayContaining(["one", "two", "a", "b", "c", "100%", "25%", "0%"]),
    );
    expect(svg).toContain("two, c: 0%");
  });

  test("columns without names have the rows' numbers; narrow cells leave their values to a key", () => {
    const names = Array.from({ length: 14 }, (_, at) => `a long name ${at}`);
    const square = names.map((_, row) => names.map((_other, column) => (row + column) / 28));
    const texts = (width: number) =>
      textsOf(matrixPlot({ id: "m", title: "T", width, rows: names, values: square })).map(
        (one) => one.textContent,
      );
    expect(texts(720)).toEqual(expect.arrayContaining(["a long name 3  4", "14", "46%"]));
    expect(texts(360)).not.toContain("46%");
    expect(texts(360)).toEqual(expect.arrayContaining(["0%", "100%"]));
  });

  test("column names that are wider than their column lean", () => {
    const columns = ["a", "something much longer"];
    const leaning = (names: string[]) =>
      matrixPlot({ id: "m", title: "T", rows: ["r"], columns: names, values: [[0.1, 0.2]] }).includes(
        "rotate(-45",
      );
    expect([leaning(columns), leaning(["a", "b"])]).toEqual([true, false]);
  });
});
