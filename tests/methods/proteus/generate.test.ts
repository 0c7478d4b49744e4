import { describe, expect, test } from "vitest";
import { generateStudy } from "../../../shared/methods/proteus/generate.ts";
import { generatedFiles } from "../../../shared/methods/proteus/generated-files.ts";
import { countMissing, indexes, rowOf } from "../../../shared/methods/proteus/matrix.ts";
import { membersOf } from "../../../shared/methods/proteus/sample-sheet.ts";
import { deviation, meanOf } from "../../../shared/methods/proteus/spread.ts";
import { readStudy } from "../../../shared/methods/proteus/study.ts";
import { readEdges } from "../../../shared/methods/proteus/tools/edges.ts";
import { dropFlagged } from "../../../shared/methods/proteus/tools/filter.ts";
import { findCommunities, networkOf } from "../../../shared/methods/proteus/tools/network.ts";
import { centreMedians } from "../../../shared/methods/proteus/tools/normalise.ts";
import { checkQuality } from "../../../shared/methods/proteus/tools/qc.ts";
import { logarithms } from "../../../shared/methods/proteus/tools/transform.ts";
import { checkMatrix } from "../../../shared/resources/datasets/check-matrix.ts";
import { openMatrix } from "../../../shared/resources/datasets/reading/matrix.ts";

const generated = generateStudy({ seed: 7 });
const { study, truth, geneSets, edges } = generated;
const logs = centreMedians(logarithms(study.matrix).matrix);
const groups = study.sheet.groups && membersOf(study.sheet.groups);
const samplesOf = (level: string) => groups?.find((one) => one.level === level)?.samples ?? [];
const meansOf = (row: number, samples: readonly number[]) =>
  meanOf(Float64Array.from(samples, (sample) => rowOf(logs, row)[sample] ?? Number.NaN));

