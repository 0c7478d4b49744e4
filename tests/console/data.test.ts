import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { longestDelay, pollDelay } from "../../shared/console/api/poll-delay.ts";
import { changeFrom } from "../../shared/console/data/change.ts";
import { comparedCharts, runCharts } from "../../shared/console/data/charts.ts";
import { parseTable } from "../../shared/console/data/csv.ts";
import { likelyKind } from "../../shared/console/data/dataset-kinds.ts";
import { flattened } from "../../shared/console/data/flat.ts";
import { aligned, type Curves, fold, labelsOf } from "../../shared/console/data/series.ts";
import { smooth } from "../../shared/console/data/smooth.ts";
import { hrefTo, placeOf } from "../../shared/console/route.ts";

describe("how far a figure is from the first", () => {
  test.each([
    [2, 3, "+50 %"],
    [4, 3.988, "−0.3 %"],
    [-2, -1, "+50 %"],
    [1, 21, "+20×"],
    [0, 3, undefined],
    [3, 3, undefined],
    ["x", 3, undefined],
  ])("from %s to %s is %s", (first, value, expected) => expect(changeFrom(first, value)).toBe(expected));
});

describe("curves", () => {
  const piece = (foot: string, points: [number, number | null][]) => ({
    name: "distance",
    labels: { foot },
    points,
  });

  test("pieces in any cut make the same curves, and later points replace earlier ones", () => {
    const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer()), { maxLength: 30 });
    const property = fc.property(points, fc.nat(30), (all, cut) => {
      const once = fold(new Map(), [piece("left", all)]);
      const twice = fold(fold(new Map(), [piece("left", all.slice(0, cut))]), [
        piece("left", all.slice(cut)),
      ]);
      const values = (curves: Curves) => [...curves.values()].flatMap((curve) => [...curve.points].sort());
      expect(values(twice)).toEqual(values(once));
      expect(new Map(values(once))).toEqual(new Map(all));
    });
    fc.assert(property);
  });

  test("folding leaves the curves that were there as they were", () => {
    const before = fold(new Map(), [piece("left", [[1, 1]])]);
    fold(before, [piece("left", [[1, 2]]), piece("right", [[1, 3]])]);
    expect([...before.values()].map(({ points }) => [...points])).toEqual([[[1, 1]]]);
  });

  test("stand on one axis: undefined without a point, null where it is not finite", () => {
    const curves = [
      ...fold(new Map(), [
        piece("left", [
          [3, 3],
          [1, null],
        ]),
        piece("right", [[2, 2]]),
      ]).values(),
    ];
    expect(aligned(curves)).toEqual({
      steps: [1, 2, 3],
      values: [
        [null, undefined, 3],
        [undefined, 2, undefined],
      ],
    });
  });

  test("are named by the labels that tell them apart", () => {
    const of = (labels: Record<string, string>) => ({ name: "loss", labels });
    expect(
      labelsOf([of({ variant: "rope", seed: "1", set: "a" }), of({ variant: "fope", seed: "2", set: "a" })]),
    ).toEqual(["rope, seed 1", "fope, seed 2"]);
    expect(labelsOf([of({})])).toEqual(["loss"]);
  });

  test("look the same in each chart of a run", () => {
    const loss = { name: "loss", labels: { foot: "right" }, points: [] as [number, number][] };
    const curves = fold(new Map(), [
      piece("left", []),
      piece("right", []),
      loss,
      { ...loss, labels: { foot: "left" } },
    ]);
    const looks = runCharts(curves).map(({ lines }) => lines.map(({ label, colour }) => [label, colour]));
    expect(looks).toEqual([
      [
        ["left", 0],
        ["right", 1],
      ],
      [
        ["right", 1],
        ["left", 0],
      ],
    ]);
  });

  test("of several runs have a colour a run and a dash a label", () => {
    const curves = fold(new Map(), [piece("left", []), piece("right", [])]);
    const [chart] = comparedCharts([
      { label: "aaa", curves },
      { label: "bbb", curves },
    ]);
    expect(chart?.lines.map(({ label, colour, dash }) => [label, colour, dash])).toEqual([
      ["aaa: left", 0, 0],
      ["aaa: right", 0, 1],
      ["bbb: left", 1, 0],
      ["bbb: right", 1, 1],
    ]);
  });
});

