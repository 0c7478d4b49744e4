import { describe, expect, test } from "vitest";
import { createRandom } from "../../../../shared/lm/random.ts";
import { checkQuality } from "../../../../shared/methods/proteus/tools/qc.ts";
import { matrixOfRows, randomMatrix, studyOf } from "../matrices.ts";

describe("quality", () => {
  test("counts what each sample and protein has", () => {
    const matrix = matrixOfRows([
      [1, 2, 3, 5],
      [4, null, 6, null],
      [7, 8, 9, 1],
      [null, null, null, 2],
    ]);
    const quality = checkQuality(studyOf(matrix, ["a", "a", "b", "b"]));
    expect(
      quality.samples.map(({ sample, group, measured, missingShare }) => [
        sample,
        group,
        measured,
        missingShare,
      ]),
    ).toEqual([
      ["S0", "a", 3, 0.25],
      ["S1", "a", 2, 0.5],
      ["S2", "b", 3, 0.25],
      ["S3", "b", 3, 0.25],
    ]);
    expect(quality.samples[0]?.five).toEqual([1, 2.5, 4, 5.5, 7]);
    expect(quality.proteinsByMissing).toEqual([2, 0, 1, 1, 0]);
    expect(quality.note.figures).toMatchObject({ missingShare: 5 / 16, completeProteins: 2 });
  });

  /** Proteins with means of their own, measured with little noise. */
  function proteins(missing: (mean: number, uniform: number) => boolean) {
    const random = createRandom(1, "proteins");
    const matrix = randomMatrix(0, 300, 8);
    for (let row = 0; row < 300; row++) {
      const mean = 20 + 2 * random.normal();
      for (let j = 0; j < 8; j++) {
        const gone = missing(mean, random.uniform());
        matrix.values[row * 8 + j] = gone ? Number.NaN : mean + 0.2 * random.normal();
      }
    }
    return matrix;
  }
  const groups = ["a", "a", "a", "a", "b", "b", "b", "b"];

  test("says where values are missing because they are small, and only there", () => {
    const small = checkQuality(
      studyOf(
        proteins((mean, u) => u < 1 / (1 + Math.exp(2 * (mean - 18)))),
        groups,
      ),
    );
    expect(small.missingByIntensity).toBeLessThan(-0.5);
    expect(small.note.text).toMatch(/missing more often where a protein's mean is low/);
    const random = checkQuality(
      studyOf(
        proteins((_, u) => u < 0.2),
        groups,
      ),
    );
    expect(Math.abs(random.missingByIntensity)).toBeLessThan(0.2);
    expect(random.note.text).not.toMatch(/more often/);
  });

  test("a sample that is unlike its group stands out, and one that lacks proteins", () => {
    const matrix = proteins(() => false);
    expect(checkQuality(studyOf(matrix, groups)).samples.some(({ outlying }) => outlying)).toBe(false);
    const random = createRandom(2, "other");
    for (let row = 0; row < 300; row++) {
      matrix.values[row * 8 + 5] = 20 + 2 * random.normal();
      if (row % 3 === 0) matrix.values[row * 8 + 2] = Number.NaN;
    }
    const { samples, note } = checkQuality(studyOf(matrix, groups));
    expect(samples.filter(({ outlying }) => outlying).map(({ sample }) => sample)).toEqual(["S2", "S5"]);
    expect(note.text).toMatch(/Standing out from their groups: S2, S5\./);
  });
});
