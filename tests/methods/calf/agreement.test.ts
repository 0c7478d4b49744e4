import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agreementOf } from "../../../shared/methods/calf/agreement/agreement.ts";
import {
  intervalOf,
  ranksOf,
  resample,
  resampleMeans,
} from "../../../shared/methods/calf/agreement/bootstrap.ts";
import { rankCorrelation } from "../../../shared/methods/calf/agreement/rank-correlation.ts";
import { fitMargin } from "../../../shared/methods/calf/agreement/tie-margin.ts";
import { committeesOf, vote } from "../../../shared/methods/calf/committee.ts";
import { verdictOf } from "../../../shared/methods/calf/judgement.ts";

const breathe = async () => {};
const labelled = fc.array(fc.tuple(fc.nat(2), fc.nat(3)), { minLength: 1, maxLength: 40 });
const columnsOf = (pairs: readonly (readonly [number, number])[]) => ({
  labels: Uint8Array.from(pairs, ([label]) => label),
  given: Uint8Array.from(pairs, ([, verdict]) => verdict),
  rows: Int32Array.from(pairs, (_, at) => at),
});

describe("agreement", () => {
  test("of a small table, counted by hand", () => {
    // Labels: 0 0 0 1 1 2; verdicts: 0 1 none 1 2 2.
    const pairs = [
      [0, 0],
      [0, 1],
      [0, 3],
      [1, 1],
      [1, 2],
      [2, 2],
    ] as const;
    const { labels, given, rows } = columnsOf(pairs);
    const found = agreementOf(labels, given, rows);
    expect(found).toMatchObject({ judgements: 6, accuracy: 0.5, invalid: 1, decided: 2 / 3 });
    expect(found.ties).toEqual({ labelled: 1, predicted: 2, right: 1 });
    expect(found.classes.first).toEqual({ support: 3, precision: 1, recall: 1 / 3, f1: 0.5 });
    expect(found.classes.second).toEqual({ support: 2, precision: 0.5, recall: 0.5, f1: 0.5 });
    expect(found.classes.same).toEqual({ support: 1, precision: 0.5, recall: 1, f1: 2 / 3 });
    expect(found.macroF1).toBeCloseTo((0.5 + 0.5 + 2 / 3) / 3, 12);
    // 3 right, 5 verdicts, 6 labels.
    expect(found.microF1).toBeCloseTo((2 * 3) / (5 + 6), 12);
  });

  test("is what counting says, whatever the verdicts", () => {
    fc.assert(
      fc.property(labelled, (pairs) => {
        const { labels, given, rows } = columnsOf(pairs);
        const found = agreementOf(labels, given, rows);
        const right = pairs.filter(([label, verdict]) => label === verdict).length;
        expect(found.accuracy).toBeCloseTo(right / pairs.length, 12);
        const said = pairs.filter(([, verdict]) => verdict !== 3).length;
        expect(found.microF1).toBeCloseTo((2 * right) / (said + pairs.length), 12);
        const f1 = [0, 1, 2].map((own) => {
          const hits = pairs.filter(([label, verdict]) => label === own && verdict === own).length;
          const either =
            pairs.filter(([label]) => label === own).length + pairs.filter(([, v]) => v === own).length;
          return {
            support: pairs.some(([label]) => label === own),
            f1: either === 0 ? 0 : (2 * hits) / either,
          };
        });
        const occurring = f1.filter(({ support }) => support);
        expect(found.macroF1).toBeCloseTo(
          occurring.reduce((sum, one) => sum + one.f1, 0) / occurring.length,
          12,
        );
        const both = pairs.filter(([label, verdict]) => label < 2 && verdict < 2);
        const share = both.filter(([label, verdict]) => label === verdict).length / both.length;
        expect(found.decided).toEqual(both.length === 0 ? null : share);
      }),
    );
    expect(() => agreementOf(new Uint8Array(), new Uint8Array(), [])).toThrow(RangeError);
  });

  test("a verdict is the sign of a difference beyond the margin, and none of NaN", () => {
    expect([verdictOf(0.2), verdictOf(-1e-15), verdictOf(0), verdictOf(Number.NaN)]).toEqual([0, 1, 2, 3]);
    expect([verdictOf(0.2, 0.2), verdictOf(0.21, 0.2), verdictOf(-0.21, 0.2)]).toEqual([2, 0, 1]);
  });
});

