import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { checkMatrix } from "../../../shared/resources/datasets/check-matrix.ts";
import { sheetErrors } from "../../../shared/resources/datasets/matrix/sheet.ts";
import { openMatrix } from "../../../shared/resources/datasets/reading/matrix.ts";
import { checkContent } from "./check-file.ts";
import { chunks } from "./chunks.ts";

const check = (text: string | Uint8Array, sheet?: string) => checkMatrix(chunks(text, [5, 3, 11]), sheet);

async function open(text: string | Uint8Array, sheet?: string) {
  const checked = await check(text, sheet);
  if ("errors" in checked || checked.profile.kind !== "matrix") throw new Error(JSON.stringify(checked));
  const matrix = openMatrix(() => chunks(text, [4]), checked.profile, sheet);
  return { profile: checked.profile, matrix, rows: await Array.fromAsync(matrix.rows()) };
}

const sheet = "label,group,batch\nB,case,2\nA,control,1\n";

describe("a matrix", () => {
  test("has the samples of its sheet, in the sheet's order, with what it says of them", async () => {
    const { profile, matrix, rows } = await open("id\tgene\tA\tB\nP1\tx\t1\t2.5e3\nP2\t\tNA\t0\n", sheet);
    expect(profile).toMatchObject({
      rows: 2,
      idColumn: "id",
      samples: [
        { label: "B", column: "B", group: "case", missing: 0, zeros: 1, min: 0, max: 2500 },
        { label: "A", column: "A", group: "control", missing: 1, zeros: 0, min: 1, max: 1 },
      ],
      groups: [
        { value: "case", count: 1 },
        { value: "control", count: 1 },
      ],
      annotations: ["gene"],
      missing: 1,
      zeros: 1,
    });
    expect(matrix.samples).toEqual([
      { label: "B", column: "B", group: "case", covariates: { batch: "2" } },
      { label: "A", column: "A", group: "control", covariates: { batch: "1" } },
    ]);
    expect(rows).toEqual([
      { id: "P1", values: Float64Array.of(2500, 1), annotations: { gene: "x" } },
      { id: "P2", values: Float64Array.of(0, Number.NaN), annotations: { gene: "" } },
    ]);
  });

  test("is the same with commas, semicolons, quotes, CRLF, a mark, and gzip", async () => {
    const plain = await open("id,gene,A,B\nP1,x,1,2\nP2,y,3,4\n", sheet);
    for (const text of [
      "id;gene;A;B\r\nP1;x;1;2\r\nP2;y;3;4\r\n",
      '\ufeff"id","gene","A","B"\n"P1","x","1","2"\n"P2","y","3","4"',
      "id\tgene\tA\tB\nP1\tx\t1\t2\n\nP2\ty\t3\t4",
      gzipSync("id,gene,A,B\nP1,x,1,2\nP2,y,3,4\n"),
    ]) {
      const { rows, profile } = await open(text, sheet);
      expect(rows).toEqual(plain.rows);
      expect({ ...profile, format: undefined }).toEqual({ ...plain.profile, format: undefined });
    }
  });

  test("finds samples behind the words that its software puts before them, the best first", async () => {
    const header = "Protein IDs\tIntensity A\tIntensity B\tLFQ intensity A\tLFQ intensity B\tReverse\n";
    const { profile, rows } = await open(`${header}P1\t1\t2\t3\t4\n`, sheet);
    expect(profile.samples.map(({ column }) => column)).toEqual(["LFQ intensity B", "LFQ intensity A"]);
    // The last cell was left away.
    expect(rows[0]).toMatchObject({ values: Float64Array.of(4, 3), annotations: { Reverse: "" } });
  });

  test("without a sheet takes the columns of numbers, and a few bad cells in them for mistakes", async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `P${i},gene${i},${i},${i === 7 ? "1.2.3" : i / 2}`);
    const table = `id,gene,A,B\n${rows.join("\n")}\n`;
    expect(await check(table)).toEqual({
      errors: [{ message: '"1.2.3" is not a number', line: 9, field: "B" }],
    });
    const { profile } = await open(table.replace("1.2.3", "NaN"));
    expect(profile.samples.map(({ label, group }) => [label, group])).toEqual([
      ["A", undefined],
      ["B", undefined],
    ]);
    expect(profile.annotations).toEqual(["gene"]);
  });
});

