import fc from "fast-check";
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { type CurvesOptions, curves } from "../../shared/report/curves.ts";
import { heatMaps } from "../../shared/report/heatmap.ts";
import { seriesStyles, styleAt } from "../../shared/report/palette.ts";
import { standaloneSvg } from "../../shared/report/svg.ts";
import { thin, trainingCurves } from "../../shared/report/training.ts";

const lengths = [64, 128, 256, 512, 1024];
const losses = { RoPE: [1.733, 1.99, 2.526, 2.92, 3.239], FoPE: [1.75, 1.787, 1.881, 2.144, 2.511] };

function lossPlot(change: Partial<CurvesOptions> = {}): string {
  return curves({
    id: "loss",
    title: "Loss by length",
    x: { label: "Length (tokens)", scale: "log2", ticks: lengths },
    y: { label: "Loss (nats per token)" },
    rules: [{ axis: "x", at: 64, label: "training length" }],
    series: Object.entries(losses).map(([name, values], style) => ({
      name,
      style,
      points: values.map((y, index) => ({ x: lengths[index] ?? 0, y, sd: 0.05 })),
    })),
    ...change,
  });
}

const parse = (svg: string) => parseHTML(`<html><body>${svg}</body></html>`).document;
const texts = (svg: string) => [...parse(svg).querySelectorAll("text")].map((text) => text.textContent);

describe("curves", () => {
  test("points stand where their values are: even steps by log2, higher losses higher up", () => {
    const places = markers(lossPlot(), styleAt(0).light);
    expect(places).toHaveLength(5);
    expect(places.flat().every(Number.isFinite)).toBe(true);
    const steps = places.slice(1).map(([x], index) => x - (places[index]?.[0] ?? 0));
    for (const step of steps) expect(step).toBeCloseTo(steps[0] ?? 0, 1);
    const heights = places.map(([, y]) => y);
    expect(heights).toEqual(heights.toSorted((a, b) => b - a));
    const [first, , , , last] = heights;
    const [second] = markers(lossPlot(), styleAt(1).light).map(([, y]) => y);
    const perNat = ((first ?? 0) - (last ?? 0)) / (3.239 - 1.733);
    expect((first ?? 0) - (second ?? 0)).toBeCloseTo((1.75 - 1.733) * perNat, 1);
  });

  test("a wide plot names curves at their ends, a narrow one above; both label axes, rule and title", () => {
    const common = ["Loss by length", "↑ Loss (nats per token)", "Length (tokens) →", "training length"];
    for (const width of [720, 360])
      expect(texts(lossPlot({ width }))).toEqual(
        expect.arrayContaining([...common, "RoPE", "FoPE", "1,024"]),
      );
    expect(heightOf(lossPlot({ width: 720 }), "RoPE")).toBeGreaterThan(
      heightOf(lossPlot({ width: 360 }), "Loss by length"),
    );
  });

  test("a screen reader is told title and ends; ids follow from the plot's own", () => {
    const svg = parse(lossPlot()).querySelector("svg");
    expect(svg?.getAttribute("role")).toBe("img");
    expect(svg?.getAttribute("aria-labelledby")).toBe("loss-title loss-desc");
    expect(svg?.querySelector("#loss-title")?.textContent).toBe("Loss by length");
    expect(svg?.querySelector("#loss-desc")?.textContent).toContain("FoPE: 1.75 at 64, 2.511 at 1,024.");
  });

  test("a single point is told once, and places as the axis shows them", () => {
    const series = [{ name: "Dense", style: 0, points: [{ x: 18_900_000, y: 1.767 }] }];
    const x = { label: "Multiply-adds", format: (value: number) => `${value / 1e6}M\nin all` };
    const told = parse(lossPlot({ x, series, rules: [] })).querySelector("#loss-desc")?.textContent;
    expect(told).toMatch(/Dense: 1\.767 at 18\.9M\.$/);
  });

  test("an axis of powers of ten has ticks at 1, 2 and 5, fewer over more decades, as many as have room", () => {
    const ticksOf = (low: number, high: number, width = 720) => {
      const points = [low, high].map((x) => ({ x, y: x }));
      const x = { label: "x", scale: "log10" } as const;
      const svg = lossPlot({
        x,
        series: [{ name: "one", style: 0, points }],
        rules: [],
        width,
        labels: "legend",
      });
      return [...parse(svg).querySelectorAll('[aria-label="x-axis tick label"] text')].map(
        (t) => t.textContent,
      );
    };
    expect(ticksOf(7, 300)).toEqual(["10", "20", "50", "100", "200"]);
    expect(ticksOf(1, 100)).toEqual(["1", "2", "5", "10", "20", "50", "100"]);
    expect(ticksOf(0.1, 200)).toEqual(["0.1", "0.3", "1", "3", "10", "30", "100"]);
    expect(ticksOf(1, 1e5)).toEqual(["1", "10", "100", "1,000", "10,000", "100,000"]);
    expect(ticksOf(1e-6, 1e6, 360).length).toBeLessThan(12);
    expect(ticksOf(3, 4).length).toBeGreaterThan(0); // none of the three lies between: the library's own
    for (const text of ticksOf(1e-150, 1e150)) expect(text).toMatch(/10/);
  });

  test("the same data give the same bytes", () => expect(lossPlot()).toBe(lossPlot()));

  test("bands appear with a spread and only then", () => {
    expect(parse(lossPlot()).querySelectorAll('[aria-label="area"]')).toHaveLength(2);
    const alone = [{ name: "RoPE", style: 0, points: [{ x: 64, y: 1, sd: 0 }] }];
    expect(parse(lossPlot({ series: alone })).querySelectorAll('[aria-label="area"]')).toHaveLength(0);
  });

  test("numbers at the limits of a double leave no coordinate undefined", () => {
    const values = [1.79e308, -1.79e308, 1e308, 1e-199, 5];
    for (const x of values)
      for (const y of values)
        for (const sd of [0, 1e308]) {
          const points = [
            { x, y, sd },
            { x: 5, y: -y },
          ];
          for (const some of [points, points.slice(0, 1)]) {
            const svg = lossPlot({ series: [{ name: "one", style: 0, points: some }], rules: [] });
            expect(svg).not.toMatch(/NaN|Infinity|undefined/);
          }
        }
  });

  test("whatever the values, no coordinate is NaN, and what an axis cannot show is left out", () => {
    const value = fc.oneof(fc.double(), fc.constantFrom(0, -1, Number.NaN, Infinity, 5));
    const points = fc.array(fc.record({ x: value, y: value, sd: value }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(points, { maxLength: 4 }), fc.constantFrom(320, 720), (given, width) => {
        const series = given.map((one, style) => ({ name: `s${style}`, style, points: one }));
        const svg = lossPlot({ series, width, rules: [] });
        expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      }),
      { numRuns: 60 },
    );
  });
});

