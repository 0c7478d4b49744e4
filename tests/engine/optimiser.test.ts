import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { adamWDefaults, adamWStep, createAdamW, globalNorm } from "../../shared/engine/adamw.ts";
import { constantSchedule, cosineSchedule, linearSchedule } from "../../shared/engine/schedule.ts";

const span = (size: number, decay = true) => [{ start: 0, end: size, decay }];
const fresh = (values: readonly number[]) => ({
  parameters: Float32Array.from(values),
  first: new Float32Array(values.length),
  second: new Float32Array(values.length),
});

describe("AdamW", () => {
  test("its first step is the learning rate in the direction of the sign, and the decay apart from it", () => {
    const state = fresh([1, 1, 1]);
    const spans = [
      { start: 0, end: 2, decay: false },
      { start: 2, end: 3, decay: true },
    ];
    const options = { ...adamWDefaults, clipNorm: Number.POSITIVE_INFINITY, weightDecay: 0.5 };
    adamWStep(state, Float32Array.of(0.3, -20, 4), spans, { ...options, step: 1, learningRate: 0.01 });
    expect([...state.parameters].map((x) => x.toFixed(6))).toEqual(["0.990000", "1.010000", "0.985000"]);
  });

  test("agrees with the algorithm as published, in float64, over many steps", () => {
    const gradient = (step: number, i: number) => Math.sin(step * (i + 1)) * 3;
    const state = fresh([0.5, -0.2]);
    const [m, v, p] = [
      [0, 0],
      [0, 0],
      [0.5, -0.2],
    ];
    for (let t = 1; t <= 50; t++) {
      const g = [gradient(t, 0), gradient(t, 1)];
      adamWStep(state, Float32Array.from(g), span(2), { ...adamWDefaults, step: t, learningRate: 0.01 });
      const norm = Math.hypot(...g);
      for (const i of [0, 1]) {
        const clipped = (g[i] ?? 0) / Math.max(1, norm);
        m[i] = 0.9 * (m[i] ?? 0) + 0.1 * clipped;
        v[i] = 0.95 * (v[i] ?? 0) + 0.05 * clipped ** 2;
        const update = (m[i] ?? 0) / (1 - 0.9 ** t) / (Math.sqrt((v[i] ?? 0) / (1 - 0.95 ** t)) + 1e-8);
        p[i] = (p[i] ?? 0) * (1 - 0.01 * 0.1) - 0.01 * update;
      }
    }
    expect(Math.abs((state.parameters[0] ?? 0) - (p[0] ?? 1))).toBeLessThan(1e-5);
    expect(Math.abs((state.parameters[1] ?? 0) - (p[1] ?? 1))).toBeLessThan(1e-5);
  });

  test("the norm is the whole gradient's, and scaling the sum of n gradients by 1/n is their mean", () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true, min: -100, max: 100 }), { minLength: 1, maxLength: 20 }),
        (values) => {
          const gradient = Float32Array.from(values);
          const [one, two] = [fresh(values), fresh(values)];
          const options = { ...adamWDefaults, step: 1, learningRate: 0.1 };
          const norm = adamWStep(one, gradient, span(values.length), options);
          const doubled = gradient.map((x) => 2 * x);
          expect(adamWStep(two, doubled, span(values.length), { ...options, scale: 0.5 })).toBeCloseTo(
            norm,
            3,
          );
          expect(norm).toBeCloseTo(globalNorm(gradient), 6);
          expect(two.parameters).toEqual(one.parameters);
        },
      ),
    );
  });
});

const gradients = fc.array(
  fc.oneof(
    fc.float({ noNaN: true, min: -100, max: 100 }),
    fc.constantFrom(0, 1e-42, -1e-30, Number.NaN, Number.POSITIVE_INFINITY),
  ),
  { minLength: 1, maxLength: 70 },
);

test("the kernel gives the bytes of the same operations in JavaScript, in spans of any length", () => {
  fc.assert(
    fc.property(gradients, fc.array(fc.nat(69), { maxLength: 3 }), fc.float(), (values, cuts, clipNorm) => {
      const ends = [...new Set([...cuts.filter((cut) => cut < values.length), 0, values.length])].sort(
        (a, b) => a - b,
      );
      const spans = ends.slice(1).map((end, i) => ({ start: ends[i] ?? 0, end, decay: i % 2 === 0 }));
      const byKernel = createAdamW(values.length);
      const plain = fresh(values);
      byKernel.parameters.set(values);
      for (const step of [1, 2, 3]) {
        const options = { ...adamWDefaults, clipNorm, step, learningRate: 0.01, scale: 0.5 };
        byKernel.gradient.set(values.map((value) => value / step));
        const norm = adamWStep(plain, byKernel.gradient.slice(), spans, options);
        expect(byKernel.update(spans, options)).toBe(norm);
      }
      expect(byKernel.parameters.slice()).toEqual(plain.parameters);
      expect(byKernel.first.slice()).toEqual(plain.first);
      expect(byKernel.second.slice()).toEqual(plain.second);
    }),
  );
});

describe("schedules", () => {
  const options = { peak: 2, steps: 100, warmupSteps: 10 };

  test("rise linearly to the peak and end at the floor", () => {
    for (const schedule of [
      cosineSchedule({ ...options, floor: 0.1 }),
      linearSchedule({ ...options, floor: 0.1 }),
    ]) {
      expect(schedule(0)).toBeCloseTo(0.2);
      expect(schedule(9)).toBeCloseTo(2);
      expect(schedule(55)).toBeCloseTo(1.1);
      expect(schedule(100)).toBeCloseTo(0.2);
      expect(schedule(1000)).toBeCloseTo(0.2);
    }
    expect(constantSchedule(options)(99)).toBe(2);
  });

  test("never leave [0, peak], with or without a warm-up", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(50), fc.integer({ min: 1, max: 100 }), (step, warmupSteps, steps) => {
        for (const make of [cosineSchedule, linearSchedule, constantSchedule]) {
          const rate = make({ peak: 2, steps, warmupSteps })(step);
          expect(rate).toBeGreaterThanOrEqual(0);
          expect(rate).toBeLessThanOrEqual(2 + 1e-12);
        }
      }),
    );
  });
});
