import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matrixOf } from "../../../../../shared/methods/proteus/matrix.ts";
import { factorOf } from "../../../../../shared/methods/proteus/sample-sheet.ts";
import { cox } from "../../../../../shared/methods/proteus/tools/survival/cox.ts";
import { coxEach } from "../../../../../shared/methods/proteus/tools/survival/cox-each.ts";
import { type CoxModel, coxFrame } from "../../../../../shared/methods/proteus/tools/survival/cox-frame.ts";
import { proportionalHazards } from "../../../../../shared/methods/proteus/tools/survival/proportional-hazards.ts";
import { cohort, measured, reordered } from "./cohort.ts";
import { readLung } from "./lung.ts";
import reference from "./survival.json" with { type: "json" };

const { followUp, protein, age, stage, centre } = cohort;
const full = { covariates: [protein, age, stage] };

function expectNear(made: number | undefined, wanted: number | undefined, within = 1e-9) {
  const target = wanted ?? Number.NaN;
  expect(Math.abs((made ?? Number.NaN) - target) / Math.max(1e-3, Math.abs(target))).toBeLessThan(within);
}

describe(`as ${reference.source[0]}`, () => {
  const models: readonly (readonly [string, CoxModel, "efron" | "breslow", typeof reference.efron])[] = [
    ["Efron", full, "efron", reference.efron],
    ["Breslow", full, "breslow", reference.breslow],
    ["strata", { ...full, strata: centre }, "efron", reference.stratified],
    ["one covariate", { covariates: [protein] }, "efron", reference.alone],
  ];

  test.each(models)("Cox: %s", (_, model, ties, wanted) => {
    const frame = coxFrame(followUp, model);
    const fit = cox(frame, { ties });
    for (const [at, { beta, standardError, p, low, hazardRatio, high }] of fit.coefficients.entries()) {
      expectNear(beta, wanted.beta[at], 1e-8);
      expectNear(standardError, wanted.se[at]);
      expectNear(p, wanted.p[at], 1e-8);
      expect(Math.log(high / hazardRatio)).toBeCloseTo(1.959963984540054 * standardError, 10);
      expect(Math.log(hazardRatio / low)).toBeCloseTo(1.959963984540054 * standardError, 10);
    }
    expectNear(fit.logLikelihoods.none, wanted.loglik[0]);
    expectNear(fit.logLikelihoods.model, wanted.loglik[1]);
    expectNear(fit.likelihoodRatio.chiSquared, wanted.lr[0]);
    expect(fit.likelihoodRatio.df).toBe(wanted.lr[1]);
    expectNear(fit.likelihoodRatio.p, wanted.lr[2]);
    expectNear(fit.wald.chiSquared, wanted.wald[0], 1e-8);
    expectNear(fit.score.chiSquared, wanted.score[0]);
    expectNear(fit.concordance, wanted.concordance[0]);
    expect(fit).toMatchObject({ subjects: 60, events: 37, converged: true });
  });

  test.each(models)("proportional hazards: %s", (_, model, ties, wanted) => {
    const frame = coxFrame(followUp, model);
    const fit = cox(frame, { ties });
    for (const scale of ["km", "rank", "identity", "log"] as const) {
      const { terms, global } = proportionalHazards(frame, fit, scale);
      const { chisq, df, p } = wanted.zph[scale];
      for (const [at, made] of [...terms, global].entries()) {
        expectNear(made.chiSquared, chisq[at], 1e-7);
        expect(made.df).toBe(df[at]);
        expectNear(made.p, p[at], 1e-7);
      }
    }
  });
});

const lung = readLung();

