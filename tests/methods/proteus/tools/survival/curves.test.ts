import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { factorOf } from "../../../../../shared/methods/proteus/sample-sheet.ts";
import {
  atRiskAt,
  kaplanMeier,
  survivalAt,
} from "../../../../../shared/methods/proteus/tools/survival/kaplan-meier.ts";
import { logRank } from "../../../../../shared/methods/proteus/tools/survival/log-rank.ts";
import { cohort, reordered } from "./cohort.ts";
import { readLung } from "./lung.ts";
import reference from "./survival.json" with { type: "json" };

const { followUp, stage, centre } = cohort;

function expectColumn(made: readonly number[], wanted: readonly (number | null)[], what: string) {
  expect(made.length).toBe(wanted.length);
  for (const [at, value] of wanted.entries()) {
    if (value === null) expect(Number.isFinite(made[at]), `${what} ${at}`).toBe(false);
    else expect(made[at], `${what} ${at}`).toBeCloseTo(value, 10);
  }
}

describe(`as ${reference.source[0]}`, () => {
  test.each([
    ["plain", reference.plain],
    ["log", reference.log],
    ["log-log", reference.loglog],
  ] as const)("curves with %s intervals", (interval, wanted) => {
    const curves = kaplanMeier(followUp, { groups: stage, interval });
    const column = (of: "times" | "atRisk" | "died" | "survival" | "standardError" | "low" | "high") =>
      curves.flatMap((curve) => [...curve[of]]);
    expect(column("times")).toEqual(wanted.time);
    expect(column("atRisk")).toEqual(wanted.atRisk);
    expect(column("died")).toEqual(wanted.died);
    expectColumn(column("survival"), wanted.survival, "S");
    expectColumn(column("standardError"), wanted.se, "se");
    expectColumn(column("low"), wanted.low, "low");
    expectColumn(column("high"), wanted.high, "high");
    expectColumn(
      curves.flatMap(({ median }) => [median.time, median.low, median.high]),
      wanted.medians,
      "median",
    );
  });

  test.each([
    ["of groups", reference.logrank, undefined],
    ["within strata", reference.logrankStratified, centre],
  ] as const)("log-rank %s", (_, wanted, strata) => {
    const made = logRank(followUp, stage, strata);
    expect(made.groups.map(({ level }) => level)).toEqual(stage.levels);
    expectColumn(
      made.groups.map(({ expected }) => expected),
      wanted.expected,
      "expected",
    );
    expect(made.groups.map(({ observed }) => observed)).toEqual(wanted.observed);
    expect(made.chiSquared).toBeCloseTo(wanted.chisq[0] ?? Number.NaN, 10);
    expect(made.df).toBe(2);
  });
});

const lung = readLung();

test.skipIf(!lung)("R's lung: medians 270 and 426, log-rank 10.327 between the sexes, S(100)", () => {
  if (!lung) return;
  const curves = kaplanMeier(lung.followUp, { groups: lung.sexes });
  expect(curves.map(({ median }) => median.time)).toEqual([270, 426]);
  const [all] = kaplanMeier(lung.followUp);
  expect(all && survivalAt(all, 100)).toBeCloseTo(0.863969, 6);
  const { chiSquared, p } = logRank(lung.followUp, lung.sexes);
  expect(chiSquared).toBeCloseTo(10.32674195, 8);
  expect(p).toBeCloseTo(0.001311, 6);
});

describe("a survival curve", () => {
  const cohorts = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.constantFrom(0, 1)), { minLength: 1, maxLength: 30 })
    .filter((rows) => rows.some(([, event]) => event === 1))
    .map((rows) => ({
      times: Float64Array.from(rows, ([time]) => time),
      events: Float64Array.from(rows, ([, event]) => event),
    }));

  test("falls from 1, within its interval, and is the share of those left where nobody is censored", () => {
    fc.assert(
      fc.property(cohorts, fc.constantFrom("plain", "log", "log-log"), (followed, interval) => {
        const [curve] = kaplanMeier(followed, { interval });
        if (!curve) throw new Error("no curve");
        let last = 1;
        for (const [at, s] of curve.survival.entries()) {
          expect(s).toBeLessThanOrEqual(last);
          expect(s).toBeGreaterThanOrEqual(0);
          expect((curve.low[at] ?? 0) > s || (curve.high[at] ?? 1) < s).toBe(false);
          last = s;
        }
        const [uncensored] = kaplanMeier({ ...followed, events: followed.events.map(() => 1) });
        for (const time of followed.times) {
          const left = followed.times.filter((other) => other > time).length;
          expect(uncensored && survivalAt(uncensored, time)).toBeCloseTo(left / followed.times.length, 12);
          const risk = followed.times.filter((other) => other >= time - 0.5).length;
          expect(atRiskAt(curve, time - 0.5)).toBe(risk);
        }
        expect(survivalAt(curve, -1)).toBe(1);
        expect(atRiskAt(curve, 13)).toBe(0);
      }),
    );
  });

  test("leaves out those of whom time, event or group is unknown", () => {
    const times = followUp.times.with(0, Number.NaN);
    const groups = { ...stage, values: stage.values.with(1, "") };
    const curves = kaplanMeier({ times, events: followUp.events }, { groups });
    expect(curves.reduce((sum, { subjects }) => sum + subjects, 0)).toBe(58);
  });
});

describe("the log-rank test", () => {
  test("does not mind the order of subjects, nor a monotone change of time", () => {
    const before = logRank(followUp, stage, centre);
    const places = [...followUp.times.keys()];
    fc.assert(
      fc.property(fc.shuffledSubarray(places, { minLength: places.length }), (order) => {
        const moved = reordered(order);
        const times = moved.followUp.times.map((time) => Math.sqrt(time));
        const after = logRank({ ...moved.followUp, times }, moved.stage, moved.centre);
        expect(after.chiSquared).toBeCloseTo(before.chiSquared, 10);
      }),
      { numRuns: 20 },
    );
  });

  test("wants two groups", () => {
    const one = factorOf(
      "one",
      stage.values.map(() => "a"),
    );
    expect(() => logRank(followUp, one)).toThrow(/fewer than two groups of one/);
  });
});
