import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { earlySteps, evaluationSteps, meanUnder } from "../../../../shared/methods/tma/study/schedule.ts";

describe("steps after which a model is judged", () => {
  test("go up to the tenth, and from there to the end", () => {
    expect(evaluationSteps(300, { early: 10, later: 9 })).toEqual([
      ...[0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30],
      ...[60, 90, 120, 150, 180, 210, 240, 270, 300],
    ]);
    expect(evaluationSteps(20, { early: 10, later: 1 })).toEqual([0, 1, 2, 20]);
  });

  test("rise, begin at 0, hold the tenth and the end, and are no more than asked for", () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 5000 }),
        fc.integer({ min: 2, max: 100 }),
        fc.integer({ min: 1, max: 200 }),
        (steps, early, later) => {
          const at = evaluationSteps(steps, { early, later });
          expect(at).toEqual(at.toSorted((a, b) => a - b));
          expect(new Set(at).size).toBe(at.length);
          expect(at.length).toBeLessThanOrEqual(1 + early + later);
          expect(at[0]).toBe(0);
          expect(at).toContain(earlySteps(steps));
          expect(at.at(-1)).toBe(steps);
        },
      ),
    ));
});

describe("the mean height of a curve", () => {
  const xs = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 12 });

  test("of a straight line is its value in the middle, whatever its points are", () =>
    fc.assert(
      fc.property(xs, fc.double({ min: -5, max: 5, noNaN: true }), (given, slope) => {
        const points = [0, ...given.toSorted((a, b) => a - b)].map((x) => ({ x, y: 3 + slope * x }));
        const end = points.at(-1)?.x ?? 0;
        expect(meanUnder(points, end)).toBeCloseTo(3 + (slope * end) / 2, 6);
      }),
    ));

  test("is that of a dense sum over the straight lines between its points", () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.double({ min: 0, max: 9, noNaN: true })), {
          minLength: 2,
          maxLength: 6,
        }),
        (given) => {
          const points = [{ x: 0, y: 1 }];
          for (const [step, y] of given) points.push({ x: (points.at(-1)?.x ?? 0) + step, y });
          const x = points.at(-1)?.x ?? 0;
          const cells = 4000 * x;
          let sum = 0;
          for (let cell = 0; cell < cells; cell++) sum += heightAt(points, ((cell + 0.5) * x) / cells);
          expect(meanUnder(points, x)).toBeCloseTo(sum / cells, 4);
        },
      ),
      { numRuns: 20 },
    ));

  test("ends at the last point that is asked for", () => {
    const points = [0, 2, 4, 100].map((x) => ({ x, y: x === 100 ? 50 : x }));
    expect(meanUnder(points, 4)).toBe(2);
  });
});

function heightAt(points: readonly { x: number; y: number }[], x: number): number {
  const at = points.findIndex((point) => point.x >= x);
  const [left, right] = [points[at - 1], points[at]];
  if (left === undefined || right === undefined) throw new Error("outside");
  return left.y + ((right.y - left.y) * (x - left.x)) / (right.x - left.x);
}