describe("a generated study", () => {
  test("is the same with the same options, and another with another seed", () => {
    expect(generateStudy({ seed: 7 })).toEqual(generated);
    expect(generateStudy({ seed: 8 }).study.matrix.values).not.toEqual(study.matrix.values);
  });

  test("has three groups in two batches, balanced, with covariates and survival", () => {
    expect(study.matrix).toMatchObject({ rows: { length: 800 }, columns: { length: 60 } });
    expect(groups?.map(({ level, samples }) => [level, samples.length])).toEqual([
      ["control", 20],
      ["low", 20],
      ["high", 20],
    ]);
    const batch = study.sheet.covariates.find(({ name }) => name === "batch");
    for (const level of ["control", "low", "high"])
      expect(samplesOf(level).filter((sample) => batch?.values[sample] === "b2")).toHaveLength(10);
    expect(study.sheet.covariates.map(({ name }) => name)).toEqual(["batch", "age", "sex"]);
    const events = study.sheet.survival?.events.reduce((sum, one) => sum + one, 0) ?? 0;
    expect(events).toBeGreaterThan(30);
    expect(events).toBeLessThan(60);
  });

  test("its spiked proteins change by what the truth says, and others do not", () => {
    const change = (row: number, level: string) =>
      meansOf(row, samplesOf(level)) - meansOf(row, samplesOf("control"));
    const errors = truth.spiked.flatMap(({ protein, low, high }) => {
      const row = study.matrix.rows.indexOf(protein);
      return rowOf(logs, row).some(Number.isNaN)
        ? []
        : [change(row, "low") - low, change(row, "high") - high];
    });
    expect(errors.length).toBeGreaterThan(30);
    expect(Math.abs(meanOf(errors))).toBeLessThan(0.15);
    expect(deviation(errors)).toBeLessThan(0.25);
    const still = study.matrix.rows.flatMap((id, row) =>
      truth.spiked.some(({ protein }) => protein === id) || rowOf(logs, row).some(Number.isNaN)
        ? []
        : [change(row, "high")],
    );
    expect(Math.abs(meanOf(still))).toBeLessThan(0.15);
    expect(deviation(still)).toBeLessThan(0.25);
  });

  test("misses small values", () => {
    const share = countMissing(study.matrix) / study.matrix.values.length;
    expect(share).toBeGreaterThan(0.08);
    expect(share).toBeLessThan(0.2);
    expect(checkQuality({ ...study, matrix: logs }).missingByIntensity).toBeLessThan(-0.8);
    expect(countMissing(generateStudy({ missingShare: 0, proteins: 400, perGroup: 4 }).study.matrix)).toBe(0);
  });

  test("survival goes with the two proteins that it depends on", () => {
    const survival = study.sheet.survival;
    for (const { protein, logHazardRatio } of truth.hazards) {
      const values = rowOf(logs, study.matrix.rows.indexOf(protein));
      // The score of Cox's partial likelihood at 0: events have values above those still at risk, or below.
      const score = indexes(60).reduce((sum, i) => {
        const time = survival?.times[i] ?? 0;
        if (survival?.events[i] !== 1 || Number.isNaN(values[i] ?? Number.NaN)) return sum;
        const atRisk = values.filter((_, j) => (survival.times[j] ?? 0) >= time);
        return sum + (values[i] ?? 0) - meanOf(atRisk);
      }, 0);
      expect(Math.sign(score)).toBe(Math.sign(logHazardRatio));
      expect(Math.abs(score) / (deviation(values) * Math.sqrt(40))).toBeGreaterThan(3);
    }
  });

  test("its marked rows are those that are filtered", () => {
    expect(dropFlagged(study).removed).toEqual(truth.flagged);
    expect(truth.flagged).toHaveLength(20);
    const told = [...truth.spiked, ...truth.hazards].map(({ protein }) => protein);
    expect(truth.flagged.filter((id) => told.includes(id))).toEqual([]);
  });

  test("its sets are of spiked proteins and modules, its edges lie in them", () => {
    const gene = new Map(
      study.matrix.rows.map((id, row) => [id, study.annotations.get("Gene names")?.[row] ?? ""]),
    );
    for (const { name, direction } of truth.enrichedSets) {
      const set = new Set(geneSets.find((one) => one.name === name)?.members);
      const wanted = truth.spiked.filter(
        ({ high, protein }) =>
          Math.sign(high) === (direction === "up" ? 1 : -1) && set.has(gene.get(protein) ?? ""),
      );
      expect(wanted.length / set.size).toBeGreaterThan(0.6);
    }
    const network = networkOf(edges, study.matrix.rows, (row) => [
      gene.get(study.matrix.rows[row] ?? "") ?? "",
    ]);
    const { labels } = findCommunities(network);
    for (const { proteins } of truth.modules) {
      const of = proteins.map((protein) => labels[network.nodes.indexOf(protein)]);
      const most = Math.max(...of.map((one) => of.filter((other) => other === one).length));
      expect(most / proteins.length).toBeGreaterThan(0.8);
    }
  });

  test("written as files and read as an upload it is the same study", async () => {
    const [table, sheet, , list] = generatedFiles(generated);
    async function* body() {
      yield Buffer.from(table?.body ?? "");
    }
    const checked = await checkMatrix(body(), sheet?.body);
    if ("errors" in checked || checked.profile.kind !== "matrix") throw new Error(JSON.stringify(checked));
    const read = await readStudy(openMatrix(body, checked.profile, sheet?.body));
    expect(read.study).toEqual(study);
    expect(read.scale).toBe("intensity");
    expect(readEdges(list?.body ?? "").edges.length).toBeGreaterThan(900);
  });

  test("of too few proteins is refused", () => {
    expect(() => generateStudy({ proteins: 100 })).toThrow(/proteins: 100 are too few/);
    expect(() => generateStudy({ perGroup: 1 })).toThrow(/perGroup/);
  });
});
