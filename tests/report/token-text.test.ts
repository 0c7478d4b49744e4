import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { curves } from "../../shared/report/curves.ts";
import { histogram } from "../../shared/report/histogram.ts";
import { renderReport } from "../../shared/report/page.ts";

test("a text of tokens keeps every character, and carries colours by class and notes by title", () => {
  const tokens = [
    { text: "a <b>" },
    { text: "\n  &", style: 1, note: 'said "so"' },
    { text: "end", style: 10 },
  ];
  const tokenTexts = [{ caption: "Who wrote", legend: [{ name: "large", style: 1 }], tokens }];
  const page = renderReport({
    title: "T",
    summary: "S",
    facts: [],
    sections: [{ heading: "Text", tokenTexts }],
  });
  const { document } = parseHTML(page);
  const spans = [...document.querySelectorAll(".written .token")];
  expect(spans.map(({ textContent }) => textContent).join("")).toBe("a <b>\n  &end");
  expect(spans.map((span) => span.getAttribute("class")?.trim())).toEqual([
    "token",
    "token token-1",
    "token token-1",
  ]);
  expect(spans.map((span) => span.getAttribute("title"))).toEqual([null, 'said "so"', null]);
  expect(document.querySelector(".token-key")?.textContent?.trim()).toBe("large");
  expect(page).not.toContain("style=");
});

test("a histogram has a bar for each bin, with its place and height in words, and its rule", () => {
  const bins = [0.2, 0.4, 0.1].map((value, at) => ({ from: at, to: at + 1, value }));
  const options = { id: "h", title: "T", x: { label: "Place" }, y: { label: "Share" }, bins };
  const svg = histogram({ ...options, rule: { at: 0.25, label: "mean" } });
  const { document } = parseHTML(svg);
  const bars = [...document.querySelectorAll("[aria-label=rect] rect")];
  const heights = bars.map((bar) => Number(bar.getAttribute("height")));
  expect(heights).toHaveLength(3);
  expect((heights[1] ?? 0) / (heights[0] ?? 1)).toBeCloseTo(2, 1);
  expect(bars.map((bar) => bar.querySelector("title")?.textContent)).toEqual([
    "0 to 1: 0.2",
    "1 to 2: 0.4",
    "2 to 3: 0.1",
  ]);
  expect(svg).toContain(">mean<");
  expect(histogram(options)).not.toContain(">mean<");
  expect(histogram({ ...options, bins: [] })).toContain("<svg");
});

test("of a plot's series, some may be lines alone and some markers alone", () => {
  const points = [1, 2, 3].map((x) => ({ x, y: x }));
  const draw = (drawn?: "line" | "dots") =>
    curves({
      id: "c",
      title: "T",
      x: { label: "x" },
      y: { label: "y" },
      labels: "legend",
      series: [{ name: "one", style: 0, ...(drawn && { drawn }), points }],
    });
  const count = (svg: string, mark: string) => svg.split(`aria-label="${mark}"`).length - 1;
  const [both, line, dots] = [draw(), draw("line"), draw("dots")];
  expect([count(both, "line"), count(line, "line"), count(dots, "line")]).toEqual([1, 1, 0]);
  expect([count(both, "dot"), count(line, "dot"), count(dots, "dot")]).toEqual([1, 0, 1]);
});
