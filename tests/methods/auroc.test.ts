import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "../../shared/lm/random.ts";
import { auroc, aurocOfDraws } from "../../shared/methods/auroc.ts";

const items = fc.array(
  fc.record({ score: fc.integer({ min: -3, max: 3 }), mark: fc.boolean(), group: fc.constantFrom(3, 7, 8) }),
  { minLength: 1, maxLength: 25 },
);

/** Over all pairs of one of each kind. */
function bruteForce(scores: readonly number[], marks: readonly number[]): number | undefined {
  const of = (kind: number) => scores.filter((_, at) => marks[at] === kind);
  const wins = of(1).flatMap((high) => of(0).map((low) => (high > low ? 1 : Number(high === low) / 2)));
  return wins.length === 0 ? undefined : wins.reduce<number>((sum, win) => sum + win, 0) / wins.length;
}

test("the area is the share of pairs in order, ties counted half", () => {
  fc.assert(
    fc.property(items, (given) => {
      const [scores, marks] = [given.map(({ score }) => score), given.map(({ mark }) => Number(mark))];
      const expected = bruteForce(scores, marks);
      const area = auroc(scores, marks);
      if (expected === undefined) expect(area).toBeUndefined();
      else expect(area).toBeCloseTo(expected, 12);
    }),
  );
});

test("a draw of groups has the area of all their members, as often as they are drawn", () => {
  fc.assert(
    fc.property(items, fc.integer(), (given, seed) => {
      const [scores, marks, groups] = [
        given.map(({ score }) => score),
        given.map(({ mark }) => Number(mark)),
        given.map(({ group }) => group),
      ];
      const names = [...new Set(groups)];
      const draws = { draws: 5, random: createRandom(seed, "draws") };
      const again = createRandom(seed, "draws");
      const expected = Array.from({ length: 5 }, () => {
        const drawn = names.map(() => names[again.integer(names.length)]);
        const members = drawn.flatMap((name) => given.filter(({ group }) => group === name));
        return bruteForce(
          members.map(({ score }) => score),
          members.map(({ mark }) => Number(mark)),
        );
      }).filter((area) => area !== undefined);
      const areas = aurocOfDraws(scores, marks, groups, draws);
      expect(areas).toHaveLength(expected.length);
      for (const [at, area] of expected.entries()) expect(areas[at]).toBeCloseTo(area, 12);
    }),
  );
});