describe("draws of the questions", () => {
  const columns = {
    questions: Int32Array.of(0, 0, 1, 2, 2, 2),
    settings: Uint16Array.of(0, 1, 0, 1, 1, 0),
    settingCount: 2,
    right: [Uint8Array.of(1, 0, 1, 1, 0, 1), Uint8Array.of(0, 0, 1, 1, 1, 1)],
  };

  test("keep the judgements of a question together: every accuracy is that of some questions, counted anew", async () => {
    const drawn = await resample(columns, { draws: 200, seed: 5, breathe });
    const accuracy = (times: readonly number[], setting: number, metric: number) => {
      let [right, all] = [0, 0];
      for (let row = 0; row < 6; row++) {
        if (setting !== -1 && columns.settings[row] !== setting) continue;
        const weight = times[columns.questions[row] ?? 0] ?? 0;
        right += weight * (columns.right[metric]?.[row] ?? 0);
        all += weight;
      }
      return right / all;
    };
    // All ways to draw three of three.
    const possible = [0, 1, 2].flatMap((a) =>
      [0, 1, 2].flatMap((b) =>
        [0, 1, 2].map((c) => [0, 1, 2].map((q) => [a, b, c].filter((d) => d === q).length)),
      ),
    );
    for (let draw = 0; draw < 200; draw++) {
      const found = [-1, 0, 1].flatMap((setting) =>
        [0, 1].map((metric) => drawn.accuracy(draw, setting, metric)),
      );
      const wanted = possible.map((times) =>
        [-1, 0, 1].flatMap((setting) => [0, 1].map((metric) => accuracy(times, setting, metric))),
      );
      expect(wanted).toContainEqual(found);
    }
  });

  test("have the spread that the binomial distribution says, where every question has one judgement", async () => {
    const count = 400;
    const one = {
      questions: Int32Array.from({ length: count }, (_, at) => at),
      settings: new Uint16Array(count),
      settingCount: 1,
      right: [Uint8Array.from({ length: count }, (_, at) => Number(at % 10 < 7))],
    };
    const drawn = await resample(one, { draws: 4000, seed: 1, breathe });
    const { low, high } = intervalOf(4000, (draw) => drawn.accuracy(draw, -1, 0), 0.95);
    const half = 1.96 * Math.sqrt((0.7 * 0.3) / count);
    expect(low).toBeCloseTo(0.7 - half, 2);
    expect(high).toBeCloseTo(0.7 + half, 2);
    const means = resampleMeans(Float64Array.from(one.right[0] ?? []), { draws: 4000, seed: 1 });
    expect(Array.from(means)).toEqual(Array.from({ length: 4000 }, (_, draw) => drawn.accuracy(draw, -1, 0)));
  });

  test("ranks: equals share the better place, and the interval is of the ranks in the draws", () => {
    const scores = [0.5, 0.9, 0.5, 0.1];
    const ranks = ranksOf(scores, { draws: 10, confidence: 0.8 }, (draw, metric) =>
      draw < 5 ? (scores[metric] ?? 0) : -(scores[metric] ?? 0),
    );
    expect(ranks.map(({ rank }) => rank)).toEqual([2, 1, 2, 4]);
    expect(ranks.map(({ low, high }) => [low, high])).toEqual([
      [2, 2],
      [1, 4],
      [2, 2],
      [1, 4],
    ]);
  });
});

