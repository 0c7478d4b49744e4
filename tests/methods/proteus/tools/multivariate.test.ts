import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../../../shared/lm/random.ts";
import { indexes, type Matrix, matrixOf, valueAt } from "../../../../shared/methods/proteus/matrix.ts";
import { distanceAt, rowDistances } from "../../../../shared/methods/proteus/tools/distances.ts";
import {
  cutTree,
  cutTreeAt,
  hierarchicalClustering,
  type Linkage,
} from "../../../../shared/methods/proteus/tools/hclust.ts";
import { kMeans } from "../../../../shared/methods/proteus/tools/kmeans.ts";
import { principalComponents, sampleComponents } from "../../../../shared/methods/proteus/tools/pca.ts";
import { iris } from "../iris.ts";
import { matrixOfRows, randomMatrix, rowsOf, seeds } from "../matrices.ts";
import { usArrests } from "../us-arrests.ts";

const arrests: Matrix = matrixOf(
  usArrests.map(([state]) => state),
  ["Murder", "Assault", "UrbanPop", "Rape"],
  Float64Array.from(usArrests.flatMap(([, ...numbers]) => numbers)),
);

describe("principal components", () => {
  test("of USArrests are R's", () => {
    const { variances, scores, loadings } = principalComponents(arrests, { scale: true });
    const eigenvalues = [2.4802415791, 0.9897651525, 0.3565631806, 0.1734300877];
    expect([...variances]).toEqual(eigenvalues.map((value) => expect.closeTo(value, 10)));
    // R's signs differ; an axis has none.
    const [sign1, sign2] = [Math.sign(valueAt(scores, 0, 0)), Math.sign(valueAt(scores, 0, 1))];
    expect(sign1 * valueAt(scores, 0, 0)).toBeCloseTo(0.975660448333605, 12);
    expect(sign2 * valueAt(scores, 0, 1)).toBeCloseTo(1.12200121043341, 12);
    expect(sign1 * valueAt(loadings, 0, 0)).toBeCloseTo(0.535899474938155, 12);
    expect(sign2 * valueAt(loadings, 2, 1)).toBeCloseTo(-0.872806193060425, 12);
  });

  test("are orthonormal, and give the matrix back", () => {
    fc.assert(
      fc.property(
        seeds,
        fc.integer({ min: 2, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        (seed, rows, columns) => {
          const matrix = randomMatrix(seed, rows, columns);
          const found = principalComponents(matrix, { scale: seed % 2 === 1 });
          const k = found.loadings.columns.length;
          for (let a = 0; a < k; a++)
            for (let b = 0; b <= a; b++) {
              const dot = indexes(columns).reduce(
                (sum, j) => sum + valueAt(found.loadings, j, a) * valueAt(found.loadings, j, b),
                0,
              );
              expect(dot).toBeCloseTo(a === b ? 1 : 0, 9);
            }
          for (let i = 0; i < rows; i++)
            for (let j = 0; j < columns; j++) {
              const sum = indexes(k).reduce(
                (total, c) => total + valueAt(found.scores, i, c) * valueAt(found.loadings, j, c),
                0,
              );
              expect(sum * (found.scales[j] ?? 0) + (found.means[j] ?? 0)).toBeCloseTo(
                valueAt(matrix, i, j),
                8,
              );
            }
          expect(found.shares.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 10);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("of samples rest on the proteins that all of them have", () => {
    const complete = randomMatrix(3, 40, 6);
    const holed = { ...complete, values: complete.values.slice() };
    holed.values[6 * 40 - 1] = Number.NaN;
    const found = sampleComponents(holed);
    expect(found.scores.rows).toEqual(complete.columns);
    expect(found.loadings.rows).toHaveLength(39);
    expect(found.note.text).toMatch(
      /^The first two principal components of 39 proteins.*1 protein with missing values is left out/,
    );
    expect(() => sampleComponents(matrixOfRows([[1, null]]))).toThrow(RangeError);
    expect(() =>
      principalComponents(
        matrixOfRows([
          [1, 2],
          [1, 3],
        ]),
        { scale: true },
      ),
    ).toThrow("S0 does not vary");
  });
});

describe("distances", () => {
  test("between rows, by Euclid and by correlation", () => {
    const matrix = matrixOfRows([
      [0, 0, 1],
      [3, 4, 1],
      [0, 1, 0],
    ]);
    const euclid = rowDistances(matrix);
    expect(distanceAt(euclid, 0, 1)).toBe(5);
    expect(distanceAt(euclid, 1, 0)).toBe(5);
    expect(distanceAt(euclid, 2, 2)).toBe(0);
    expect(distanceAt(rowDistances(matrix, "correlation"), 0, 2)).toBeCloseTo(1.5, 12);
  });

  test("with missing values are scaled up from what is common, as R's dist does", () => {
    const matrix = matrixOfRows([
      [0, null, 1, 2],
      [1, 5, null, 4],
      [null, 1, 1, null],
    ]);
    // dist(rbind(c(0,NA,1,2), c(1,5,NA,4))): sqrt((1 + 4) * 4 / 2)
    expect(distanceAt(rowDistances(matrix), 0, 1)).toBeCloseTo(Math.sqrt(10), 12);
    expect(() =>
      rowDistances(
        matrixOfRows([
          [1, null],
          [null, 1],
        ]),
      ),
    ).toThrow("P0 and P1 have no common column");
    expect(() =>
      rowDistances(
        matrixOfRows([
          [1, 1, 1],
          [1, 2, 3],
        ]),
        "correlation",
      ),
    ).toThrow("have no correlation");
  });
});

describe("hierarchical clustering", () => {
  const published: [Linkage, number[], string, string][] = [
    [
      "average",
      [77.605024, 89.232093, 152.313999],
      "9 33 5 20 3 31 8 1 18 13 32 22 28 2 24 40 47 37 50 36 46 39 21 30 25 4 42 10 6 43 12 27 17 26 35 44 14 16 7 38 11 48 19 41 34 45 23 49 15 29",
      "1 1 1 2 1 2 3 1 4 2 3 3 1 3 3 3 3 1 3 1 2 1 3 1 2 3 3 1 3 2 1 1 4 3 3 2 2 3 2 1 3 2 2 3 3 2 2 3 3 2",
    ],
    [
      "complete",
      [102.861557, 168.611417, 293.622751],
      "9 33 8 1 18 2 24 40 20 3 31 5 13 32 22 28 25 4 42 10 6 43 39 50 37 36 46 47 21 30 35 44 7 38 27 17 26 12 14 16 11 23 49 15 29 48 19 41 34 45",
      "1 1 1 2 1 2 3 1 4 2 3 3 1 3 3 3 3 1 3 1 2 1 3 1 2 3 3 1 3 2 1 1 4 3 3 2 2 3 2 1 3 2 2 3 3 2 2 3 3 2",
    ],
    [
      "ward.D2",
      [162.699945, 352.783642, 700.878602],
      "2 24 40 8 1 18 13 32 22 28 5 20 3 31 9 33 25 4 42 10 6 43 47 37 50 36 46 39 21 30 27 17 26 12 14 16 35 44 7 38 48 19 41 34 45 11 23 49 15 29",
      "1 1 1 2 1 2 3 1 1 2 4 3 1 3 4 3 3 1 4 1 2 1 4 1 2 3 3 1 4 2 1 1 1 4 3 2 2 3 2 1 4 2 2 3 4 2 2 4 4 2",
    ],
    [
      "single",
      [27.556487, 37.783859, 38.527912],
      "33 9 2 5 20 3 31 8 13 32 22 28 1 18 24 40 25 4 42 39 37 47 50 36 46 21 30 10 6 43 12 17 26 14 16 35 44 27 7 38 11 48 19 41 23 49 15 29 34 45",
      "1 2 1 1 1 1 1 1 3 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    ],
  ];
  const numbers = (text: string) => text.split(" ").map((one) => Number(one) - 1);

  test.each(published)(
    "of USArrests by %s linkage is R's: heights, order of leaves, four clusters",
    (linkage, last, order, cut) => {
      const tree = hierarchicalClustering(rowDistances(arrests), linkage);
      expect(tree.merges.slice(-3).map(({ height }) => height)).toEqual(
        last.map((height) => expect.closeTo(height, 6)),
      );
      expect(tree.order).toEqual(numbers(order));
      expect([...cutTree(tree, 4)]).toEqual(numbers(cut));
    },
  );

  test.each<Linkage>(["average", "complete", "single", "ward.D2"])(
    "%s is what joining the nearest pair each time gives",
    (linkage) => {
      fc.assert(
        fc.property(seeds, fc.integer({ min: 2, max: 14 }), (seed, rows) => {
          const matrix = randomMatrix(seed, rows, 3);
          const tree = hierarchicalClustering(rowDistances(matrix), linkage);
          const greedy = joinNearest(matrix, linkage);
          expect(tree.merges.map(({ height }) => height)).toEqual(
            greedy.map(({ height }) => expect.closeTo(height, 8)),
          );
          for (const [at, { members }] of greedy.entries()) {
            const labels = cutTree(tree, rows - 1 - at);
            expect(new Set(members.map((leaf) => labels[leaf])).size).toBe(1);
            expect(labels.filter((label) => label === labels[members[0] ?? 0])).toHaveLength(members.length);
          }
          expect(tree.order.toSorted((a, b) => a - b)).toEqual(indexes(rows));
          expect(cutTreeAt(tree, Number.POSITIVE_INFINITY)).toEqual(cutTree(tree, 1));
          expect(cutTreeAt(tree, -1)).toEqual(cutTree(tree, rows));
        }),
        { numRuns: 40 },
      );
    },
  );

  test("takes equal distances, and refuses what is no tree", () => {
    const tree = hierarchicalClustering(rowDistances(matrixOfRows([[0], [0], [0], [5]])), "average");
    expect(tree.merges.map(({ height }) => height)).toEqual([0, 0, 5]);
    expect(() => hierarchicalClustering({ count: 1, values: new Float64Array() }, "single")).toThrow(
      RangeError,
    );
    expect(() => hierarchicalClustering({ count: 2, values: Float64Array.of(Number.NaN) }, "single")).toThrow(
      RangeError,
    );
    expect(() => cutTree(tree, 5)).toThrow("4 leaves cannot be cut into 5 clusters");
  });
});

/** O(n^3): at each step the two clusters of least distance, whose distances are worked out from their members. */
function joinNearest(matrix: Matrix, linkage: Linkage): { height: number; members: number[] }[] {
  const points = rowsOf(matrix).map((row) => row.map((value) => value ?? 0));
  const euclid = (a: number[], b: number[]) => Math.hypot(...a.map((value, i) => value - (b[i] ?? 0)));
  const centre = (members: readonly number[]) =>
    indexes(3).map((j) => members.reduce((sum, m) => sum + (points[m]?.[j] ?? 0) / members.length, 0));
  const between = (a: readonly number[], b: readonly number[]) => {
    const all = a.flatMap((i) => b.map((j) => euclid(points[i] ?? [], points[j] ?? [])));
    if (linkage === "single") return Math.min(...all);
    if (linkage === "complete") return Math.max(...all);
    if (linkage === "average") return all.reduce((sum, one) => sum + one, 0) / all.length;
    return Math.sqrt((2 * a.length * b.length) / (a.length + b.length)) * euclid(centre(a), centre(b));
  };
  let clusters = points.map((_, i) => [i]);
  const merges: { height: number; members: number[] }[] = [];
  while (clusters.length > 1) {
    const pairs = clusters.flatMap((a, i) =>
      clusters.slice(i + 1).map((b) => ({ a, b, height: between(a, b) })),
    );
    const { a, b, height } = pairs.reduce((best, one) => (one.height < best.height ? one : best));
    const members = [...a, ...b];
    clusters = [...clusters.filter((one) => one !== a && one !== b), members];
    merges.push({ height, members });
  }
  return merges;
}

describe("k-means", () => {
  test("finds the least sum of squares of iris and USArrests", () => {
    expect(kMeans(matrixOfRows(iris), 3).withinSquares).toBeCloseTo(78.85144143, 8);
    const { scores } = principalComponents(arrests, { scale: true });
    expect(kMeans(scores, 4).withinSquares).toBeCloseTo(56.4031734583, 9);
  });

  test("is never worse than the best of all partitions in two", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 2, max: 9 }), (seed, rows) => {
        const matrix = randomMatrix(seed, rows, 2);
        const points = rowsOf(matrix).map((row) => row.map((value) => value ?? 0));
        const squares = (members: readonly number[][]) =>
          indexes(2).reduce((sum, j) => {
            const mean = members.reduce((total, point) => total + (point[j] ?? 0) / members.length, 0);
            return sum + members.reduce((total, point) => total + ((point[j] ?? 0) - mean) ** 2, 0);
          }, 0);
        const best = Math.min(
          ...indexes(2 ** (rows - 1) - 1).map((bits) => {
            const side = (wanted: number) => points.filter((_, i) => ((bits + 1) >> i) % 2 === wanted);
            return squares(side(0)) + squares(side(1));
          }),
        );
        const found = kMeans(matrix, 2, { seed });
        expect(found.withinSquares).toBeCloseTo(best, 8);
        const clusters = [0, 1].map((label) => points.filter((_, i) => found.labels[i] === label));
        expect(clusters.reduce((sum, one) => sum + squares(one), 0)).toBeCloseTo(found.withinSquares, 8);
      }),
      { numRuns: 40 },
    );
  });

  test("numbers clusters by their first row, the same with the same seed", () => {
    const random = createRandom(1, "blobs");
    const blobs = matrixOfRows(
      indexes(30).map((i) => [10 * (i % 3) + random.normal() / 5, random.normal() / 5]),
    );
    const found = kMeans(blobs, 3);
    expect([...found.labels]).toEqual(indexes(30).map((i) => i % 3));
    expect(kMeans(blobs, 3)).toEqual(found);
    expect(found.centres[2]).toBeCloseTo(10, 0);
  });

  test("takes as many clusters as there are different rows, and no more", () => {
    const matrix = matrixOfRows([[1], [1], [2], [3]]);
    expect(kMeans(matrix, 3).withinSquares).toBe(0);
    expect(() => kMeans(matrix, 4)).toThrow("4 clusters are more than there are different rows");
    expect(() => kMeans(matrixOfRows([[null]]), 1)).toThrow(RangeError);
  });
});
