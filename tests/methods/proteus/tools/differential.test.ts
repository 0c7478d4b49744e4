import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { matrixOf, selectColumns } from "../../../../shared/methods/proteus/matrix.ts";
import { type Covariate, factorOf, selectSamples } from "../../../../shared/methods/proteus/sample-sheet.ts";
import {
  type Contrast,
  type Design,
  designOf,
  groupDifference,
  slope,
} from "../../../../shared/methods/proteus/tools/design.ts";
import {
  type Differential,
  differentialAbundance,
} from "../../../../shared/methods/proteus/tools/differential.ts";
import {
  posteriorVariances,
  variancePrior,
} from "../../../../shared/methods/proteus/tools/empirical-bayes.ts";
import limma from "./limma.json" with { type: "json" };

const number = z.union([
  z.number(),
  z.literal("Infinity").transform(() => Infinity),
  z.null().transform(() => NaN),
]);
const column = z.union([z.array(number), number.transform((value) => [value])]);
const table = z.union([
  z.array(z.array(number)),
  z.array(number).transform((values) => values.map((value) => [value])),
]);
const study = z.object({
  group: z.array(z.string()),
  subject: z.array(z.string()).optional(),
  batch: z.array(z.string()).optional(),
  age: z.array(z.number()).optional(),
  trend: z.number(),
  values: z.array(z.array(number)),
  logFC: table,
  low: table,
  high: table,
  t: table,
  p: table,
  adjusted: table,
  d0: number,
  s20: column,
  posterior: column,
  f: column,
  fp: column,
});
type Study = z.infer<typeof study>;
const { source, ...studies } = limma;

const matrixOfRows = (rows: readonly (readonly number[])[]) =>
  matrixOf(
    rows.map((_, at) => `P${at}`),
    (rows[0] ?? []).map((_, at) => `S${at}`),
    Float64Array.from(rows.flat()),
  );

function modelOf({ group, subject, batch, age }: Study) {
  const covariates: Covariate[] = [];
  if (batch) covariates.push(factorOf("batch", batch));
  if (age) covariates.push({ kind: "measurement", name: "age", values: Float64Array.from(age) });
  return {
    groups: factorOf("group", group),
    covariates,
    ...(subject && { pairing: factorOf("subject", subject) }),
  };
}

function expectColumn(made: Float64Array, wanted: readonly number[], what: string) {
  expect(made.length).toBe(wanted.length);
  for (const [at, value] of wanted.entries()) {
    if (Number.isNaN(value)) expect(made[at], `${what} ${at}`).toBeNaN();
    else
      expect(Math.abs((made[at] ?? NaN) - value), `${what} ${at}`).toBeLessThan(
        1e-9 * Math.max(1, Math.abs(value)),
      );
  }
}

describe(`as ${source}`, () => {
  test.each(Object.keys(studies))("%s", (name) => {
    const given = study.parse(studies[name as keyof typeof studies]);
    const design = designOf(modelOf(given), given.group.length);
    const contrasts = given.group.includes("A")
      ? [
          groupDifference(design, "B", "A"),
          groupDifference(design, "C", "A"),
          groupDifference(design, "C", "B"),
        ]
      : [groupDifference(design, "treated", "control"), ...(given.age ? [slope(design, "age")] : [])];
    const made = differentialAbundance(matrixOfRows(given.values), design, contrasts, {
      trend: given.trend === 1,
    });
    if (given.d0 === Infinity) expect(made.prior.df).toBe(Infinity);
    else expect(made.prior.df / given.d0).toBeCloseTo(1, 8);
    const { variance } = made.prior;
    const [s20 = NaN] = given.s20;
    if (typeof variance === "number") expect(variance / s20).toBeCloseTo(1, 9);
    else expectColumn(variance, given.s20, "s0^2");
    expectColumn(made.posteriorVariance, given.posterior, "s~^2");
    for (const [at, contrast] of made.contrasts.entries()) {
      for (const key of ["logFC", "low", "high", "t", "p", "adjusted"] as const) {
        const wanted = given[key].map((row) => row[at] ?? NaN);
        expectColumn(contrast[key], wanted, `${key} of ${contrast.name}`);
      }
    }
    // limma takes the full design's correlations for its F also where values are missing, and more degrees of freedom than are pooled where d0 is infinite.
    if (given.values.flat().some(Number.isNaN) || given.d0 === Infinity) return;
    expectColumn(made.joint.f, given.f, "F");
    expectColumn(made.joint.p, given.fp, "p of F");
  });
});

describe("variances are shared", () => {
  test("as in the published example", () => {
    const variances = [0.04, 0.09, 0.5, 0.02, 1.2, 0.01];
    const dfs = variances.map(() => 4);
    const prior = variancePrior(variances, dfs);
    expect(prior.df).toBeCloseTo(1.400273518, 8);
    expect(prior.variance).toBeCloseTo(0.04806183017, 10);
    const wanted = [0.04209040658, 0.07912556773, 0.38281388917, 0.02727634212, 0.90130614529, 0.01986930989];
    for (const [at, value] of posteriorVariances(variances, dfs, prior).entries()) {
      expect(value).toBeCloseTo(wanted[at] ?? NaN, 10);
    }
  });

  test("none of 0 spoils them, and fewer than two share nothing", () => {
    const prior = variancePrior([0, 0.1, 0.2, 0.1], [3, 3, 3, 3]);
    expect(prior.zeros).toBe(1);
    expect(Number.isFinite(prior.variance)).toBe(true);
    expect(() => variancePrior([0.1, NaN], [3, 0])).toThrow(/1 proteins have residual degrees/);
  });
});