describe("training curves", () => {
  const wave = Array.from({ length: 1000 }, (_, step) => ({ x: step, y: Math.cos(step) }));

  test("thinned to so many points, in order, within the values, with the same mean", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 400 }), (most, count) => {
        const given = wave.slice(0, count);
        const thinned = thin(given, most);
        expect(thinned.length).toBe(Math.min(most, count));
        for (const { y } of thinned) expect(Math.abs(y)).toBeLessThanOrEqual(1);
        expect(thinned.map((point) => point.x)).toEqual(
          thinned.map((point) => point.x).toSorted((a, b) => a - b),
        );
      }),
    );
    const mean = (points: readonly { y: number }[]) =>
      points.reduce((sum, { y }) => sum + y, 0) / points.length;
    expect(mean(thin(wave, 100))).toBeCloseTo(mean(wave), 12);
  });

  test("a diverged training shows what it had", () => {
    const points = [
      { x: 1, y: 2 },
      { x: 2, y: Number.NaN },
      { x: 3, y: 3 },
    ];
    expect(thin(points, 10)).toEqual([
      { x: 1, y: 2 },
      { x: 3, y: 3 },
    ]);
  });

  test("seeds of one name share one entry of the legend", () => {
    const run = (name: string, style: number) => ({
      name,
      style,
      points: [
        { step: 1, loss: 3 },
        { step: 9, loss: 2 },
      ],
    });
    const svg = trainingCurves({
      id: "t",
      title: "Training",
      loss: { label: "Loss" },
      runs: [run("FoPE", 0), run("FoPE", 0), run("RoPE", 1)],
    });
    expect(texts(svg).filter((text) => text === "FoPE")).toHaveLength(1);
    expect(parse(svg).querySelectorAll('[aria-label="line"] path')).toHaveLength(3);
  });
});

