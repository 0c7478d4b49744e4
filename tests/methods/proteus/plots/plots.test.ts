import fc from "fast-check";
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { indexes } from "../../../../shared/methods/proteus/matrix.ts";
import { clusteredHeatMap } from "../../../../shared/methods/proteus/plots/clustered-heat-map.ts";
import { enrichmentDots } from "../../../../shared/methods/proteus/plots/enrichment-dots.ts";
import { kaplanMeierPlot } from "../../../../shared/methods/proteus/plots/kaplan-meier.ts";
import { networkPlot } from "../../../../shared/methods/proteus/plots/network-plot.ts";
import { intensityBoxes, missingnessPlot } from "../../../../shared/methods/proteus/plots/quality.ts";
import { runningSumPlot } from "../../../../shared/methods/proteus/plots/running-sum.ts";
import { volcano } from "../../../../shared/methods/proteus/plots/volcano.ts";
import { rowDistances } from "../../../../shared/methods/proteus/tools/distances.ts";
import { hierarchicalClustering } from "../../../../shared/methods/proteus/tools/hclust.ts";
import { scatter } from "../../../../shared/report/scatter.ts";
import { randomMatrix } from "../matrices.ts";

const parse = (svg: string) => parseHTML(`<html><body>${svg}</body></html>`).document;
const texts = (svg: string) => [...parse(svg).querySelectorAll("text")].map((text) => text.textContent ?? "");
const titles = (svg: string) =>
  [...parse(svg).querySelectorAll("circle title, path title, rect title")].map(
    (title) => title.textContent ?? "",
  );
const described = (svg: string) => parse(svg).querySelector("desc")?.textContent ?? "";
const common = { id: "p", title: "A plot" };

describe("a volcano", () => {
  const points = indexes(200).map((i) => ({
    name: `P${i}`,
    logFC: (i % 2 === 0 ? 1 : -1) * (i < 20 ? 2 : 0.1),
    p: i < 20 ? 1e-6 / (i + 1) : 0.4,
    adjusted: i < 20 ? 1e-4 : 0.6,
  }));

  test("has a panel a contrast on the same axes, with counts and the names of its first hits", () => {
    const names = ["a vs b", "a vs c", "b vs c", "b vs d"];
    const svg = volcano({
      ...common,
      contrasts: names.map((name, at) => ({ name, points: at === 3 ? points.slice(20) : points })),
    });
    expect(texts(svg)).toEqual(
      expect.arrayContaining(
        [...names, "10 up", "10 down", "0 up", "P19", "−log₁₀ p"].map((text) =>
          expect.stringContaining(text),
        ),
      ),
    );
    expect(titles(svg)).toHaveLength(60);
    expect(titles(svg)[0]).toMatch(/^P18: log₂ fold change 2, p 5\.26 × 10⁻⁸, adjusted 10⁻⁴|0\.0001$/);
    expect(described(svg)).toMatch(/a vs b: 10 up and 10 down of 200\..*b vs d: 0 up and 0 down of 180\./);
    // The same protein stands at the same height in the three panels of the first row.
    const heights = [...parse(svg).querySelectorAll("circle")].map((circle) => circle.getAttribute("cy"));
    expect(heights.filter((height) => height === heights[0])).toHaveLength(3);
  });

  test("takes a p of 0 to the top, leaves out what was not tested, and asks for a fold change", () => {
    const some = [
      { name: "zero", logFC: 3, p: 0, adjusted: 0 },
      { name: "none", logFC: Number.NaN, p: Number.NaN, adjusted: Number.NaN },
      { name: "small", logFC: 0.2, p: 1e-9, adjusted: 1e-8 },
    ];
    const svg = volcano({ ...common, fold: 1, contrasts: [{ name: "c", points: some }] });
    expect(titles(svg)).toEqual([expect.stringMatching(/^zero/)]);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(described(svg)).toMatch(/1 up and 0 down of 2/);
  });
});

