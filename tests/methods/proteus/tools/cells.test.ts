import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../../../shared/lm/random.ts";
import type { MatrixSample } from "../../../../shared/methods/contract.ts";
import { spearman } from "../../../../shared/methods/proteus/association.ts";
import { type Cells, readCells } from "../../../../shared/methods/proteus/cells.ts";
import { indexes, rowOf, valueAt } from "../../../../shared/methods/proteus/matrix.ts";
import { readSampleSheet } from "../../../../shared/methods/proteus/sample-sheet.ts";
import { clusterAbundances, compareAbundances } from "../../../../shared/methods/proteus/tools/abundance.ts";
import { annotateClusters, readCellTypes } from "../../../../shared/methods/proteus/tools/annotate-cells.ts";
import { clusterCells } from "../../../../shared/methods/proteus/tools/cell-clusters.ts";
import { pseudotime, spanningTree } from "../../../../shared/methods/proteus/tools/pseudotime.ts";
import { contentOf, matrixOfRows, randomMatrix, seeds } from "../matrices.ts";

const markers = ["CD3(Cd110)Di", "CD4", "CD8", "CD19", "CD14"];
const kinds = [
  { name: "CD4 T", high: [0, 1] },
  { name: "CD8 T", high: [0, 2] },
  { name: "B", high: [3] },
  { name: "monocyte", high: [4] },
];

/** Cells of four kinds in samples of two groups; `share` of group b's cells are B cells, a quarter of a's. */
function bloodCells(perSample: number, share = 0.25, samplesEach = 2): { cells: Cells; truth: number[] } {
  const random = createRandom(1, "cells");
  const truth: number[] = [];
  const rows = indexes(2 * samplesEach * perSample).map((cell) => {
    const inB = cell >= samplesEach * perSample;
    const isB = random.uniform() < (inB ? share : 0.25);
    const kind = isB ? 2 : ([0, 1, 3][random.integer(3)] ?? 0);
    truth.push(kind);
    return markers.map((_, j) => (kinds[kind]?.high.includes(j) ? 4 : 0.4) + 0.5 * random.normal());
  });
  const samples = indexes(2 * samplesEach).map(
    (s): MatrixSample => ({
      label: `s${s}`,
      column: `s${s}`,
      group: s < samplesEach ? "a" : "b",
      covariates: {},
    }),
  );
  const cells = {
    matrix: { ...matrixOfRows(rows), columns: markers },
    sampleOf: Int32Array.from(rows, (_, cell) => Math.floor(cell / perSample)),
    sheet: readSampleSheet(samples).sheet,
  };
  return { cells, truth };
}

describe("reading cells", () => {
  const column = (label: string): MatrixSample => ({ label, column: label, covariates: {} });
  const columns = ["file_id", "Time", "CD3(Cd110)Di", "CD4", "DNA1(Ir191)Di", "ABC1"].map(column);
  const row = (id: string, values: number[], condition: string) => ({
    id,
    values,
    annotations: { condition },
  });

  test("takes markers, samples and groups apart by the names of their columns", async () => {
    const table = [
      row("c1", [7, 1, 2, 3, 9, 5], "x"),
      row("c2", [8, 2, 4, 5, 9, 6], "y"),
      row("c3", [7, 3, 6, 7, 9, 7], "x"),
    ];
    const { cells, notes } = await readCells(contentOf(columns, table));
    expect(cells.matrix.columns).toEqual(["CD3(Cd110)Di", "CD4", "ABC1"]);
    expect([...rowOf(cells.matrix, 1)]).toEqual([4, 5, 6]);
    expect([...cells.sampleOf]).toEqual([0, 1, 0]);
    expect(cells.sheet).toMatchObject({ samples: ["7", "8"], groups: { values: ["x", "y"] } });
    expect(notes.map(({ text }) => text)).toEqual([
      "3 cells of 2 samples (column file_id) in groups by column condition, 3 markers.",
      "Technical channels left out: Time, DNA1(Ir191)Di.",
    ]);
    const asked = await readCells(contentOf(columns, table), {
      markers: ["Time", "CD4"],
      sample: "condition",
      group: "file_id",
    });
    expect(asked.cells.matrix.columns).toEqual(["Time", "CD4"]);
    expect(asked.cells.sheet).toMatchObject({ samples: ["x", "y"], groups: { values: ["7", "8"] } });
  });

  test("says what is missing, and where", async () => {
    const good = row("c1", [7, 1, 2, 3, 9, 5], "x");
    const reading = (rows: (typeof good)[], options = {}) => readCells(contentOf(columns, rows), options);
    await expect(reading([good, row("c2", [7, 1, 2, Number.NaN, 9, 5], "x")])).rejects.toThrow(
      "cell c2 has no number of CD4",
    );
    await expect(reading([good, row("c2", [7, 1, 2, 3, 9, 5], "y")])).rejects.toThrow(
      "sample 7 has cells of the groups x and y",
    );
    await expect(reading([good], { markers: ["CD4", "CD99"] })).rejects.toThrow("no numbers of CD99");
    await expect(reading([good], { sample: "plate" })).rejects.toThrow('no column "plate"');
    await expect(readCells(contentOf([column("CD4"), column("CD8")], []))).rejects.toThrow(
      /no column names each cell's sample/,
    );
  });
});

