import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { meanSd, pairedDifference } from "../../../../shared/methods/measured.ts";
import { compareArms } from "../../../../shared/methods/tma/study/compare.ts";
import { studyFindings } from "../../../../shared/methods/tma/study/findings.ts";
import type { ArmFigures } from "../../../../shared/methods/tma/study/summarise.ts";

const losses = fc.double({ min: 0, max: 9, noNaN: true });

test("a paired difference is that of the means, and spreads as the differences do, not as both sides", () =>
  fc.assert(
    fc.property(fc.array(fc.tuple(losses, losses), { minLength: 2, maxLength: 9 }), (pairs) => {
      const [a, b] = [pairs.map(([first]) => first), pairs.map(([, second]) => second)];
      const { by, spread } = pairedDifference(a, b);
      expect(by).toBeCloseTo(meanSd(a).mean - meanSd(b).mean, 9);
      const mean = pairs.reduce((sum, [first, second]) => sum + first - second, 0) / pairs.length;
      const squares = pairs.reduce((sum, [first, second]) => sum + (first - second - mean) ** 2, 0);
      expect(spread).toBeCloseTo(Math.sqrt(squares / (pairs.length - 1)), 9);
      const shifted = pairedDifference(
        a,
        a.map((value) => value - 1),
      );
      expect(shifted.by).toBeCloseTo(1, 9);
      expect(shifted.spread).toBeCloseTo(0, 9);
    }),
  ));

test("a paired difference of one seed has no spread, and both sides must be as long", () => {
  expect(pairedDifference([3], [1])).toEqual({ by: 2, spread: undefined });
  expect(() => pairedDifference([3], [])).toThrow("as many values");
});

/** Figures that differ between seeds by much, and between arms by `by`. */
function arm(by: readonly number[], off: number | null = null): ArmFigures[] {
  return by.map((value, seed) => ({
    seed,
    early: 10 * seed + value,
    end: 10 * seed - value,
    selecting: 0,
    offTargetEarly: off,
    offTargetEnd: off,
  }));
}

describe("comparisons", () => {
  const figures = new Map([
    ["near", arm([1, 1.1, 0.9], 2)],
    ["random", arm([2, 2.2, 1.7], 1)],
    ["far", arm([1, 3, -1.2], 3)],
    ["nearest 10%", arm([5, 5, 5])],
    ["random 10%", arm([5, 5, 5])],
    ["farthest 10%", arm([4, 4, 4])],
  ]);
  const all = compareArms(figures, ["near", "far", "random"], [0.1]);
  const one = (measure: string, first: string, second: string) =>
    all.find((found) => found.measure === measure && found.first === first && found.second === second);

  test("are within a seed: what the seeds differ by drops out", () => {
    expect(one("early", "near", "random")).toMatchObject({ lowerIn: 3, seeds: 3, verdict: "lower" });
    expect(one("early", "near", "random")?.difference.mean).toBeCloseTo(-0.967, 3);
    expect(one("end", "near", "random")).toMatchObject({ lowerIn: 0, verdict: "higher" });
  });

  test("show nothing where the difference is within its spread, or is none", () => {
    expect(one("early", "near", "far")?.verdict).toBe("not shown");
    expect(one("subset", "nearest 10%", "random 10%")).toMatchObject({
      verdict: "not shown",
      difference: { mean: 0, sd: 0 },
      lowerIn: 0,
    });
    expect(one("subset", "nearest 10%", "farthest 10%")).toMatchObject({ verdict: "lower", share: 0.1 });
  });

  test("are left out where an arm or an off-target loss is not there", () => {
    expect(all.filter(({ measure }) => measure === "off-target-end")).toHaveLength(3);
    const without = compareArms(
      new Map([
        ["near", arm([1])],
        ["random", arm([2])],
      ]),
      ["near", "random"],
      [],
    );
    expect(without.map(({ measure }) => measure)).toEqual(["early", "end"]);
    expect(without[0]).toMatchObject({ seeds: 1, verdict: "lower", difference: { mean: -1, sd: 0 } });
  });

  test("give findings that hold, do not, or are the other way round, and say which", () => {
    const found = studyFindings({ comparisons: all });
    const said = found.map(({ holds, text }) => [holds, text.split(". ").at(-1)]);
    expect(said).toEqual([
      [true, "Beyond the spread of the seeds."],
      [false, "Within the spread of the seeds: this run does not show a difference."],
      [false, "The opposite shows, beyond the spread of the seeds."],
      [false, "Within the spread of the seeds: this run does not show a difference."],
      [false, "Within the spread of the seeds: this run does not show a difference."],
      [true, "Beyond the spread of the seeds."],
      [true, "Beyond the spread of the seeds."],
      [true, "Beyond the spread of the seeds."],
    ]);
    expect(found[0]?.text).toContain(
      "Near first − Random: −0.967 ± 0.153 nats per token, below 0 in 3 of 3 seeds",
    );
  });
});
