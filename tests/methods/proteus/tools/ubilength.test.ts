import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { completeRows, matrixOf, selectRows } from "../../../../shared/methods/proteus/matrix.ts";
import { factorOf } from "../../../../shared/methods/proteus/sample-sheet.ts";
import { designOf, groupDifference } from "../../../../shared/methods/proteus/tools/design.ts";
import { differentialAbundance } from "../../../../shared/methods/proteus/tools/differential.ts";
import { median } from "../../../../shared/statistics/quantile.ts";

const folder = "../shared/data/proteomics";
const samples = ["Ubi4", "Ubi6", "Ctrl", "Ubi1"].flatMap((group) => [1, 2, 3].map((n) => ({ group, n })));

/** log2 intensities of the proteins, no contaminants, seen in every sample, each sample less its median. */
function ubiLength() {
  const [header = "", ...lines] = readFileSync(`${folder}/ubilength-proteinGroups.txt`, "utf8")
    .trim()
    .split("\n");
  const names = header.split("\t");
  const at = samples.map(({ group, n }) => names.indexOf(`LFQ.intensity.${group}_${n}`));
  const gene = names.indexOf("Gene.names");
  const marks = ["Reverse", "Potential.contaminant"].map((name) => names.indexOf(name));
  const cells = lines
    .map((line) => line.split("\t"))
    .filter((row) => marks.every((column) => row[column]?.trim() !== "+"));
  const values = Float64Array.from(
    cells.flatMap((row) => at.map((column) => Math.log2(Number(row[column]) || Number.NaN))),
  );
  const all = matrixOf(
    cells.map((row) => row[gene] ?? ""),
    samples.map(({ group, n }) => `${group}_${n}`),
    values,
  );
  const complete = selectRows(all, completeRows(all));
  const middles = samples.map((_, column) =>
    median(complete.values.filter((_, place) => place % samples.length === column)),
  );
  return {
    ...complete,
    values: complete.values.map((value, place) => value - (middles[place % samples.length] ?? 0)),
  };
}

test.skipIf(!existsSync(folder))(
  "UbiLength: the published prior, RPS27A and 207 proteins of Ubi6 against Ctrl",
  () => {
    const groups = factorOf(
      "group",
      samples.map(({ group }) => group),
    );
    const design = designOf({ groups, covariates: [] }, samples.length);
    const contrasts = ["Ubi4", "Ubi6", "Ubi1"].map((level) => groupDifference(design, level, "Ctrl"));
    const { proteins, prior, contrasts: tests } = differentialAbundance(ubiLength(), design, contrasts);
    expect(prior.df).toBeCloseTo(4.350779507, 8);
    expect(prior.variance).toBeCloseTo(0.03582845898, 10);
    const ubi6 = tests[1];
    expect(ubi6?.t[proteins.indexOf("RPS27A")]).toBeCloseTo(44.94194787, 7);
    expect(ubi6?.adjusted.filter((value) => value < 0.05)).toHaveLength(207);
  },
);