describe("cells", () => {
  const { cells, truth } = bloodCells(300);
  const found = clusterCells(cells);
  const types = readCellTypes(
    "CD4 T: CD3+ CD4+ CD8- CD19-\nCD8 T: CD3+, CD8+, CD4-\n# other\nB\tCD19+ CD3-\nmonocyte: CD14+ CD3-\nNK: CD56+ CD3-\n",
  );

  test("fall into the clusters that they were made of, whose number is found", () => {
    expect(found.sizes).toHaveLength(4);
    for (const cluster of indexes(4)) {
      const of = truth.filter((_, cell) => found.labels[cell] === cluster);
      const most = Math.max(...kinds.map((_, kind) => of.filter((one) => one === kind).length));
      expect(most / of.length).toBeGreaterThan(0.98);
    }
    expect([...found.sizes]).toEqual([...found.sizes].sort((a, b) => b - a));
    expect(clusterCells(cells)).toEqual(found);
    expect(clusterCells(cells, { k: 2 }).sizes).toHaveLength(2);
  });

  test("are named by their markers; a kind whose marker is not there is not looked for", () => {
    const { clusters, note } = annotateClusters(cells, found.medians, types);
    for (const [cluster, { type, score }] of clusters.entries()) {
      const kind = truth[found.labels.indexOf(cluster)] ?? 0;
      expect(type).toBe(kinds[kind]?.name);
      expect(score).toBeGreaterThan(0.8);
    }
    expect(note.text).toMatch(
      /^4 of 4 clusters fit.*Not looked for, since markers are not in the table: NK\.$/,
    );
  });

  test("that fit two kinds, or none, are not named", () => {
    const vague = readCellTypes("T: CD3+\nlymphocyte: CD3+ CD14-\nB: CD19+");
    const { clusters } = annotateClusters(cells, found.medians, vague);
    const named = new Map(
      clusters.map(({ type }, cluster) => [kinds[truth[found.labels.indexOf(cluster)] ?? 0]?.name, type]),
    );
    expect(Object.fromEntries(named)).toEqual({
      "CD4 T": "unassigned",
      "CD8 T": "unassigned",
      B: "B",
      monocyte: "unassigned",
    });
    expect(() => annotateClusters(cells, found.medians, readCellTypes("NK: CD56+"))).toThrow(
      /no kind of cell has all of its markers/,
    );
  });

  test("kinds are refused with their lines", () => {
    expect(() => readCellTypes("T: CD3+\n\nB CD19+")).toThrow(
      "cellTypes: line 3: a kind is a name, a colon and its markers",
    );
    expect(() => readCellTypes("T: CD3")).toThrow("cellTypes: line 1: CD3 ends with neither + nor -");
    expect(() => readCellTypes("T: CD3+\nT: CD4+")).toThrow("cellTypes: line 2: T was there before");
  });

  test("are counted for each sample", () => {
    const more = bloodCells(300, 0.6);
    const labels = Int32Array.from(more.truth);
    const { counts, shares, logits, note } = clusterAbundances(
      more.cells,
      labels,
      kinds.map(({ name }) => name),
    );
    for (const sample of indexes(4)) {
      const of = indexes(4).map(
        (kind) =>
          more.truth.filter((one, cell) => one === kind && more.cells.sampleOf[cell] === sample).length,
      );
      expect(indexes(4).map((kind) => valueAt(counts, kind, sample))).toEqual(of);
      expect(valueAt(shares, 2, sample)).toBeCloseTo((of[2] ?? 0) / 300, 12);
      expect(valueAt(logits, 2, sample)).toBeCloseTo(
        Math.log(((of[2] ?? 0) + 0.5) / (300.5 - (of[2] ?? 0))),
        12,
      );
    }
    expect(valueAt(shares, 2, 3)).toBeGreaterThan(valueAt(shares, 2, 0) + 0.2);
    expect(note.text).toBe("A sample has 300 to 300 cells.");
  });
});