describe("heat maps", () => {
  const options = {
    id: "depth",
    title: "Passkey",
    x: { label: "Length (tokens)" },
    y: { label: "Depth", format: (depth: number) => `${depth * 100}%` },
    panels: ["RoPE", "FoPE"].map((name, panel) => ({
      name,
      cells: lengths.flatMap((x) =>
        [0, 0.5, 1].map((y) => ({ x, y, value: panel === 0 ? 0 : 0.97, note: "20 prompts" })),
      ),
    })),
  };

  test("a cell for each value, with its value in it and its place in words", () => {
    const document = parse(heatMaps(options));
    const cells = [...document.querySelectorAll("rect")];
    expect(cells).toHaveLength(30);
    expect(cells[0]?.querySelector("title")?.textContent).toBe("RoPE, 64, 0%: 0%, 20 prompts");
    expect(texts(heatMaps(options)).filter((text) => text === "97%")).toHaveLength(15);
    const [faint, full] = [cells[0], cells.at(-1)].map((cell) => Number(cell?.getAttribute("fill-opacity")));
    expect(faint).toBeLessThan(full ?? 0);
  });

  test("cells lie inside the plot and over no other, at both widths", () => {
    for (const width of [360, 720]) {
      const boxes = [...parse(heatMaps({ ...options, width })).querySelectorAll("rect")].map((rect) =>
        ["x", "y", "width", "height"].map((name) => Number(rect.getAttribute(name))),
      );
      for (const [x = 0, , w = 0] of boxes) expect(x >= 0 && x + w <= width).toBe(true);
      for (const [index, [x = 0, y = 0, w = 0, h = 0]] of boxes.entries())
        for (const [x2 = 0, y2 = 0] of boxes.slice(index + 1))
          expect(x2 < x + w && x2 >= x && y2 < y + h && y2 >= y).toBe(false);
    }
  });

  test("where cells are too small for their values, a key explains the colours", () => {
    const xs = Array.from({ length: 12 }, (_, index) => index);
    const panels = ["a", "b", "c"].map((name) => ({
      name,
      cells: xs.map((x) => ({ x, y: 0, value: 0.42 })),
    }));
    const svg = heatMaps({ ...options, panels });
    expect(texts(svg)).not.toContain("42%");
    expect(texts(svg)).toEqual(expect.arrayContaining(["0%", "100%"]));
    expect(parse(svg).querySelectorAll("rect")).toHaveLength(36 + 5);
  });

  test("nothing to show is said", () =>
    expect(texts(heatMaps({ ...options, panels: [] }))).toContain("No data"));
});

describe("for every reader", () => {
  test("no two styles share a colour, or a dash and a marker", () => {
    for (const key of ["light", "dark", "symbol"] as const)
      expect(new Set(seriesStyles.map((style) => style[key])).size).toBe(seriesStyles.length);
    expect(new Set(seriesStyles.map((style) => style.dash)).size).toBe(seriesStyles.length);
  });

  test("every colour stands out from its paper by 3:1", () => {
    for (const style of seriesStyles) {
      expect(contrast(style.light, "#ffffff")).toBeGreaterThanOrEqual(3);
      expect(contrast(style.dark, "#14171b")).toBeGreaterThanOrEqual(3);
    }
  });

  test("a file alone needs no style sheet and lies on white", () => {
    const file = standaloneSvg(lossPlot());
    expect(file).not.toMatch(/var\(|<style|style=|http(?!:\/\/www\.w3\.org\/2000\/svg)/);
    expect(file).toMatch(/^<\?xml[^>]*\?>\n<svg [^>]*color="#1b1e23"/);
    expect(file).toContain('fill="#ffffff"');
  });
});

/** Centres of a series' markers, from left to right. */
function markers(svg: string, colour: string): [number, number][] {
  const groups = [...parse(svg).querySelectorAll('[aria-label="dot"]')];
  const group = groups.find((one) => one.getAttribute("fill")?.includes(colour));
  return [...(group?.children ?? [])].map((mark): [number, number] => {
    const [, x, y] = /translate\(([-\d.]+),([-\d.]+)\)/.exec(mark.getAttribute("transform") ?? "") ?? [];
    return [Number(x ?? mark.getAttribute("cx")), Number(y ?? mark.getAttribute("cy"))];
  });
}

function heightOf(svg: string, text: string): number {
  const found = [...parse(svg).querySelectorAll("text")].find((one) => one.textContent === text);
  return Number(found?.getAttribute("y"));
}

/** Contrast of two colours by WCAG 2. */
function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