describe("rank correlation", () => {
  const bruteKendall = (x: readonly number[], y: readonly number[]) => {
    let [together, tiedX, tiedY, pairs] = [0, 0, 0, 0];
    for (let i = 0; i < x.length; i++) {
      for (let j = 0; j < i; j++) {
        const [dx, dy] = [Math.sign((x[i] ?? 0) - (x[j] ?? 0)), Math.sign((y[i] ?? 0) - (y[j] ?? 0))];
        together += dx * dy;
        tiedX += Number(dx === 0);
        tiedY += Number(dy === 0);
        pairs++;
      }
    }
    return together / Math.sqrt((pairs - tiedX) * (pairs - tiedY));
  };
  const values = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })), {
    minLength: 2,
    maxLength: 30,
  });

  test("Kendall's tau-b is what counting pairs says", () => {
    fc.assert(
      fc.property(values, (pairs) => {
        const [x, y] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
        const [found, wanted] = [rankCorrelation("kendall", x, y), bruteKendall(x, y)];
        if (Number.isNaN(wanted)) expect(found).toBeNaN();
        else expect(found).toBeCloseTo(wanted, 10);
      }),
    );
  });

  test("Spearman's rho is that of d squared without ties, and 1 with oneself", () => {
    const [x, y] = [
      [106, 100, 86, 101, 99, 103, 97, 113, 112, 110],
      [7, 27, 2, 50, 28, 29, 20, 12, 6, 17],
    ];
    // The published example: sum of d squared is 194, rho = 1 - 6 * 194 / (10 * 99).
    expect(rankCorrelation("spearman", x, y)).toBeCloseTo(1 - (6 * 194) / 990, 12);
    expect(rankCorrelation("spearman", [1, 1, 2], [5, 5, 9])).toBeCloseTo(1, 12);
    expect(rankCorrelation("kendall", [1, 2, Number.NaN, 3], [1, 2, 9, 3])).toBe(1);
    expect(rankCorrelation("kendall", [1, 1, 1], [1, 2, 3])).toBeNaN();
  });
});

describe("the tie margin", () => {
  test("has the most right verdicts of all that there could be, and is the smallest such", () => {
    const rows = fc.array(fc.tuple(fc.nat(2), fc.integer({ min: -5, max: 5 })), {
      minLength: 1,
      maxLength: 25,
    });
    fc.assert(
      fc.property(rows, (pairs) => {
        const labels = Uint8Array.from(pairs, ([label]) => label);
        const differences = Float64Array.from(pairs, ([, difference]) => difference);
        const right = (margin: number) =>
          pairs.filter(([label, difference]) => verdictOf(difference, margin) === label).length;
        const found = fitMargin(
          labels,
          differences,
          pairs.map((_, at) => at),
        );
        const best = Math.max(...[0, 1, 2, 3, 4, 5].map(right));
        expect(right(found)).toBe(best);
        expect(found).toBe([0, 1, 2, 3, 4, 5].find((margin) => right(margin) === best));
      }),
    );
  });
});

describe("a committee", () => {
  const ballot = (...verdicts: number[]) => Uint8Array.from(verdicts);
  test("says what most of its members say; those without a verdict do not vote", () => {
    const members = [ballot(0, 0, 2, 3, 3), ballot(0, 1, 2, 3, 1), ballot(1, 2, 0, 3, 3)];
    const { verdicts, differences } = vote(members, 5);
    expect([...verdicts]).toEqual([0, 2, 2, 3, 1]);
    expect([...differences]).toEqual([1 / 3, 0, 1 / 3, Number.NaN, -1]);
  });

  test("is of all traditional metrics and of all judges unless it is named, and loses those that are off", () => {
    const metrics = ["bleu", "rouge-1", "chrf", "judge-pairwise", "judge-rubric", "judge-claims"] as const;
    const all = { metrics: [...metrics], committees: undefined };
    expect(committeesOf(all, metrics).map(({ members }) => members)).toEqual([
      metrics.slice(0, 3),
      metrics.slice(3),
    ]);
    expect(committeesOf(all, metrics.slice(0, 3))).toHaveLength(1);
    const own = {
      metrics: [...metrics],
      committees: [{ name: "own", members: ["bleu" as const, "judge-rubric" as const] }],
    };
    expect(committeesOf(own, metrics)).toEqual(own.committees);
    expect(committeesOf(own, ["bleu"])).toEqual([]);
  });
});
