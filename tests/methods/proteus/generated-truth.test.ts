import { describe, expect, test } from "vitest";
import { generateStudy } from "../../../shared/methods/proteus/generate.ts";
import { designOf, groupDifference } from "../../../shared/methods/proteus/tools/design.ts";
import { differentialAbundance } from "../../../shared/methods/proteus/tools/differential.ts";
import { dropFlagged, dropSparse } from "../../../shared/methods/proteus/tools/filter.ts";
import { imputeFromNeighbours } from "../../../shared/methods/proteus/tools/impute.ts";
import { findModules } from "../../../shared/methods/proteus/tools/modules.ts";
import { centreMedians } from "../../../shared/methods/proteus/tools/normalise.ts";
import { removeEffects } from "../../../shared/methods/proteus/tools/remove-effects.ts";
import { findSubtypes } from "../../../shared/methods/proteus/tools/subtypes.ts";
import { coxEach } from "../../../shared/methods/proteus/tools/survival/cox-each.ts";
import { logarithms } from "../../../shared/methods/proteus/tools/transform.ts";

// An analysis as its user would make it has to find what the generated study was made of, and little else.

const { study, truth } = generateStudy({ seed: 3 });
const kept = dropSparse(dropFlagged(study).study, { least: { share: 0.5 }, where: "any group" }).study;
const matrix = centreMedians(logarithms(kept.matrix).matrix);
const batch = study.sheet.covariates.filter(({ name }) => name === "batch");
const groups = study.sheet.groups;

describe("in a generated study", () => {
  test("the spiked proteins are found at 5%, with few others; without the batch fewer", () => {
    const hits = (covariates: typeof batch) => {
      const design = designOf({ ...(groups && { groups }), covariates }, matrix.columns.length);
      const [high] = differentialAbundance(matrix, design, [
        groupDifference(design, "high", "control"),
      ]).contrasts;
      return matrix.rows.filter((_, row) => (high?.adjusted[row] ?? 1) <= 0.05);
    };
    const spiked = new Set(
      truth.spiked.map(({ protein }) => protein).filter((protein) => matrix.rows.includes(protein)),
    );
    const [withBatch, without] = [hits(batch), hits([])];
    const right = withBatch.filter((protein) => spiked.has(protein)).length;
    expect(right / spiked.size).toBeGreaterThan(0.85);
    expect(right / withBatch.length).toBeGreaterThan(0.9);
    expect(without.filter((protein) => spiked.has(protein)).length).toBeLessThanOrEqual(right);
  });

  test("the proteins of survival are the two that Cox's models rank first", () => {
    const { survival } = study.sheet;
    if (survival === undefined) throw new Error("the study has no survival");
    const table = coxEach(survival, matrix, { covariates: [] });
    const first = [...matrix.rows.keys()]
      .filter((row) => table.doubtful[row] === 0 && (table.subjects[row] ?? 0) > 40)
      .sort((a, b) => (table.p[a] ?? 1) - (table.p[b] ?? 1))
      .slice(0, 2);
    expect(new Set(first.map((row) => matrix.rows[row]))).toEqual(
      new Set(truth.hazards.map(({ protein }) => protein)),
    );
    for (const row of first) {
      const hazard = truth.hazards.find(({ protein }) => protein === matrix.rows[row]);
      expect(Math.sign(table.beta[row] ?? 0)).toBe(Math.sign(hazard?.logHazardRatio ?? 0));
    }
  });

  test("its modules and what goes up together are found once the batch is taken out, which is else a module itself", () => {
    const { matrix: clear } = removeEffects(matrix, { ...(groups && { groups }), covariates: batch });
    const found = findModules(imputeFromNeighbours(clear).matrix, { permutations: 1 }).modules;
    const up = truth.spiked.flatMap(({ protein, high }) => (high > 0 ? [protein] : []));
    for (const wanted of [...truth.modules.map(({ proteins }) => proteins), up]) {
      const there = wanted.filter((protein) => matrix.rows.includes(protein));
      const best = Math.max(
        ...found.map((one) => one.proteins.filter((protein) => there.includes(protein)).length),
      );
      expect(there.length).toBeGreaterThan(15);
      expect(best / there.length).toBeGreaterThan(0.7);
    }
    expect(Math.max(...found.map(({ proteins }) => proteins.length))).toBeLessThan(100);
  });

  test("its batches are subtypes until they are taken out", () => {
    const how = { draws: 40, references: 19 };
    const filled = imputeFromNeighbours(matrix).matrix;
    const before = findSubtypes(filled, how);
    expect(before).toMatchObject({ supported: true, k: 2 });
    const ofBatch = batch[0]?.kind === "factor" ? batch[0].values : [];
    expect(new Set(ofBatch.map((value, sample) => `${value} ${before.labels[sample]}`)).size).toBe(2);
    const after = findSubtypes(
      removeEffects(filled, { ...(groups && { groups }), covariates: batch }).matrix,
      how,
    );
    expect(new Set(ofBatch.map((value, sample) => `${value} ${after.labels[sample]}`)).size).toBeGreaterThan(
      2,
    );
  });
});
