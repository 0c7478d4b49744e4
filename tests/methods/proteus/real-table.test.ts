import { createReadStream, existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  columnOf,
  completeRows,
  countMissing,
  selectRows,
  transposed,
  valueAt,
} from "../../../shared/methods/proteus/matrix.ts";
import { columnMedians, deviation } from "../../../shared/methods/proteus/spread.ts";
import { readStudy, type Study } from "../../../shared/methods/proteus/study.ts";
import { rowDistances } from "../../../shared/methods/proteus/tools/distances.ts";
import { dropFlagged, dropSparse } from "../../../shared/methods/proteus/tools/filter.ts";
import { hierarchicalClustering } from "../../../shared/methods/proteus/tools/hclust.ts";
import { imputeDownshifted } from "../../../shared/methods/proteus/tools/impute.ts";
import { centreMedians, normaliseQuantiles } from "../../../shared/methods/proteus/tools/normalise.ts";
import { sampleComponents } from "../../../shared/methods/proteus/tools/pca.ts";
import { checkQuality } from "../../../shared/methods/proteus/tools/qc.ts";
import { logarithms } from "../../../shared/methods/proteus/tools/transform.ts";
import { checkMatrix } from "../../../shared/resources/datasets/check-matrix.ts";
import { openMatrix } from "../../../shared/resources/datasets/reading/matrix.ts";

const data = join(import.meta.dirname, "../../../../shared/data/proteomics");

async function read(file: string, sheet?: string) {
  const open = () => createReadStream(join(data, file));
  const checked = await checkMatrix(open(), sheet);
  if ("errors" in checked || checked.profile.kind !== "matrix") throw new Error(JSON.stringify(checked));
  return readStudy(openMatrix(open, checked.profile, sheet));
}

// Figures by R 4.2 with limma 3.54.
describe.skipIf(!existsSync(data))("a real study (skipped where ../shared/data is absent)", () => {
  let study: Study;
  beforeAll(async () => {
    const design = await readFile(join(data, "ubilength-design.txt"), "utf8");
    const found = await read("ubilength-proteinGroups.txt", design);
    expect(found.scale).toBe("intensity");
    expect(found.notes[1]?.figures.zeros).toBe(15_876);
    const { study: kept, note } = dropFlagged(found.study);
    expect(note.text).toBe(
      "99 of 3,006 proteins taken out: 34 contaminants, 31 reversed sequences, 34 identified by a modified site only.",
    );
    study = { ...kept, matrix: logarithms(kept.matrix).matrix };
  });

  test("is filtered as by R", () => {
    expect(study.matrix.rows).toHaveLength(2907);
    expect(countMissing(study.matrix) / study.matrix.values.length).toBeCloseTo(0.429738562092, 12);
    expect(completeRows(study.matrix)).toHaveLength(1092);
    const atLeast = (count: number) =>
      dropSparse(study, { least: { count }, where: "any group" }).study.matrix.rows;
    expect(atLeast(3)).toHaveLength(1898);
    expect(atLeast(2)).toHaveLength(2183);
  });

  test("has R's medians, and limma's quantiles in spite of its many gaps", () => {
    const medians = columnMedians(study.matrix);
    expect(medians[0]).toBeCloseTo(26.3909739855, 9);
    expect(deviation(medians)).toBeCloseTo(0.350672782346, 10);
    const quantiles = normaliseQuantiles(study.matrix);
    expect([0, 1, 2].map((column) => valueAt(quantiles, 0, column))).toEqual(
      [24.6815593197, 24.0133592079, 24.6683028818].map((value) => expect.closeTo(value, 9)),
    );
    expect(quantiles.values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0)).toBeCloseTo(
      523_992.918449,
      5,
    );
  });

  test("its samples have R's components and tree", () => {
    const centred = centreMedians(selectRows(study.matrix, completeRows(study.matrix)));
    const { variances, scores } = sampleComponents(centred);
    expect([...variances.slice(0, 4)]).toEqual(
      [72.88261374316, 16.31524683206, 12.02937394247, 9.23314335115].map((value) =>
        expect.closeTo(value, 9),
      ),
    );
    expect(Math.abs(valueAt(scores, 0, 0))).toBeCloseTo(8.419354464406, 9);
    const tree = hierarchicalClustering(rowDistances(transposed(centred)), "complete");
    expect(tree.merges[0]?.height).toBeCloseTo(8.83166441026, 10);
    expect(tree.merges[10]?.height).toBeCloseTo(22.92328380581, 10);
    expect(tree.order.map((sample) => centred.columns[sample])).toEqual(
      [
        "Ubi1_1 Ubi1_2 Ubi1_3",
        "Ctrl_1 Ctrl_2 Ctrl_3",
        "Ubi4_1 Ubi4_2 Ubi4_3",
        "Ubi6_1 Ubi6_2 Ubi6_3",
      ].flatMap((names) => names.split(" ")),
    );
  });

  test("its values are missing because they are small, and what is put in lies below", () => {
    const { missingByIntensity, samples } = checkQuality(study);
    expect(missingByIntensity).toBeLessThan(-0.5);
    expect(samples).toHaveLength(12);
    const kept = dropSparse(study, { least: { count: 2 }, where: "any group" }).study.matrix;
    const { matrix, mask } = imputeDownshifted(kept, { seed: 1 });
    expect(countMissing(matrix)).toBe(0);
    const put = columnOf(matrix, 0).filter((_, row) => mask[row * 12] === 1);
    expect(put.length).toBeGreaterThan(100);
    const [median = 0] = columnMedians(kept);
    const below = put.filter((value) => value < median).length;
    expect(below / put.length).toBeGreaterThan(0.98);
  });

  test("another table without a sheet has its LFQ columns, its flags and no groups", async () => {
    const { study: other } = await read("proteinGroups-maxquant.txt");
    expect(other.matrix.columns).toHaveLength(10);
    expect(other.sheet.groups).toBeUndefined();
    const { note, study: kept } = dropFlagged(other);
    expect(note.text).toMatch(/^\d+ of 882 proteins taken out: \d+ contaminants, \d+ reversed sequences/);
    expect(kept.matrix.rows.some((id) => id.startsWith("CON__"))).toBe(false);
    expect(checkQuality(kept).samples.every(({ group }) => group === undefined)).toBe(true);
  });
});