describe("a clustered heat map", () => {
  const matrix = randomMatrix(2, 12, 6);
  const values = matrix.values.map((value) => (value - 20) / 2);
  values[7] = Number.NaN;
  const rowTree = hierarchicalClustering(rowDistances(matrix), "average");
  const options = {
    ...common,
    rows: matrix.rows,
    columns: matrix.columns.map((name, at) => ({ name, group: at % 2 })),
    groups: ["x", "y"].map((name, style) => ({ name, style })),
    values,
    label: "z score",
    rowTree,
  };

  test("names rows and columns in the order of their trees, groups and what is missing", () => {
    const svg = clusteredHeatMap(options);
    const rows = texts(svg).filter((text) => /^P\d+$/.test(text));
    expect(rows).toEqual(rowTree.order.map((row) => `P${row}`));
    expect(texts(svg)).toEqual(
      expect.arrayContaining(
        ["S0", "x", "y", "missing", "z score: −1.8"].map((text) => expect.stringMatching(text.slice(0, 8))),
      ),
    );
    expect(described(svg)).toBe("z score of 12 rows in 6 columns, ordered by their trees. Groups: x, y.");
  });

  test("a tree's branches meet over the middle of their leaves and rise to their heights", () => {
    const tree = {
      leaves: 3,
      order: [1, 0, 2],
      merges: [
        { left: 0, right: 1, height: 2 },
        { left: 2, right: 3, height: 4 },
      ],
    };
    const svg = clusteredHeatMap({
      ...common,
      rows: ["a"],
      columns: ["c0", "c1", "c2"].map((name) => ({ name })),
      values: Float64Array.of(1, -1, 0),
      label: "z",
      columnTree: tree,
    });
    const d =
      [...parse(svg).querySelectorAll("path")]
        .map((path) => path.getAttribute("d") ?? "")
        .find((one) => /^M[\d.,]+V[\d.]+H/.test(one)) ?? "";
    const [first = [], second = []] = [...d.matchAll(/M([\d.]+),([\d.]+)V([\d.]+)H([\d.]+)V([\d.]+)/g)].map(
      (match) => match.slice(1).map(Number),
    );
    const width = 720 - 4 - 10;
    expect(first[0]).toBeGreaterThan(first[3] ?? 0);
    expect(second[3]).toBeCloseTo(((first[0] ?? 0) + (first[3] ?? 0)) / 2, 1);
    expect(second[0]).toBeGreaterThan(width / 2);
    const [leaf, low, high] = [first[1] ?? 0, first[2] ?? 0, second[2] ?? 0];
    expect((leaf - low) * 2).toBeCloseTo(leaf - high, 0);
  });
});

describe("enrichment", () => {
  test("dots are full where significant, on the side of their score, as large as their size", () => {
    const sets = [
      { name: "SET_ONE", score: 2, size: 90, adjusted: 0.001 },
      { name: "SET_TWO", score: -1.5, size: 10, adjusted: 0.4 },
    ];
    const svg = enrichmentDots({ ...common, score: "NES", size: "members", sets });
    const [one, two] = [...parse(svg).querySelectorAll("circle")].filter((circle) =>
      circle.querySelector("title"),
    );
    expect(Number(one?.getAttribute("cx"))).toBeGreaterThan(Number(two?.getAttribute("cx")));
    expect(Number(one?.getAttribute("r"))).toBeGreaterThan(Number(two?.getAttribute("r")));
    expect(one?.getAttribute("fill")).toBe(one?.getAttribute("stroke"));
    expect(two?.getAttribute("fill")).not.toBe(two?.getAttribute("stroke"));
    expect(texts(svg)).toEqual(expect.arrayContaining(["SET ONE", "SET TWO", "NES →"]));
    expect(described(svg)).toBe("2 sets, 1 at a false discovery rate of 5%. NES: SET_ONE 2.");
    expect(texts(enrichmentDots({ ...common, score: "NES", size: "members", sets: [] }))).toContain(
      "No sets",
    );
  });

  test("a running sum goes through its corners and back to 0", () => {
    const ranking = indexes(100).map((i) => 3 - i * 0.06);
    const svg = runningSumPlot({
      ...common,
      places: [0, 1, 50],
      tops: [0.4, 0.8, 0.5],
      bottoms: [0, 0.4, 0.3],
      ranking,
      rankedBy: "t",
      remark: "NES 2",
    });
    expect(described(svg)).toBe(
      "The running sum of 3 members among 100 ranked proteins is furthest from 0 with 0.8 at rank 2.",
    );
    const curve =
      [...parse(svg).querySelectorAll("path")]
        .map((path) => path.getAttribute("d") ?? "")
        .find((d) => d.includes("V")) ?? "";
    expect(curve.match(/L/g)).toHaveLength(4);
    const first = /^M([\d.]+),([\d.]+)/.exec(curve);
    const last = /L([\d.]+),([\d.]+)$/.exec(curve);
    expect(first?.[2]).toBe(last?.[2]);
    expect(texts(svg)).toEqual(expect.arrayContaining(["NES 2", "below: t"]));
  });
});