describe("a long table", () => {
  const lines = ["P1\tB\tx\t2.5e3", "P2\tA\t\tNA", "P1\tA\t\t1", "P2\tB\ty\t0", "P3\tA\tz\t7"];
  const text = `protein\tsample\tgene\tvalue\n${lines.join("\n")}\n`;

  test("is the matrix that its wide form is, whatever the order of its lines", async () => {
    const wide = await open("protein\tgene\tA\tB\nP1\tx\t1\t2.5e3\nP2\ty\tNA\t0\nP3\tz\t7\t\n", sheet);
    const long = await open(text, sheet);
    expect(long.rows).toEqual(wide.rows);
    expect(long.matrix.samples).toEqual(wide.matrix.samples);
    expect(long.matrix.annotations).toEqual(["gene"]);
    expect(long.profile).toEqual({
      ...wide.profile,
      format: long.profile.format,
      long: { sample: "sample", value: "value" },
    });
    const turned = await open(`protein\tsample\tgene\tvalue\n${lines.toReversed().join("\n")}`, sheet);
    expect(turned.rows.map(({ id }) => id)).toEqual(["P3", "P2", "P1"]);
    expect(turned.rows.toReversed()).toEqual(long.rows);
  });

  test("needs no sheet, and finds its columns by what software calls them", async () => {
    const { profile, rows } = await open(
      "Run,Condition,PG.ProteinGroups,PG.Quantity\nr1,a,P1;P2,5\nr2,b,P1;P2,6\n",
    );
    expect(profile).toMatchObject({
      rows: 1,
      idColumn: "PG.ProteinGroups",
      samples: [{ label: "r1" }, { label: "r2" }],
      annotations: ["Condition"],
      missing: 0,
    });
    expect(rows[0]?.values).toEqual(Float64Array.of(5, 6));
  });

  test("is none where each sample has a column of its own", async () => {
    const { profile } = await open("id\tsample\tvalue\tA\tB\nP1\tq\t1\t2\t3\n", sheet);
    expect(profile.long).toBeUndefined();
    expect(profile.samples.map(({ label }) => label)).toEqual(["B", "A"]);
  });
});

describe("a sample sheet", () => {
  test("tells its lines as they are counted, blank ones and breaks in cells included", () => {
    expect(sheetErrors('label,group\n\n"A\nx",g\nB,\n\nA,g,1\nB,h\nB,h\n')).toEqual([
      "line 5: the group is blank",
      "line 7: 3 cells under a header of 2",
      "line 8: the label B was in line 5 already",
      "line 9: the label B was in line 5 already",
    ]);
  });

  test("names no column twice, and leaves no name blank", () => {
    expect(sheetErrors("label,group,age,,age\nA,g,1,2,3\n")).toEqual([
      "line 1: column 4 has no name",
      "line 1: columns 3 and 5 are both called age",
    ]);
  });

  test("of a cohort that was followed needs no groups", async () => {
    const cohort = "sample,OS.time,OS event\nA,12,1\nB,30,0\n";
    const { matrix, profile } = await open("id\tA\tB\nP1\t1\t2\n", cohort);
    expect(profile.groups).toEqual([]);
    expect(matrix.samples).toEqual([
      { label: "A", column: "A", covariates: { "OS.time": "12", "OS event": "1" } },
      { label: "B", column: "B", covariates: { "OS.time": "30", "OS event": "0" } },
    ]);
    expect(sheetErrors("sample,time\nA,12\n")).toEqual([expect.stringMatching(/no column for the group/)]);
  });
});

const data = join(import.meta.dirname, "../../../../shared/data/proteomics");

describe.skipIf(!existsSync(data))("real tables (skipped where ../shared/data is absent)", () => {
  test("a MaxQuant table with its design", async () => {
    const design = await readFile(join(data, "ubilength-design.txt"), "utf8");
    expect(await checkContent(join(data, "ubilength-proteinGroups.txt"), "matrix", design)).toMatchObject({
      profile: { rows: 3006, samples: { length: 12 }, groups: { length: 4 } },
    });
  });
  test.each([
    ["proteinGroups-maxquant.txt", 882, 10],
    ["naive-vs-th1.rnk", 12_000, 1],
    ["survival-lung.csv", 228, 10],
  ])("%s has %i rows and %i samples", async (file, rows, samples) => {
    expect(await checkContent(join(data, file), "matrix")).toMatchObject({
      profile: { rows, samples: { length: samples } },
    });
  });
});
