import { describe, expect, test } from "vitest";
import { createRandom } from "../../../shared/lm/random.ts";
import { auroc } from "../../../shared/methods/auroc.ts";
import { learnLogistic, learnRbf, probabilityOf, ridge } from "../../../shared/methods/fs-gen/classifier.ts";
import { fuse } from "../../../shared/methods/fs-gen/fusion.ts";
import { defaultThresholds, featuresOf, routeOf, scoreOf } from "../../../shared/methods/fs-gen/routers.ts";
import { largestOf, rocCurve, uncertaintyOf } from "../../../shared/methods/fs-gen/uncertainty.ts";

const of = (...values: number[]) => Float32Array.from(values);

describe("fused logits", () => {
  const [small, large, untuned] = [of(1, 0, 2, 5), of(3, 2, 1, 0.5), of(0.5, 0.25, 1, 1)];

  test("of the oracle are the large model's", () => {
    expect(fuse({ type: "oracle" }, { small, large })).toEqual(large);
  });

  test("of contrastive decoding, by hand: log .1 + 3 = .697 leaves the last token out", () => {
    const fused = fuse({ type: "contrastive", alpha: 0.1, beta: 0.5 }, { small, large });
    expect([...fused]).toEqual([1.5 * 3 - 0.5, 1.5 * 2, 1.5 - 1, -Infinity]);
  });

  test("as released they are an average at beta .5, under the same mask", () => {
    const fused = fuse({ type: "contrastive-released", alpha: 0.1, beta: 0.5 }, { small, large });
    expect([...fused]).toEqual([2, 1, 1.5, -Infinity]);
    const wide = fuse({ type: "contrastive-released", alpha: 0.01, beta: 0.5 }, { small, large });
    expect(wide[3]).toBe(2.75);
  });

  test("of proxy tuning add what the tuning changed", () => {
    const fused = fuse({ type: "proxy", strength: 2 }, { small, large, untuned });
    expect([...fused]).toEqual([3 + 2 * 0.5, 2 - 2 * 0.25, 1 + 2 * 1, 0.5 + 2 * 4]);
    expect(() => fuse({ type: "proxy", strength: 1 }, { small, large })).toThrow("before its tuning");
  });
});

describe("uncertainty", () => {
  test("by hand", () => {
    const probabilities = of(0.25, 0.5, 0.25, 0);
    expect(largestOf(probabilities, 3)).toEqual([0.5, 0.25, 0.25]);
    expect(largestOf(probabilities, 6)).toEqual([0.5, 0.25, 0.25, 0, 0, 0]);
    expect(uncertaintyOf(probabilities)).toEqual({
      confidence: 0.5,
      entropy: expect.closeTo(1.5 * Math.LN2, 10),
      margin: -0.25,
    });
  });

  test("the largest are those of sorting all", () => {
    const random = createRandom(1, "probabilities");
    for (let round = 0; round < 50; round++) {
      const values = Float32Array.from({ length: 30 }, () => random.integer(12) / 12);
      expect(largestOf(values, 7)).toEqual([...values].sort((a, b) => b - a).slice(0, 7));
    }
  });

  test("the area under the curve is the share of pairs in order, ties half", () => {
    const random = createRandom(2, "scores");
    const scores = Array.from({ length: 80 }, () => random.integer(9));
    const differs = Array.from({ length: 80 }, () => random.integer(2));
    let [ordered, pairs] = [0, 0];
    for (const [a, one] of scores.entries()) {
      for (const [b, other] of scores.entries()) {
        if (differs[a] !== 1 || differs[b] !== 0) continue;
        pairs++;
        ordered += one > other ? 1 : one === other ? 0.5 : 0;
      }
    }
    expect(auroc(scores, differs)).toBeCloseTo(ordered / pairs, 10);
    const curve = rocCurve(scores, differs, 1000);
    const area = curve.slice(1).reduce((sum, point, at) => {
      const before = curve[at] ?? point;
      return sum + (point.false - before.false) * ((point.true + before.true) / 2);
    }, 0);
    expect(area).toBeCloseTo(ordered / pairs, 10);
    expect(auroc([1, 2], [0, 0])).toBeUndefined();
  });
});