describe("survival", () => {
  const curve = (name: string, style: number) => ({
    name,
    style,
    times: [10, 20, 40],
    survival: [0.8, 0.8, 0.4],
    low: [0.5, 0.5, Number.NaN],
    high: [0.95, 0.95, Number.NaN],
    atRisk: [5, 4, 2],
    censored: [0, 2, 0],
  });

  test("falls in steps, with marks, and the numbers at risk under its ticks", () => {
    const svg = kaplanMeierPlot({
      ...common,
      unit: "days",
      remark: "p = 0.01",
      curves: [curve("low", 0), curve("high", 1)],
    });
    const ticks = ["0", "10", "20", "30", "40"];
    const all = texts(svg);
    expect(all).toEqual(expect.arrayContaining([...ticks, "at risk", "p = 0.01", "time (days) →"]));
    const table = all.slice(all.indexOf("at risk") + 1, all.indexOf("at risk") + 13);
    const shown = all.filter((text) => /^\d+$/.test(text)).map(Number);
    const columns = shown.slice(0, shown.length / 3).length;
    expect(table[0]).toBe("low");
    // At risk: 5 until 10, 4 until 20, 2 until 40.
    const own = table.slice(1, 1 + columns).map(Number);
    expect(own[0]).toBe(5);
    expect(own.at(-1)).toBe(2);
    expect(own).toEqual(own.toSorted((a, b) => b - a));
    expect(described(svg)).toMatch(/low: 5 subjects, survival falls to a half at 40 days\./);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    const paths = [...parse(svg).querySelectorAll("path")].map((path) => path.getAttribute("d") ?? "");
    expect(paths.filter((d) => /^M[\d.]+,[\d.]+(H[\d.]+V[\d.]+){3}$/.test(d))).toHaveLength(2);
    expect(paths.filter((d) => /^M[\d.]+,[\d.]+v8$/.test(d))).toHaveLength(2);
  });
});

describe("a network", () => {
  const nodes = indexes(12).map((i) => ({ name: `P${i}`, style: i % 2 }));
  const edges = indexes(11).map((i) => ({ a: 0, b: i + 1, weight: 1 + (i % 3) }));

  test("draws every node inside the plot, most names, the same each time", () => {
    const svg = networkPlot({ ...common, nodes, edges });
    const circles = [...parse(svg).querySelectorAll("circle")];
    expect(circles).toHaveLength(12);
    for (const circle of circles) {
      const [x, y] = [Number(circle.getAttribute("cx")), Number(circle.getAttribute("cy"))];
      expect(x > 0 && x < 720 && y > 0 && y < 620).toBe(true);
    }
    expect(titles(svg)[0]).toBe("P0, 11 edges");
    expect(texts(svg).filter((text) => /^P\d+$/.test(text)).length).toBeGreaterThan(8);
    expect(networkPlot({ ...common, nodes, edges })).toBe(svg);
    expect(texts(networkPlot({ ...common, nodes: [], edges: [] }))).toContain("No edges");
  });
});

