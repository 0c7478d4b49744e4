import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matrixOf, selectRows } from "../../../../shared/methods/proteus/matrix.ts";
import { placeSets, readGmt } from "../../../../shared/methods/proteus/tools/gene-sets.ts";
import { kinaseActivities, kinaseZ } from "../../../../shared/methods/proteus/tools/ksea.ts";
import { overRepresentation } from "../../../../shared/methods/proteus/tools/ora.ts";
import { ssGsea } from "../../../../shared/methods/proteus/tools/ssgsea.ts";
import gsva from "./gsva.json" with { type: "json" };

const setOf = (name: string, members: readonly string[]) => ({ name, description: "", members });
const named = (letter: string, count: number) => Array.from({ length: count }, (_, at) => `${letter}${at}`);
const all = { smallest: 1, largest: 1000 };

describe("gene sets", () => {
  test("are read from GMT, a line a set", () => {
    expect(readGmt("one\thttp://x\tA\tB\tA\r\n\ntwo\t\tC\n")).toEqual([
      { name: "one", description: "http://x", members: ["A", "B"] },
      { name: "two", description: "", members: ["C"] },
    ]);
    expect(() => readGmt("one\tx\tA\nempty\tx\n")).toThrow(/line 2: gene set "empty" has no members/);
    expect(() => readGmt("one\tx\tA\none\tx\tB")).toThrow(/line 2: gene set "one" is on line 1 too/);
    expect(() => readGmt("\tx\tA")).toThrow(/line 1: a gene set without a name/);
  });

  test("are tested where enough of them was measured, and not all that was", () => {
    const sets = [setOf("few", ["P0", "Q"]), setOf("some", ["P4", "P1", "P1"]), setOf("all", named("P", 5))];
    const placed = placeSets(sets, named("P", 5), { smallest: 2, largest: 100 });
    expect(placed).toEqual([{ name: "some", places: Int32Array.of(1, 4) }]);
  });
});

describe("over-representation", () => {
  test("of the published urns", () => {
    const background = named("P", 100);
    const selected = background.slice(0, 20);
    const [one] = overRepresentation(selected, background, [setOf("s", background.slice(16, 26))], all);
    expect(one).toMatchObject({ size: 10, overlap: 4, expected: 2, members: ["P16", "P17", "P18", "P19"] });
    expect(one?.p).toBeCloseTo(0.109571851, 9);
    const large = named("P", 20_000);
    const [rare] = overRepresentation(large.slice(0, 100), large, [setOf("s", large.slice(90, 240))], all);
    expect((rare?.p ?? 0) / 4.047778484e-9).toBeCloseTo(1, 9);
  });

  test("refuses what was selected but never measured", () => {
    expect(() => overRepresentation(["X"], ["P"], [], all)).toThrow(
      /"X" is selected, but not in the background/,
    );
  });
});

describe("kinase activity", () => {
  test("of the published kinases", () => {
    const background = { mean: 0.1277478918, sd: 0.6309858299 };
    expect(kinaseZ({ mean: 1.04963076772, m: 1 }, background)).toBeCloseTo(1.4610199347, 9);
    expect(kinaseZ({ mean: -0.06893634782, m: 30 }, background)).toBeCloseTo(-1.7073029161, 9);
  });

  test("is of the substrates that were measured, against all sites", () => {
    const changes = { sites: named("s", 5), logFC: [1, 2, 3, Number.NaN, -2] };
    const kinases = [setOf("K", ["s1", "s2", "s3", "unknown"]), setOf("L", ["s3"])];
    const [made, ...others] = kinaseActivities(changes, kinases, 1);
    expect(others).toEqual([]);
    // Mean 1, standard deviation sqrt(14 / 3).
    expect(made).toMatchObject({ kinase: "K", substrates: ["s1", "s2"], mean: 2.5 });
    expect(made?.z).toBeCloseTo((1.5 * Math.SQRT2) / Math.sqrt(14 / 3), 12);
    expect(made?.p).toBeCloseTo(0.3261, 4);
    expect(() => kinaseActivities({ sites: ["s", "s"], logFC: [1, 2] }, [], 1)).toThrow(/"s" is there twice/);
    expect(() => kinaseActivities({ sites: ["s"], logFC: [1] }, [], 1)).toThrow(/1 sites have a fold change/);
  });
});

describe("single-sample scores", () => {
  const matrix = matrixOf(named("P", 20), named("S", 4), Float64Array.from(gsva.values.flat()));
  const pick = (places: readonly number[]) => places.map((place) => `P${place}`);
  const sets = [
    setOf("one", pick([0, 1, 2, 3, 4])),
    setOf("two", pick([3, 8, 12, 19])),
    setOf("three", pick([10, 11, 12, 13, 14, 15, 16, 17, 18])),
  ];

  test(`are those of ${gsva.source}`, () => {
    for (const [normalised, wanted] of [
      [false, gsva.plain],
      [true, gsva.normalised],
    ] as const) {
      const made = ssGsea(matrix, sets, { ...all, normalised });
      expect(made.rows).toEqual(["one", "two", "three"]);
      for (const [at, value] of wanted.flat().entries()) expect(made.values[at]).toBeCloseTo(value, 10);
    }
  });

  test("do not mind the order of the proteins, nor a monotone change", () => {
    const untied = { ...matrix, values: matrix.values.map((value, at) => value + at / 1e6) };
    const before = ssGsea(untied, sets, all).values;
    fc.assert(
      fc.property(fc.shuffledSubarray([...matrix.rows.keys()], { minLength: 20 }), (order) => {
        const moved = selectRows(untied, order);
        const after = ssGsea({ ...moved, values: moved.values.map(Math.exp) }, sets, all).values;
        for (const [at, value] of before.entries()) expect(after[at]).toBeCloseTo(value, 12);
      }),
    );
  });

  test("take what was seen in a sample alone", () => {
    const holed = { ...matrix, values: matrix.values.slice() };
    for (const row of [2, 3, 8, 12, 19]) holed.values[row * 4 + 1] = Number.NaN;
    const made = ssGsea(holed, sets, { ...all, normalised: false });
    expect(made.values[4 + 1]).toBeNaN();
    const kept = matrix.rows.map((_, at) => at).filter((at) => ![2, 3, 8, 12, 19].includes(at));
    const without = ssGsea(selectRows(matrix, kept), sets, { ...all, normalised: false });
    expect(made.values[1]).toBeCloseTo(without.values[1] ?? Number.NaN, 12);
    expect(made.values[0]).toBeCloseTo(gsva.plain[0]?.[0] ?? Number.NaN, 10);
  });
});