describe("smoothing", () => {
  const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });
  const weight = fc.double({ min: 0, max: 0.99, noNaN: true });

  test("begins at the first value, stays between the least and the most, and does nothing at 0", () => {
    fc.assert(
      fc.property(values, weight, (given, share) => {
        const smoothed = smooth(given, share);
        expect(smoothed[0]).toBeCloseTo(given[0] ?? 0, 6);
        const slack = 1e-6;
        for (const value of smoothed) {
          expect(value).toBeGreaterThanOrEqual(Math.min(...given) - slack);
          expect(value).toBeLessThanOrEqual(Math.max(...given) + slack);
        }
        expect(smooth(given, 0)).toEqual(given);
      }),
    );
  });

  test("is the corrected moving average, worked out by hand", () => {
    const [, second, third] = smooth([1, 3, 5], 0.5);
    expect(second).toBeCloseTo((0.25 * 1 + 0.5 * 3) / 0.75);
    expect(third).toBeCloseTo((0.125 * 1 + 0.25 * 3 + 0.5 * 5) / 0.875);
  });

  test("leaves gaps as they are", () => {
    expect(smooth([1, null, 1, undefined], 0.9)).toEqual([1, null, 1, undefined]);
  });
});

describe("tables in files", () => {
  test("what is quoted as RFC 4180 says is read back", () => {
    const cell = fc.string();
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
    const property = fc.property(
      table,
      fc.constantFrom(",", "\t"),
      fc.constantFrom("\n", "\r\n"),
      (rows, by, end) => {
        const text = rows.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(by)).join(end);
        expect(parseTable(text, by)).toEqual(rows);
        expect(parseTable(text + end, by)).toEqual(rows);
      },
    );
    fc.assert(property);
  });

  test("bare and empty cells", () => {
    expect(parseTable("a,b,\n,1,2\r\n", ",")).toEqual([
      ["a", "b", ""],
      ["", "1", "2"],
    ]);
    expect(parseTable("a,", ",")).toEqual([["a", ""]]);
    expect(parseTable("", ",")).toEqual([]);
  });
});

describe("places", () => {
  const id = fc.string({ minLength: 1 }).filter((one) => one.isWellFormed());
  test("every place's address leads back to it", () => {
    const place = fc.oneof(
      fc.record({
        page: fc.constantFrom("methods" as const, "runs" as const, "datasets" as const, "models" as const),
      }),
      fc.record({ page: fc.constantFrom("run" as const, "dataset" as const, "model" as const), id }),
      fc.record({ page: fc.constant("method" as const), id, from: id }),
      fc.record({ page: fc.constant("runs" as const), method: id, status: id }),
      fc.record({ page: fc.constant("compare" as const), runs: fc.array(id, { minLength: 1 }) }),
    );
    const property = fc.property(place, (given) => {
      expect(placeOf(hrefTo(given).slice(1))).toEqual(given);
    });
    fc.assert(property);
  });
  test("any fragment is some place", () => {
    const property = fc.property(fc.string(), (fragment) => {
      expect(placeOf(`#${fragment}`).page).toBeTypeOf("string");
    });
    fc.assert(property);
    expect(placeOf("#/runs/a/b")).toEqual({ page: "unknown" });
    expect(placeOf("")).toEqual({ page: "methods" });
  });
});

test("polls back off after failures, never beyond the longest wait, and end when nothing more is wanted", () => {
  expect(pollDelay(2_000, 0)).toBe(2_000);
  expect(pollDelay(undefined, 0)).toBeUndefined();
  expect([1, 2, 3].map((failures) => pollDelay(undefined, failures))).toEqual([1_000, 2_000, 4_000]);
  expect(pollDelay(0, 1_000)).toBe(longestDelay);
});

test("a profile is flat enough for tables", () => {
  const columns = [{ name: "text", lengths: { min: 1, max: 3 } }, { name: "task" }];
  expect(flattened({ rows: 2, columns, languages: [], format: { bom: false } })).toEqual({
    rows: 2,
    columns: [{ name: "text", min: 1, max: 3 }, { name: "task" }],
    format: { bom: false },
  });
});

test("a file's kind is guessed among those that there are", () => {
  const kinds = ["text", "instructions", "matrix", "scene"];
  expect(
    ["a.txt", "a.CSV", "a.tsv.gz", "a.zip", "a.jsonl", "a"].map((name) => likelyKind(name, kinds)),
  ).toEqual(["text", "matrix", "matrix", "scene", "instructions", "text"]);
  expect(likelyKind("a.zip", ["text"])).toBe("text");
  expect(likelyKind("a.zip", [])).toBeUndefined();
});
