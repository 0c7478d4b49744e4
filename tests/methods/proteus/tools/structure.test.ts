import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../../../shared/lm/random.ts";
import { indexes, type Matrix, matrixOf } from "../../../../shared/methods/proteus/matrix.ts";
import { topologicalOverlap } from "../../../../shared/methods/proteus/tools/adjacency.ts";
import { correlate } from "../../../../shared/methods/proteus/tools/correlation.ts";
import { distanceAt, rowDistances } from "../../../../shared/methods/proteus/tools/distances.ts";
import { findModules } from "../../../../shared/methods/proteus/tools/modules.ts";
import { silhouettes } from "../../../../shared/methods/proteus/tools/silhouettes.ts";
import { findSubtypes } from "../../../../shared/methods/proteus/tools/subtypes.ts";
import { umap } from "../../../../shared/methods/proteus/tools/umap.ts";
import { matrixOfRows, randomMatrix, seeds } from "../matrices.ts";

/** Proteins x samples; the samples of kind 1, 2, ... have 12 proteins each that are up by `by`. */
function kinds(samples: readonly number[], by: number, seed = 1): Matrix {
  const random = createRandom(seed, "kinds");
  const proteins = 60;
  const values = indexes(proteins).flatMap((row) =>
    samples.map((kind) => random.normal() + (kind > 0 && Math.floor(row / 12) === kind - 1 ? by : 0)),
  );
  return matrixOf(
    indexes(proteins).map((row) => `P${row}`),
    samples.map((_, at) => `S${at}`),
    Float64Array.from(values),
  );
}

describe("a map", () => {
  const two = matrixOfRows(indexes(40).map((i) => indexes(5).map((j) => (i % 2) * 20 + Math.sin(7 * i + j))));
  test("keeps groups apart that are apart, the same with the same seed", () => {
    const map = umap(two, { neighbours: 8, seed: 3 });
    const gaps = silhouettes(
      rowDistances(map),
      Int32Array.from(indexes(40), (i) => i % 2),
    );
    expect(Math.min(...gaps)).toBeGreaterThan(0.5);
    expect(umap(two, { neighbours: 8, seed: 3 })).toEqual(map);
    expect(umap(two, { neighbours: 8, seed: 4 })).not.toEqual(map);
  });
  test("takes as few as four, and says what it does not take", () => {
    expect(
      umap(
        matrixOfRows([
          [1, 2],
          [2, 1],
          [5, 5],
          [6, 5],
        ]),
      ).values.every(Number.isFinite),
    ).toBe(true);
    expect(() => umap(matrixOfRows([[1], [2]]))).toThrow(/four/);
    expect(() => umap(matrixOfRows([[1], [2], [3], [null]]))).toThrow(/missing/);
  });
});

describe("silhouettes", () => {
  test("are those of the definition", () => {
    fc.assert(
      fc.property(
        seeds,
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 3, maxLength: 9 }),
        (seed, kinds) => {
          const labels = Int32Array.from(kinds);
          const distances = rowDistances(randomMatrix(seed, labels.length, 2));
          const found = silhouettes(distances, labels);
          for (const [i, own] of labels.entries()) {
            const mean = (label: number) => {
              const others = indexes(labels.length).filter((j) => j !== i && labels[j] === label);
              return others.reduce((sum, j) => sum + distanceAt(distances, i, j), 0) / others.length;
            };
            const a = mean(own);
            const b = Math.min(
              ...[0, 1, 2].filter((label) => label !== own && labels.includes(label)).map(mean),
            );
            const wanted = Number.isNaN(a) || b === Number.POSITIVE_INFINITY ? 0 : (b - a) / Math.max(a, b);
            expect(found[i]).toBeCloseTo(wanted, 10);
          }
        },
      ),
    );
  });
});

describe("subtypes", () => {
  const how = { draws: 30, references: 19, proteins: 60 };
  test("that are there are found, each sample in its own", () => {
    const truth = indexes(36).map((sample) => sample % 3);
    const found = findSubtypes(kinds(truth, 3), how);
    expect(found).toMatchObject({ k: 3, supported: true, p: 0.05 });
    expect([...found.labels]).toEqual(truth);
    expect(Math.min(...found.certainty)).toBeGreaterThan(0.9);
    expect(found.note.text).toMatch(/^The samples fall into 3 subtypes of 12, 12, 12/);
    expect(findSubtypes(kinds(truth, 3), how)).toEqual(found);
  });

  test("that are not there are not claimed", () => {
    const claims = indexes(10).filter(
      (seed) => findSubtypes(kinds(Array(24).fill(0), 0, seed), { ...how, draws: 15, seed }).supported,
    );
    // At 5%, three or more of ten come once in 87 times.
    expect(claims.length).toBeLessThan(3);
    const none = findSubtypes(kinds(Array(24).fill(0), 0, 1), { ...how, draws: 15 });
    expect(new Set(none.labels)).toEqual(new Set([0]));
    expect(none.note.text).toMatch(/^No subtypes are supported/);
  });

  test("of few samples are refused", () => {
    expect(() => findSubtypes(randomMatrix(1, 20, 7))).toThrow(/eight/);
  });
});