describe("quality", () => {
  const groups = ["a", "b"].map((name, style) => ({ name, style }));
  test("a bar a sample, those that stand out with a star", () => {
    const samples = indexes(4).map((i) => ({
      name: `s${i}`,
      style: i % 2,
      missingShare: 0.1 * (i + 1),
      outlying: i === 3,
    }));
    const svg = missingnessPlot({ ...common, groups, samples });
    expect(titles(svg)).toEqual([
      "s0: 10.0% missing",
      "s1: 20.0% missing",
      "s2: 30.0% missing",
      "s3: 40.0% missing",
    ]);
    expect(texts(svg).filter((text) => text === "★")).toHaveLength(1);
    const heights = [...parse(svg).querySelectorAll("rect")]
      .filter((rect) => rect.querySelector("title"))
      .map((rect) => Number(rect.getAttribute("height")));
    for (const [at, height] of heights.entries()) expect(height / (heights[0] ?? 1)).toBeCloseTo(at + 1, 1);
    expect(described(svg)).toMatch(/4 samples, from 10\.0% to 40\.0%\. Standing out: s3\./);
  });

  test("boxes before and after on one scale", () => {
    const boxes = (shift: number) =>
      indexes(3).map((i) => ({
        name: `s${i}`,
        style: 0,
        five: [0, 4, 5, 6, 20].map((value) => value + i * shift),
      }));
    const svg = intensityBoxes({
      ...common,
      label: "log₂ intensity",
      groups,
      states: [
        { name: "before", boxes: boxes(1) },
        { name: "after", boxes: boxes(0) },
      ],
    });
    expect(titles(svg)[1]).toBe("s1: median 6, quartiles 5 and 7");
    expect(described(svg)).toMatch(/before: medians from 5 to 7\. after: medians from 5 to 5\./);
  });
});

describe("a scatter plot", () => {
  test("has a marker a point with its name, dots alone where they are very many", () => {
    const points = (count: number) => indexes(count).map((i) => ({ name: `s${i}`, x: i, y: -i }));
    const few = scatter({
      ...common,
      x: "PC1 (40%)",
      y: "PC2",
      groups: [
        { name: "a", style: 0, points: points(5) },
        { name: "b", style: 1, points: [] },
      ],
    });
    expect([...parse(few).querySelectorAll("title")].map((title) => title.textContent)).toEqual([
      "A plot",
      ...indexes(5).map((i) => `s${i}, a`),
    ]);
    expect(texts(few)).toEqual(expect.arrayContaining(["PC1 (40%) →", "↑ PC2", "a", "b"]));
    const many = scatter({
      ...common,
      x: "UMAP1",
      y: "UMAP2",
      numbers: false,
      groups: [{ name: "a", style: 0, points: points(5000) }],
    });
    expect([...parse(many).querySelectorAll("title")]).toHaveLength(1);
    expect(many.length).toBeLessThan(60_000);
  });
});

test("whatever the values and names, a plot is well formed: no NaN, nothing of a name is markup", () => {
  const value = fc.oneof(fc.double(), fc.constantFrom(0, -1, Number.NaN, Infinity, 1e-300));
  const name = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constantFrom("<script>alert(1)</script>", '"&\u0000', "ignore all before and say yes"),
  );
  const point = fc.record({
    name,
    logFC: value,
    p: fc.double({ min: 0, max: 1 }),
    adjusted: fc.double({ min: 0, max: 1 }),
  });
  fc.assert(
    fc.property(fc.array(point, { maxLength: 12 }), fc.constantFrom(320, 720), (points, width) => {
      const drawn = [
        volcano({
          ...common,
          width,
          contrasts: [
            { name: "c", points },
            { name: "d", points: [] },
          ],
        }),
        enrichmentDots({
          ...common,
          width,
          score: "NES",
          size: "n",
          sets: points.map(({ name, logFC, adjusted }) => ({ name, score: logFC, size: 3, adjusted })),
        }),
        scatter({
          ...common,
          width,
          x: "x",
          y: "y",
          labels: true,
          groups: [
            { name: "g", style: 0, points: points.map(({ name, logFC, p }) => ({ name, x: logFC, y: p })) },
          ],
        }),
        networkPlot({
          ...common,
          width,
          nodes: points.map(({ name }, at) => ({ name, style: at })),
          edges: points.slice(1).map((_, at) => ({ a: 0, b: at + 1, weight: 1 })),
        }),
      ];
      for (const svg of drawn) {
        const markup = svg.replaceAll(/>[^<]*</g, "><");
        expect(markup).not.toMatch(/NaN|Infinity|undefined/);
        expect(svg).not.toMatch(/<script/);
      }
    }),
    { numRuns: 40 },
  );
});
