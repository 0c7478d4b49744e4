import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { add, bucketedSet, empty, scoreOf } from "../../../../shared/methods/proteus/tools/bucketed-set.ts";
import { runningSum } from "../../../../shared/methods/proteus/tools/enrichment-score.ts";
import { readGmt } from "../../../../shared/methods/proteus/tools/gene-sets.ts";
import { gsea } from "../../../../shared/methods/proteus/tools/gsea.ts";

/** The sum after each place of the whole list, and its extreme. */
function walked(places: readonly number[], weights: Float64Array) {
  const members = new Set(places);
  const total = places.reduce((sum, place) => sum + (weights[place] ?? 0), 0);
  let [sum, highest, lowest] = [0, 0, 0];
  for (const [place, weight] of weights.entries()) {
    if (!members.has(place)) sum -= 1 / (weights.length - places.length);
    else sum += total === 0 ? 1 / places.length : weight / total;
    highest = Math.max(highest, sum);
    lowest = Math.min(lowest, sum);
  }
  return { highest, lowest };
}

const lists = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: 15 }).chain((weights) =>
  fc.record({
    weights: fc.constant(Float64Array.from(weights)),
    places: fc
      .subarray([...weights.keys()], { minLength: 1, maxLength: weights.length - 1 })
      .map((places) => places.sort((a, b) => a - b)),
  }),
);

describe("a running sum", () => {
  test("has the extreme of the sum that is walked place by place, within [-1, 1]", () => {
    fc.assert(
      fc.property(lists, ({ weights, places }) => {
        const { highest, lowest } = walked(places, weights);
        const { score } = runningSum(places, weights);
        expect(Math.abs(score)).toBeLessThanOrEqual(1 + 1e-12);
        if (Math.abs(highest + lowest) < 1e-9) return;
        expect(score).toBeCloseTo(highest > -lowest ? highest : lowest, 12);
      }),
    );
  });

  test("of the list turned about is the opposite, with the same leading edge", () => {
    fc.assert(
      fc.property(lists, ({ weights, places }) => {
        const { highest, lowest } = walked(places, weights);
        if (Math.abs(highest + lowest) < 1e-9) return;
        const last = weights.length - 1;
        const made = runningSum(places, weights);
        const turned = runningSum(places.map((place) => last - place).reverse(), weights.toReversed());
        expect(turned.score).toBeCloseTo(-made.score, 12);
        const ends = Math.abs(made.score) < 1 - 1e-9;
        // Peaks of equal height leave a choice.
        const heights = made.score > 0 ? made.tops : made.bottoms;
        const alone = heights.filter((height) => Math.abs(height - made.score) < 1e-9).length === 1;
        if (ends && alone) expect(turned.leadingEdge).toEqual(made.leadingEdge.map((place) => last - place));
      }),
    );
  });

  test("is 0 where both extremes are alike", () => {
    expect(runningSum([1, 2], Float64Array.of(1, 1, 1, 1))).toMatchObject({ score: 0, leadingEdge: [] });
  });
});

test("a set that grows member by member has the score of its running sum at every size", () => {
  const growing = fc
    .array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 9, noNaN: true })), {
      minLength: 2,
      maxLength: 120,
    })
    .chain((weights) =>
      fc.record({
        weights: fc.constant(Float64Array.from(weights)),
        order: fc.shuffledSubarray([...weights.keys()], { minLength: 1, maxLength: weights.length - 1 }),
        cutFor: fc.integer({ min: 1, max: 200 }),
      }),
    );
  fc.assert(
    fc.property(growing, ({ weights, order, cutFor }) => {
      const set = bucketedSet(weights, cutFor);
      for (const turn of [0, 1]) {
        empty(set);
        for (const [at, place] of order.entries()) {
          add(set, place);
          const members = order.slice(0, at + 1).sort((a, b) => a - b);
          const { highest, lowest } = walked(members, weights);
          if (at % 2 === turn || Math.abs(highest + lowest) < 1e-9) continue;
          expect(scoreOf(set)).toBeCloseTo(runningSum(members, weights).score, 11);
        }
      }
    }),
    { numRuns: 200 },
  );
});