test("clusters that are more of one group's samples are found, and others are not", () => {
  const more = bloodCells(200, 0.5, 4);
  const abundances = clusterAbundances(
    more.cells,
    Int32Array.from(more.truth),
    kinds.map(({ name }) => name),
  );
  const compared = compareAbundances(abundances, more.cells, { level: "b", reference: "a" });
  expect(compared.logFC[2]).toBeGreaterThan(0.8);
  expect(compared.adjusted[2]).toBeLessThan(0.01);
  const alike = bloodCells(200, 0.25, 4);
  const same = clusterAbundances(
    alike.cells,
    Int32Array.from(alike.truth),
    kinds.map(({ name }) => name),
  );
  const none = compareAbundances(same, alike.cells, { level: "b", reference: "a" });
  expect(Math.min(...none.adjusted)).toBeGreaterThan(0.05);
  const { groups: _, ...sheet } = alike.cells.sheet;
  expect(() => compareAbundances(same, { sheet }, { level: "b", reference: "a" })).toThrow(
    /no column names the groups/,
  );
});

describe("pseudotime", () => {
  test("finds the order that cells were made in, along a bent line", () => {
    const random = createRandom(4, "line");
    const order = indexes(400).map((i) => i / 40);
    const rows = order.map((t) =>
      [Math.min(t, 5), Math.max(0, t - 5), 3 * random.normal() * 0.05].map((x) => x + 0.1 * random.normal()),
    );
    const labels = Int32Array.from(order, (t) => Math.min(4, Math.floor(t / 2)));
    const cells: Cells = {
      matrix: matrixOfRows(rows),
      sampleOf: new Int32Array(400),
      sheet: { samples: ["a"], covariates: [] },
    };
    const found = pseudotime(cells, labels, 5, 0);
    expect(found.branches.map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
    ]);
    expect(spearman(Float64Array.from(order), found.times).r).toBeGreaterThan(0.985);
    // From the middle of the first cluster to that of the last it is 8, a little less around the bend.
    const whole = found.branches.reduce((sum, { length }) => sum + length, 0);
    expect(whole).toBeGreaterThan(7);
    expect(whole).toBeLessThan(8.1);
    expect(
      found.trends
        .slice(0, 2)
        .map(({ marker }) => marker)
        .sort(),
    ).toEqual(["S0", "S1"]);
    expect(Math.abs(found.trends[2]?.rho ?? 1)).toBeLessThan(0.2);
    const back = pseudotime(cells, labels, 5, 4);
    for (const cell of [3, 200, 390])
      expect((back.times[cell] ?? 0) + (found.times[cell] ?? 0)).toBeCloseTo(whole, 8);
    expect(() => pseudotime(cells, labels, 2, 0)).toThrow(/three/);
    expect(() => pseudotime(cells, labels, 5, 5)).toThrow("there is no cluster 5");
  });

  test("its tree is the shortest of all", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const points = randomMatrix(seed, 5, 2);
        const between = (a: number, b: number) =>
          Math.hypot(...rowOf(points, a).map((value, j) => value - valueAt(points, b, j)));
        const pairs = indexes(5).flatMap((a) => indexes(a).map((b) => [a, b] as const));
        const trees = indexes(2 ** pairs.length)
          .map((bits) => pairs.filter((_, at) => (bits >> at) % 2 === 1))
          .filter((edges) => edges.length === 4 && joinsAll(edges));
        const shortest = Math.min(
          ...trees.map((edges) => edges.reduce((sum, [a, b]) => sum + between(a, b), 0)),
        );
        expect(spanningTree(points).reduce((sum, { length }) => sum + length, 0)).toBeCloseTo(shortest, 10);
      }),
      { numRuns: 20 },
    );
  });
});

function joinsAll(edges: readonly (readonly [number, number])[]): boolean {
  const reached = new Set([0]);
  for (let round = 0; round < 5; round++)
    for (const [a, b] of edges) if (reached.has(a) || reached.has(b)) reached.add(a).add(b);
  return reached.size === 5;
}