describe("correlation with a measurement", () => {
  test("is R's cor.test", () => {
    const matrix = matrixOfRows([
      [2.1, 3.9, 5.2, 8.8, 9.1, 12.4],
      [5, 3, 8, 1, 9, 2],
      [1, null, 2, 2, null, null],
      [4, 4, 4, 4, 4, 4],
    ]);
    const found = correlate(matrix, Float64Array.of(1, 2, 3, 4, 5, 6));
    expect(found.r[0]).toBeCloseTo(0.984799702864256, 10);
    expect(found.p[0]).toBeCloseTo(0.000344817542545, 10);
    expect(found.r[1]).toBeCloseTo(-0.0654653670708, 10);
    expect(found.p[1]).toBeCloseTo(0.9019422323232, 8);
    expect([found.r[2], found.p[2], found.r[3]]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    const ranks = correlate(matrix, Float64Array.of(1, 2, 3, 4, 5, 60), "spearman");
    expect(ranks.r[0]).toBeCloseTo(1, 12);
    expect(ranks.r[1]).toBeCloseTo(-0.142857142857, 10);
    expect(() => correlate(matrix, Float64Array.of(1))).toThrow(RangeError);
  });
});

describe("co-expression", () => {
  test("topological overlap and modularity are those of their formulas", () => {
    const table = randomMatrix(5, 7, 8);
    const { adjacency, apart } = topologicalOverlap(table, 4);
    const a = (i: number, j: number) => adjacency.weights[i * 7 + j] ?? 0;
    const strength = (i: number) => indexes(7).reduce((sum, j) => sum + a(i, j), 0);
    const r = correlate(table, table.values.slice(0, 8)).r;
    for (let j = 1; j < 7; j++) expect(a(0, j)).toBeCloseTo(((1 + (r[j] ?? 0)) / 2) ** 4, 10);
    for (let i = 0; i < 7; i++)
      for (let j = 0; j < i; j++) {
        const shared = indexes(7).reduce((sum, u) => sum + a(i, u) * a(u, j), 0);
        const overlap = (shared + a(i, j)) / (Math.min(strength(i), strength(j)) + 1 - a(i, j));
        expect(distanceAt(apart, i, j)).toBeCloseTo(1 - overlap, 10);
      }
    const labels = Int32Array.of(0, 1, 0, 1, 2, 2, 0);
    const total = indexes(7).reduce((sum, i) => sum + strength(i), 0);
    const q = indexes(7).reduce(
      (sum, i) =>
        sum +
        indexes(7).reduce(
          (part, j) => part + (labels[i] === labels[j] ? a(i, j) - (strength(i) * strength(j)) / total : 0),
          0,
        ),
      0,
    );
    expect(adjacency.modularity(labels)).toBeCloseTo(q / total, 10);
  });

  /** 3 modules of 30 proteins that follow a factor of their own, and 60 that follow none. */
  function followers(seed: number, strength: number): Matrix {
    const random = createRandom(seed, "modules");
    const factors = indexes(3).map(() => indexes(20).map(() => random.normal()));
    const rows = indexes(150).map((row) =>
      indexes(20).map(
        (s) => random.normal() + (row < 90 ? strength * (factors[Math.floor(row / 30)]?.[s] ?? 0) : 0),
      ),
    );
    return matrixOfRows(rows);
  }

  test("modules that are there are found, and follow their factors", () => {
    const found = findModules(followers(2, 2), { permutations: 2 });
    expect(found.modules).toHaveLength(3);
    for (const { proteins, membership, share } of found.modules) {
      const of = proteins.map((name) => Math.floor(Number(name.slice(1)) / 30));
      const most = of.filter((one) => one === of[0]).length;
      expect(most / of.length).toBeGreaterThan(0.9);
      expect(most).toBeGreaterThan(26);
      expect(membership.reduce((sum, one) => sum + one, 0) / membership.length).toBeGreaterThan(0.8);
      expect(share).toBeGreaterThan(found.shareByChance);
    }
    expect(found.eigengenes.rows).toEqual(["M1", "M2", "M3"]);
    expect(findModules(followers(2, 2), { permutations: 2 })).toEqual(found);
  });

  test("a table without correlations has none", () => {
    const found = indexes(5).map(
      (seed) => findModules(followers(seed, 0), { permutations: 3 }).modules.length,
    );
    expect(found.filter((count) => count > 0).length).toBeLessThanOrEqual(2);
    expect(() => findModules(randomMatrix(1, 30, 11))).toThrow(/12 samples/);
  });
});
