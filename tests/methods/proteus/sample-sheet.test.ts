import { describe, expect, test } from "vitest";
import type { MatrixSample } from "../../../shared/methods/contract.ts";
import {
  membersOf,
  readSampleSheet,
  type SheetRoles,
  selectSamples,
} from "../../../shared/methods/proteus/sample-sheet.ts";

/** A sheet of its columns. */
function samplesOf(groups: string, columns: Readonly<Record<string, string>>): MatrixSample[] {
  const cells = Object.entries(columns).map(([name, text]) => [name, text.split(" ")] as const);
  return groups.split(" ").map((group, i) => ({
    label: `S${i}`,
    column: `S${i}`,
    group,
    covariates: Object.fromEntries(cells.map(([name, values]) => [name, values[i] ?? ""])),
  }));
}

const read = (groups: string, columns: Readonly<Record<string, string>>, roles?: SheetRoles) =>
  readSampleSheet(samplesOf(groups, columns), roles);
const texts = (read: ReturnType<typeof readSampleSheet>) => read.notes.map(({ text }) => text).join(" ");

describe("a sample sheet", () => {
  test("has groups in the order of their first samples, and the samples of each", () => {
    const { sheet } = read("b a b", {});
    expect(sheet.groups?.levels).toEqual(["b", "a"]);
    expect(sheet.groups && membersOf(sheet.groups)).toEqual([
      { level: "b", samples: [0, 2] },
      { level: "a", samples: [1] },
    ]);
  });

  test("takes subjects for pairs where two are in more than one group", () => {
    const paired = read("a a b b", { Patient: "p q p q" });
    expect(paired.sheet.pairing).toMatchObject({ name: "Patient", levels: ["p", "q"] });
    expect(texts(paired)).toMatch(/2 of 2 subjects are in more than one group/);
    const unpaired = read("a a b b", { Patient: "p q r q" });
    expect(unpaired.sheet.pairing).toBeUndefined();
    expect(texts(unpaired)).toMatch(/Patient is not taken for pairs/);
    expect(() => read("a a b b", { Patient: "p q r q" }, { pairing: "Patient" })).toThrow(
      /"Patient" pairs nothing/,
    );
    expect(read("a a b b", { Patient: "p q p q" }, { pairing: false }).sheet.pairing).toBeUndefined();
    expect(() => read("a b", { x: "1 2" }, { pairing: "y" })).toThrow(/no column "y"; it has x/);
  });

  test("tells numbers from kinds, also where kinds are called by numbers", () => {
    const { sheet, notes } = read("a a b b", {
      age: "61 58 NA 70",
      batch: "1 2 1 2",
      sex: "f m m f",
      centre: "x x x x",
      id: "k l m n",
      code: "1 1 2 2",
    });
    expect(sheet.covariates.map(({ name, kind }) => [name, kind])).toEqual([
      ["age", "measurement"],
      ["batch", "factor"],
      ["sex", "factor"],
      ["code", "measurement"],
    ]);
    expect(sheet.covariates[0]).toMatchObject({ values: Float64Array.of(61, 58, Number.NaN, 70) });
    expect(notes.map(({ text }) => text)).toEqual([
      "Column age of the sheet is blank for 1 sample.",
      "Column centre of the sheet is the same for all samples and is left out.",
      "Column id of the sheet is different for each sample and is left out.",
    ]);
    const asked = read("a a b b", { code: "1 1 2 2" }, { factors: ["code"] });
    expect(asked.sheet.covariates[0]).toMatchObject({ kind: "factor", levels: ["1", "2"] });
  });

  test.each([
    ["0 1 1", "0/1", [0, 1, 1]],
    ["1 2 2", "1/2, as R has them", [0, 1, 1]],
    ["alive Dead 1:DECEASED", "words", [0, 1, 1]],
    ["no YES NA", "words and nothing", [0, 1, Number.NaN]],
    ["FALSE TRUE 1", "logical", [0, 1, 1]],
  ])("reads events %s (%s)", (status, _, events) => {
    const { sheet } = read("a a b", { "OS.time": "10 0 12.5", status });
    expect(sheet.survival).toMatchObject({ timeName: "OS.time", eventName: "status" });
    expect([...(sheet.survival?.events ?? [])]).toEqual(events);
    expect([...(sheet.survival?.times ?? [])]).toEqual([10, 0, 12.5]);
    expect(sheet.covariates).toEqual([]);
  });

  test("names sample and column where survival cannot be read", () => {
    expect(() => read("a b", { time: "3 -1", event: "0 1" })).toThrow(
      'column "time" of sample "S1": "-1" is negative',
    );
    expect(() => read("a b", { time: "3 x", event: "0 1" })).toThrow(
      'column "time" of sample "S1": "x" is not a number',
    );
    expect(() => read("a b", { time: "3 1", event: "0 3" })).toThrow(
      'column "event" of sample "S1" holds "3"',
    );
    expect(read("a b", { time: "3 x", event: "0 1" }, { survival: false }).sheet.survival).toBeUndefined();
  });

  test("a time without an event is a covariate: hours of a time course", () => {
    const { sheet } = read("a a b b", { time: "0 6 0 6" });
    expect(sheet.survival).toBeUndefined();
    expect(sheet.covariates.map(({ name }) => name)).toEqual(["time"]);
  });

  test("of some samples keeps all that it says of them", () => {
    const { sheet } = read("a a b b", {
      patient: "p q p q",
      age: "1 2 3 4",
      sex: "f m f m",
      time: "5 6 7 8",
      event: "0 1 0 1",
    });
    const some = selectSamples(sheet, [3, 0]);
    expect(some.samples).toEqual(["S3", "S0"]);
    expect(some.groups).toMatchObject({ levels: ["b", "a"], values: ["b", "a"] });
    expect(some.pairing?.values).toEqual(["q", "p"]);
    expect(some.covariates.map(({ values }) => [...values])).toEqual([
      [4, 1],
      ["m", "f"],
    ]);
    expect(some.survival).toMatchObject({ times: Float64Array.of(8, 5), events: Float64Array.of(1, 0) });
  });
});