describe("routers", () => {
  const random = () => createRandom(3, "router");
  const sure = of(0.9, 0.05, 0.05);
  const torn = of(0.48, 0.47, 0.05);
  const flat = of(0.6, 0.3, 0.1);

  test("at the published thresholds: p_max < .5, (p1 - p2) / 2 < .2", () => {
    const asked = (router: "confidence" | "margin") => [sure, torn, flat].map(routeOf({ router }, random()));
    expect(asked("confidence")).toEqual([false, true, false]);
    expect(asked("margin")).toEqual([false, true, true]);
    expect(defaultThresholds).toEqual({ confidence: 0.5, margin: -0.2, logistic: 0.5, rbf: 0.5 });
  });

  test("always, never, and at random as often as it is told", () => {
    expect(routeOf({ router: "always" }, random())(sure)).toBe(true);
    expect(routeOf({ router: "never" }, random())(torn)).toBe(false);
    const route = routeOf({ router: "random", rate: 0.3 }, random());
    const asked = Array.from({ length: 20_000 }, () => route(sure)).filter(Boolean).length;
    expect(Math.abs(asked / 20_000 - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / 20_000));
  });

  test("a learned one asks where a change is more probable than not, and must have learned", () => {
    const learned = { coefficients: [-1, 2] }; // sigmoid(2 p1 - 1): above .5 where p1 is
    const route = routeOf({ router: "logistic", learned }, random());
    expect([sure, torn, flat].map(route)).toEqual([true, false, true]);
    expect(() => scoreOf("rbf", featuresOf(sure))).toThrow("learned nothing");
  });
});

describe("learned classifiers", () => {
  test("logistic regression on one feature of two values has the groups' log odds, but for the penalty", () => {
    // 30 of 40 differ at 1, 12 of 60 at 0: log odds log(3) and log(1 / 4)
    const features = [...new Array(40).fill([1]), ...new Array(60).fill([0])];
    const differs = [
      ...Array.from({ length: 40 }, (_, at) => at < 30),
      ...Array.from({ length: 60 }, (_, at) => at < 12),
    ];
    const [b = 0, w = 0] = learnLogistic({ features, differs }).coefficients;
    // the maximum in closed form up to the ridge: score of w is ridge * w, score of b is 0
    const p = (x: number) => 1 / (1 + Math.exp(-b - w * x));
    expect((30 - 40 * p(1)) / 100).toBeCloseTo(ridge * w, 8);
    expect((42 - 40 * p(1) - 60 * p(0)) / 100).toBeCloseTo(0, 8);
    expect(b).toBeCloseTo(Math.log(1 / 4), 1);
    expect(b + w).toBeCloseTo(Math.log(3), 1);
  });

  test("no small step from the learned coefficients has a lower penalised loss", () => {
    const random = createRandom(4, "examples");
    const features = Array.from({ length: 200 }, () => [random.normal(), random.normal()]);
    const differs = features.map(([x = 0, y = 0]) => x - y + random.normal() > 0);
    const { coefficients } = learnLogistic({ features, differs });
    const lossOf = (held: readonly number[]) => {
      const penalty = held.slice(1).reduce((sum, value) => sum + value * value, 0);
      const likelihood = features.reduce((sum, one, at) => {
        const p = probabilityOf({ coefficients: held }, one);
        return sum - Math.log(differs[at] === true ? p : 1 - p);
      }, 0);
      return likelihood / features.length + (ridge * penalty) / 2;
    };
    const best = lossOf(coefficients);
    for (const at of coefficients.keys()) {
      for (const step of [-0.01, 0.01]) {
        expect(lossOf(coefficients.with(at, (coefficients[at] ?? 0) + step))).toBeGreaterThan(best);
      }
    }
  });

  test("the RBF one tells a ring from its inside, which no line does", () => {
    const random = createRandom(5, "ring");
    const features = Array.from({ length: 300 }, () => [2 * random.uniform() - 1, 2 * random.uniform() - 1]);
    const differs = features.map(([x = 0, y = 0]) => Math.hypot(x, y) < 0.55);
    const right = (probability: (one: readonly number[]) => number) =>
      features.filter((one, at) => probability(one) > 0.5 === differs[at]).length / features.length;
    const [rbf, logistic] = [learnRbf({ features, differs }, random), learnLogistic({ features, differs })];
    expect(right((one) => probabilityOf(rbf, one))).toBeGreaterThan(0.93);
    expect(right((one) => probabilityOf(logistic, one))).toBeLessThan(0.85);
  });
});
