import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { placeLabels } from "../../shared/report/label-places.ts";
import { textWidth } from "../../shared/report/layout.ts";
import { panelOf, roundDomain, roundTicks } from "../../shared/report/panel.ts";

describe("axes of a panel", () => {
  const ends = fc.tuple(
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.double({ min: 1, max: 1e9, noNaN: true }),
  );

  test("ticks are round, even, within the domain, and about as many as asked for", () => {
    expect(roundTicks([0, 1], 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(roundTicks([-3, 7], 5)).toEqual([-2, 0, 2, 4, 6]);
    expect(roundTicks([0.3, 0.9], 3)).toEqual([0.4, 0.6, 0.8]);
    fc.assert(
      fc.property(ends, fc.integer({ min: 1, max: 12 }), ([low, span], count) => {
        const ticks = roundTicks([low, low + span], count);
        expect(ticks.length).toBeLessThanOrEqual(count + 1);
        expect(ticks.length).toBeGreaterThanOrEqual(Math.floor(count / 2.5) - 1);
        for (const tick of ticks) {
          expect(tick).toBeGreaterThanOrEqual(low - span * 1e-6);
          expect(tick).toBeLessThanOrEqual(low + span * (1 + 1e-6));
        }
      }),
    );
  });

  test("a domain holds all finite values, no more than a step beyond them", () => {
    expect(roundDomain([0.13, 0.87])).toEqual([0, 1]);
    expect(roundDomain([Number.NaN, Infinity])).toEqual([0, 1]);
    expect(roundDomain([5, 5])).toEqual([4.5, 5.5]);
    expect(roundDomain([0])).toEqual([-1, 1]);
    fc.assert(
      fc.property(ends, ([low, span]) => {
        const [from, to] = roundDomain([low, Number.NaN, low + span]);
        expect(from).toBeLessThanOrEqual(low + span * 1e-6);
        expect(to).toBeGreaterThanOrEqual(low + span * (1 - 1e-6));
        expect(to - from).toBeLessThanOrEqual(span * 2.1);
      }),
    );
  });

  test("values stand in proportion, those beyond at the edge", () => {
    const panel = panelOf({
      left: 10,
      top: 20,
      width: 100,
      height: 50,
      x: { domain: [0, 10] },
      y: { domain: [-1, 1] },
    });
    expect([panel.x(0), panel.x(5), panel.x(10), panel.x(99)]).toEqual([10, 60, 110, 110]);
    expect([panel.y(-1), panel.y(0), panel.y(1), panel.y(-9)]).toEqual([70, 45, 20, 70]);
  });
});

describe("labels", () => {
  const point = fc.record({
    x: fc.double({ min: 0, max: 300, noNaN: true }),
    y: fc.double({ min: 0, max: 200, noNaN: true }),
  });
  const frame = { left: 0, right: 300, top: 0, bottom: 200 };

  test("stand inside the frame and over no other label", () => {
    fc.assert(
      fc.property(
        fc.array(point, { maxLength: 40 }),
        fc.string({ minLength: 1, maxLength: 12 }),
        (points, text) => {
          const wishes = points.map((one) => ({ ...one, text }));
          const places = placeLabels(wishes, { frame, points, fontSize: 11 }).filter(
            (place) => place !== undefined,
          );
          const width = textWidth(text, 11);
          for (const [at, { x, y }] of places.entries()) {
            expect(x).toBeGreaterThanOrEqual(0);
            expect(x + width).toBeLessThanOrEqual(300 + 1e-9);
            expect(y).toBeLessThanOrEqual(200);
            for (const other of places.slice(at + 1)) {
              const apart = Math.abs(other.x - x) >= width || Math.abs(other.y - y) >= 11;
              expect(apart).toBe(true);
            }
          }
        },
      ),
    );
  });

  test("the first has its place, and one with room of its own is beside its point", () => {
    const wishes = [
      { x: 150, y: 100, text: "P1" },
      { x: 40, y: 40, text: "P2" },
    ];
    const places = placeLabels(wishes, { frame, points: wishes, fontSize: 11 });
    for (const [at, place] of places.entries()) {
      expect(place?.leader).toBeUndefined();
      expect(
        Math.hypot((place?.x ?? 0) - (wishes[at]?.x ?? 0), (place?.y ?? 0) - (wishes[at]?.y ?? 0)),
      ).toBeLessThan(25);
    }
    expect(
      placeLabels([{ x: 5, y: 5, text: "a text that is wider than the frame" }], {
        frame: { left: 0, right: 40, top: 0, bottom: 40 },
        points: [],
        fontSize: 11,
      }),
    ).toEqual([undefined]);
  });
});