describe("significance", () => {
  const scores = [4, 3, 2.5, 1, 0.5, -0.25, -1.5, -3];
  const names = scores.map((_, at) => `g${at}`);
  const weights = Float64Array.from(scores, Math.abs);

  test("comes to what all sets of that size give", () => {
    const all = names.flatMap((_, a) =>
      names.slice(a + 1).map((_, b) => runningSum([a, a + 1 + b], weights).score),
    );
    const sets = [
      { name: "top", description: "", members: ["g0", "g2"] },
      { name: "bottom", description: "", members: ["g7", "g5", "unmeasured"] },
    ];
    const permutations = 20_000;
    const made = gsea({ names, scores }, sets, { smallest: 1, largest: 7, permutations, seed: 1 });
    for (const { es, nes, p } of made.sets) {
      const same = all.filter((score) => (es > 0 ? score >= 0 : score <= 0));
      const mean = same.reduce((sum, score) => sum + Math.abs(score), 0) / same.length;
      const share = same.filter((score) => Math.abs(score) >= Math.abs(es) - 1e-12).length / same.length;
      expect(Math.abs(nes / (es / mean) - 1)).toBeLessThan(0.02);
      expect(Math.abs(p - share)).toBeLessThan(
        5 * Math.sqrt((share * (1 - share)) / (permutations / 3)) + 1e-4,
      );
    }
    expect(made.sets.map(({ size }) => size)).toEqual([2, 2]);
    expect(made.sets[1]?.leadingEdge).toEqual(["g7"]);
  });

  test("does not depend on the order of the list, nor on which sets come along", () => {
    const options = { smallest: 1, largest: 7, permutations: 50, seed: 5 };
    const sets = [
      ["g0", "g1", "g3"],
      ["g2", "g6"],
      ["g4", "g5", "g7"],
    ].map((members, at) => ({
      name: `set ${at}`,
      description: "",
      members,
    }));
    const before = gsea({ names, scores }, sets, options);
    fc.assert(
      fc.property(fc.shuffledSubarray([...names.keys()], { minLength: names.length }), (order) => {
        const list = {
          names: order.map((at) => names[at] ?? ""),
          scores: order.map((at) => scores[at] ?? 0),
        };
        expect(gsea(list, sets, options)).toEqual(before);
      }),
    );
    expect(gsea({ names, scores }, sets.slice(0, 2), options).sets[0]?.p).toBe(before.sets[0]?.p);
  });

  test("is missing where no random set has the score's sign", () => {
    const [one] = gsea(
      { names: ["a", "b"], scores: [2, 1] },
      [{ name: "s", description: "", members: ["b"] }],
      {
        smallest: 1,
        largest: 9,
        permutations: 0,
        seed: 0,
      },
    ).sets;
    expect(one?.p).toBeNaN();
  });

  test("counts ties, and refuses lists that cannot be ranked", () => {
    const options = { smallest: 1, largest: 7, permutations: 1, seed: 0 };
    expect(gsea({ names: ["a", "b", "c", "d"], scores: [1, 0, 1, 0] }, [], options).ties).toBe(1);
    expect(() => gsea({ names: ["a"], scores: [Number.NaN] }, [], options)).toThrow(/"a" is NaN/);
    expect(() => gsea({ names: ["a", "a"], scores: [1, 2] }, [], options)).toThrow(/"a" is there twice/);
  });
});

const folder = "../shared/data/proteomics";

test.skipIf(!existsSync(folder))(
  "the published table of fgsea: every score, and NES and p within their error",
  () => {
    const lines = (file: string) => readFileSync(`${folder}/${file}`, "utf8").trim().split("\n").slice(1);
    const ranking = lines("naive-vs-th1.rnk").map((line) => line.split("\t"));
    const list = { names: ranking.map(([name = ""]) => name), scores: ranking.map(([, t]) => Number(t)) };
    const sets = readGmt(readFileSync(`${folder}/mouse-reactome.gmt`, "utf8"));
    const made = gsea(list, sets, { smallest: 15, largest: 500, permutations: 1500, seed: 1 });
    const of = new Map(made.sets.map((set) => [set.name.split("_")[0], set]));
    const expected = lines("fgsea-naive-th1-expected.tsv").map((line) => line.split("\t"));
    expect(made.sets).toHaveLength(expected.length);
    for (const [name = "", ...figures] of expected) {
      const [p = NaN, , es = NaN, nes = NaN, moreExtreme = NaN, size] = figures.map(Number);
      const set = of.get(name);
      expect(set?.size, name).toBe(size);
      expect(Math.abs((set?.es ?? NaN) - es), name).toBeLessThan(1e-10);
      // Random scores of one sign spread by less than half their mean; at least a tenth of the draws have that sign.
      expect(Math.abs((set?.nes ?? NaN) / nes - 1), name).toBeLessThan((5 * 0.5) / Math.sqrt(150));
      const error = Math.sqrt(1 / (1 + moreExtreme) + 1 / (1 + (set?.moreExtreme ?? NaN)));
      expect(Math.abs(Math.log((set?.p ?? NaN) / p)), name).toBeLessThan(5 * error);
    }
  },
);
