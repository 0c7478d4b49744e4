import { describe, expect, test } from "vitest";
import type { MatrixSample } from "../../../shared/methods/contract.ts";
import { readStudy, selectProteins, selectStudySamples } from "../../../shared/methods/proteus/study.ts";
import { contentOf, rowsOf } from "./matrices.ts";

const sample = (label: string, group: string, prefix = ""): MatrixSample => ({
  label,
  column: prefix + label,
  group,
  covariates: {},
});

const rows = [
  { id: "P1", values: [120_000, 0, 3000], annotations: { Gene: "ACT1", "LFQ intensity C9": "5" } },
  { id: "P2", values: [null, 500, 0], annotations: { Gene: "", "LFQ intensity C9": "7" } },
];
const samples = ["A1", "A2", "B1"].map((label) => sample(label, label.slice(0, 1), "LFQ intensity "));

describe("reading a study", () => {
  test("zeros of intensities are missing, and that is said", async () => {
    const { study, scale, notes } = await readStudy(contentOf(samples, rows));
    expect(rowsOf(study.matrix)).toEqual([
      [120_000, null, 3000],
      [null, 500, null],
    ]);
    expect(scale).toBe("intensity");
    expect(notes.map(({ text }) => text)).toEqual([
      "The table has 2 rows and 3 samples.",
      "2 zeros in the table are taken for missing values, since the numbers are intensities.",
      "1 sample of the table is in no line of the sample sheet and left out: C9.",
    ]);
    expect(notes[1]?.figures).toEqual({ zeros: 2, zeroShare: 2 / 6 });
  });

  test("zeros are values where that is asked, and where the numbers are logarithms", async () => {
    const kept = await readStudy(contentOf(samples, rows), { zeros: "value" });
    expect(rowsOf(kept.study.matrix)[0]).toEqual([120_000, 0, 3000]);
    const logs = [{ id: "P1", values: [-1, 0, 22] }];
    const read = await readStudy(contentOf(samples, logs));
    expect(read.scale).toBe("log");
    expect(rowsOf(read.study.matrix)).toEqual([[-1, 0, 22]]);
    const asked = await readStudy(contentOf(samples, logs), { zeros: "missing" });
    expect(rowsOf(asked.study.matrix)).toEqual([[-1, null, 22]]);
  });

  test("grows with the table, and says when it is too large", async () => {
    const many = Array.from({ length: 5000 }, (_, i) => ({ id: `P${i}`, values: [i, 2 * i, 3 * i] }));
    const { study } = await readStudy(contentOf(samples, many), { zeros: "value" });
    expect(study.matrix.values).toEqual(Float64Array.from(many.flatMap(({ values }) => values)));
    await expect(readStudy(contentOf(samples, many), { mostValues: 9000 })).rejects.toThrow(
      "dataset: the table is too large: 9,000 numbers fit, 3000 rows of 3 samples",
    );
  });

  test("rows and samples are selected with their annotations and what the sheet says", async () => {
    const { study } = await readStudy(contentOf(samples, rows), { zeros: "value" });
    const turned = selectProteins(study, [1, 0]);
    expect(turned.matrix.rows).toEqual(["P2", "P1"]);
    expect(turned.annotations.get("Gene")).toEqual(["", "ACT1"]);
    const two = selectStudySamples(study, [2, 0]);
    expect(two.matrix.columns).toEqual(["B1", "A1"]);
    expect(two.sheet.groups?.values).toEqual(["B", "A"]);
    expect(rowsOf(two.matrix)[0]).toEqual([3000, 120_000]);
  });
});