describe("a contrast", () => {
  const sixSamples = { groups: factorOf("group", ["a", "a", "a", "b", "b", "b"]), covariates: [] };
  const values = fc.array(
    fc.array(
      fc.option(
        fc.integer({ min: 0, max: 60 }).map((value) => value / 4),
        { nil: NaN, freq: 6 },
      ),
      {
        minLength: 6,
        maxLength: 6,
      },
    ),
    { minLength: 6, maxLength: 12 },
  );
  const tested = (
    rows: readonly (readonly number[])[],
    make: (design: Design) => Contrast,
  ): Differential | undefined => {
    const design = designOf(sixSamples, 6);
    try {
      return differentialAbundance(matrixOfRows(rows), design, [make(design)]);
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
      return undefined;
    }
  };

  test("turned about has the opposite t and the same p", () => {
    fc.assert(
      fc.property(values, (rows) => {
        const one = tested(rows, (design) => groupDifference(design, "b", "a"))?.contrasts[0];
        const other = tested(rows, (design) => groupDifference(design, "a", "b"))?.contrasts[0];
        if (!one || !other) return;
        expectColumn(
          other.t,
          [...one.t].map((t) => -t),
          "t",
        );
        expectColumn(other.p, [...one.p], "p");
      }),
    );
  });

  test("does not mind the order of the samples", () => {
    const { values: rows, ...given } = study.parse(studies.covariates);
    const model = modelOf({ values: rows, ...given });
    const sheet = { samples: given.group, ...model };
    const matrix = matrixOfRows(rows);
    const run = (order: readonly number[]) => {
      const moved = selectSamples(sheet, order);
      const design = designOf(moved, order.length);
      return differentialAbundance(selectColumns(matrix, order), design, [
        groupDifference(design, "treated", "control"),
        slope(design, "age"),
      ]);
    };
    const places = given.group.map((_, at) => at);
    const before = run(places);
    fc.assert(
      fc.property(fc.shuffledSubarray(places, { minLength: places.length }), (order) => {
        const after = run(order);
        for (const [at, { t }] of before.contrasts.entries()) {
          expectColumn(after.contrasts[at]?.t ?? new Float64Array(), [...t], "t");
        }
      }),
      { numRuns: 20 },
    );
  });

  test("alone has the square of its t as F, and its p", () => {
    fc.assert(
      fc.property(values, (rows) => {
        const made = tested(rows, (design) => groupDifference(design, "b", "a"));
        const alone = made?.contrasts[0];
        if (!made || !alone) return;
        expectColumn(
          made.joint.f,
          [...alone.t].map((t) => t * t),
          "F",
        );
        expectColumn(made.joint.p, [...alone.p], "p");
      }),
    );
  });

  test("is NaN where a protein was seen in one of its groups alone", () => {
    const rows = [
      [1, 2, 3, NaN, NaN, NaN],
      [1, 2, 3, 4, 5, 7],
      [NaN, NaN, NaN, NaN, NaN, NaN],
      [2, 2, 1, 2, 3, 1],
    ];
    const made = tested(rows, (design) => groupDifference(design, "b", "a"));
    expect([...(made?.contrasts[0]?.p ?? [])].map(Number.isNaN)).toEqual([true, false, true, false]);
    expect(made?.joint.f[0]).toBeNaN();
    expect([...(made?.df ?? [])]).toEqual([2, 4, 0, 4]);
  });
});

describe("a model", () => {
  const groups = factorOf("group", ["a", "a", "b", "b"]);

  test("leaves out the samples that are not known in all of it", () => {
    const age: Covariate = { kind: "measurement", name: "age", values: Float64Array.of(1, NaN, 3, 5) };
    const design = designOf({ groups, covariates: [age] }, 4);
    expect(design.samples).toEqual([0, 2, 3]);
    expect(design.columns.map(({ name }) => name)).toEqual(["group a", "group b", "age"]);
    expect([...design.matrix.values]).toEqual([1, 0, 1, 0, 1, 3, 0, 1, 5]);
  });

  test("says what a group cannot be told apart from", () => {
    const batch = factorOf("batch", ["x", "x", "y", "y"]);
    const pairing = factorOf("donor", ["1", "2", "3", "4"]);
    const rows = [
      [1, 2, 3, 4],
      [2, 1, 4, 3],
    ];
    for (const [model, culprit] of [
      [{ groups, covariates: [batch] }, /b - a cannot be told apart from batch/],
      [{ groups, covariates: [], pairing }, /cannot be told apart from donor/],
    ] as const) {
      const design = designOf(model, 4);
      const contrast = groupDifference(design, "b", "a");
      expect(() => differentialAbundance(matrixOfRows(rows), design, [contrast])).toThrow(culprit);
    }
  });

  test("refuses what it does not have", () => {
    const design = designOf({ groups, covariates: [] }, 4);
    expect(() => groupDifference(design, "c", "a")).toThrow(/no group "c"; it has a, b/);
    expect(() => slope(design, "age")).toThrow(/no measurement "age"/);
    expect(() => designOf({ groups, covariates: [factorOf("sex", ["f", "f", "f", "f"])] }, 4)).toThrow(
      /sex is f/,
    );
    expect(() => designOf({ groups: factorOf("group", ["a", "", "", ""]), covariates: [] }, 4)).toThrow(
      /1 samples/,
    );
  });
});