describe.skipIf(!lung)("R's lung", () => {
  if (!lung) return;
  test("age, sex and ECOG by Efron", () => {
    const frame = coxFrame(lung.followUp, { covariates: [lung.age, lung.sex, lung.ecog] });
    const fit = cox(frame);
    const betas = [0.01106676456, -0.5526123957, 0.46372847537];
    const errors = [0.009267411014, 0.167739053787, 0.113577266162];
    for (const [at, { beta, standardError }] of fit.coefficients.entries()) {
      expect(beta).toBeCloseTo(betas[at] ?? Number.NaN, 10);
      expect(standardError).toBeCloseTo(errors[at] ?? Number.NaN, 10);
    }
    expect(fit.subjects).toBe(227);
    expect(fit.logLikelihoods.none).toBeCloseTo(-744.4804558, 7);
    expect(fit.logLikelihoods.model).toBeCloseTo(-729.2301214, 7);
    expect(fit.concordance).toBeCloseTo(0.637135493, 9);
    expect(proportionalHazards(frame, fit).global.chiSquared).toBeCloseTo(4.463658, 6);
  });

  test("sex alone, by Efron and by Breslow", () => {
    const frame = coxFrame(lung.followUp, { covariates: [lung.sex] });
    expect(cox(frame).coefficients[0]?.beta).toBeCloseTo(-0.5310235376, 9);
    expect(cox(frame, { ties: "breslow" }).coefficients[0]?.beta).toBeCloseTo(-0.5303965745, 9);
  });
});

describe("the partial likelihood", () => {
  test("is least surprised at beta: finite differences of the likelihood by brute force", () => {
    const fit = cox(coxFrame(followUp, { covariates: [protein, age] }), { ties: "breslow" });
    const [b0 = 0, b1 = 0] = fit.coefficients.map(({ beta }) => beta);
    const values = (covariate: typeof protein) => (covariate.kind === "measurement" ? covariate.values : []);
    const at = (x: number, y: number) => {
      const eta = Array.from(
        followUp.times,
        (_, i) => x * (values(protein)[i] as number) + y * (values(age)[i] as number),
      );
      let sum = 0;
      for (const [i, time] of followUp.times.entries()) {
        if (followUp.events[i] !== 1) continue;
        const risk = eta
          .filter((_, j) => (followUp.times[j] ?? 0) >= time)
          .reduce((total, e) => total + Math.exp(e), 0);
        sum += (eta[i] ?? 0) - Math.log(risk);
      }
      return sum;
    };
    expect(at(b0, b1)).toBeCloseTo(fit.logLikelihoods.model, 8);
    expect(at(b0 + 1e-4, b1) - at(b0 - 1e-4, b1)).toBeCloseTo(0, 7);
    expect(at(b0, b1 + 1e-5) - at(b0, b1 - 1e-5)).toBeCloseTo(0, 7);
    const curvature = (at(b0 + 1e-3, b1) - 2 * at(b0, b1) + at(b0 - 1e-3, b1)) / 1e-6;
    // The variance of one beta is at least the inverse of its own curvature.
    expect((fit.coefficients[0]?.standardError ?? 0) ** 2).toBeGreaterThan(-1 / curvature - 1e-6);
  });

  test("sees nothing of time but its order, nor of the order of the subjects", () => {
    const before = cox(coxFrame(followUp, full));
    const places = [...followUp.times.keys()];
    fc.assert(
      fc.property(fc.shuffledSubarray(places, { minLength: places.length }), (order) => {
        const moved = reordered(order);
        const times = moved.followUp.times.map((time) => Math.exp(time / 10) + time ** 3);
        const covariates = [moved.protein, moved.age, moved.stage];
        const after = cox(coxFrame({ ...moved.followUp, times }, { covariates }));
        for (const [at, { beta }] of before.coefficients.entries()) {
          expect(after.coefficients[at]?.beta).toBeCloseTo(beta, 9);
        }
        expect(after.concordance).toBeCloseTo(before.concordance, 12);
      }),
      { numRuns: 20 },
    );
  });

  test("scales with the covariate's unit", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        fc.integer({ min: -1000, max: 1000 }),
        (by, shift) => {
          const [one, other] = [1, by].map((unit) => {
            const values = reference.data.protein.map((value) => value * unit + shift * unit);
            return cox(coxFrame(followUp, { covariates: [measured("protein", values)] })).coefficients[0];
          });
          expectNear((other?.beta ?? Number.NaN) * by, one?.beta, 1e-6);
          expectNear(other?.z, one?.z, 1e-6);
        },
      ),
    );
  });
});

describe("what cannot be estimated is said", () => {
  test("a covariate that separates those with the event", () => {
    // Whoever dies has the highest score of those left, so that the likelihood rises for ever.
    const separating = measured(
      "separating",
      [...followUp.times].map((time) => -time),
    );
    const fit = cox(coxFrame(followUp, { covariates: [separating] }));
    expect(fit.coefficients[0]?.maybeInfinite).toBe(true);
    const group = factorOf(
      "group",
      [...followUp.events].map((event) => (event === 1 ? "b" : "a")).with(0, "b"),
    );
    const [level] = cox(coxFrame(followUp, { covariates: [group] })).coefficients;
    expect(level?.maybeInfinite).toBe(true);
  });

  test("one that depends on others, and one that does not vary", () => {
    const twice = measured(
      "twice",
      reference.data.protein.map((value) => 2 * value - 3),
    );
    const same = measured(
      "same",
      reference.data.protein.map(() => 0.1),
    );
    const fit = cox(coxFrame(followUp, { covariates: [protein, twice, same] }));
    expect(fit.coefficients.map(({ beta }) => Number.isNaN(beta))).toEqual([false, true, true]);
    expect(fit.likelihoodRatio.df).toBe(1);
    expectNear(fit.coefficients[0]?.beta, reference.alone.beta[0], 1e-8);
    expectNear(fit.concordance, reference.alone.concordance[0]);
  });

  test("data that cannot be", () => {
    const { times, events } = followUp;
    const model = { covariates: [protein] };
    expect(() => coxFrame({ times: times.with(3, -1), events }, model)).toThrow(
      /subject 3 was followed for -1/,
    );
    expect(() => coxFrame({ times, events: events.with(2, 2) }, model)).toThrow(/event of subject 2 is 2/);
    expect(() => coxFrame({ times, events: events.map(() => 0) }, model)).toThrow(
      /no event among 60 subjects/,
    );
    expect(() => coxFrame(followUp, { covariates: [] })).toThrow(/at least one covariate/);
    const missing = measured(
      "missing",
      reference.data.event.map((event) => (event === 1 ? Number.NaN : 1)),
    );
    expect(() => coxFrame(followUp, { covariates: [missing] })).toThrow(
      /no event among the 23 subjects for whom missing/,
    );
  });
});

test("a table of proteins has each one's own model, over those in whom it was seen", () => {
  const rows = [
    reference.data.protein,
    reference.data.age.map((value, at) => (at % 7 === 0 ? Number.NaN : value)),
    reference.data.protein.map(() => 3.3),
    reference.data.event.map((event, at) => (event === 1 ? Number.NaN : at)),
  ];
  const matrix = matrixOf(
    rows.map((_, at) => `P${at}`),
    rows[0]?.map((_, at) => `S${at}`) ?? [],
    Float64Array.from(rows.flat()),
  );
  const table = coxEach(followUp, matrix, { covariates: [stage], strata: centre });
  for (const [at, values] of rows.slice(0, 2).entries()) {
    const covariates = [stage, measured("protein", values)];
    const alone = cox(coxFrame(followUp, { covariates, strata: centre })).coefficients.at(-1);
    expectNear(table.beta[at], alone?.beta, 1e-8);
    expectNear(table.p[at], alone?.p, 1e-8);
  }
  expect([...table.subjects]).toEqual([60, 51, 60, 23]);
  expect([...table.beta].map(Number.isNaN)).toEqual([false, false, true, true]);
  expect([...table.doubtful]).toEqual([0, 0, 0, 0]);
});
