import fc from "fast-check";
import { expect, test } from "vitest";
import { ropeFrequencies, ropeTables } from "../../../shared/lm/position/rope.ts";
import { rotationTables } from "../../../shared/lm/position/tables.ts";
import { dot, rotate } from "./rotate.ts";

const rope = { type: "rope", theta: 10_000 } as const;

test("frequencies are theta^(-2m/d)", () => {
  expect(ropeFrequencies(10_000, 8)).toEqual([1, 0.1, 0.01, 0.001].map((f) => expect.closeTo(f, 12)));
});

test("tables are [1, length, headDim / 2] from the offset on", () => {
  const tables = ropeTables(rope, { headDim: 4, heads: 3, length: 2, offset: 5 });
  expect(tables.shared).toBe(true);
  expect(tables.cos).toEqual(Float32Array.of(Math.cos(5), Math.cos(0.05), Math.cos(6), Math.cos(0.06)));
  expect(tables.sin).toEqual(Float32Array.of(Math.sin(5), Math.sin(0.05), Math.sin(6), Math.sin(0.06)));
});

test("q.k depends on the distance alone, and at distance 0 it is that of the unrotated", () => {
  const length = 200;
  const tables = ropeTables(rope, { headDim: 8, heads: 1, length });
  const vector = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 8, maxLength: 8 });
  const position = fc.nat(length / 2 - 1);
  const at = (x: number[], row: number) => rotate(x, tables, { head: 0, row, length });
  fc.assert(
    fc.property(vector, vector, position, position, position, (q, k, m, n, shift) => {
      expect(dot(at(q, m + shift), at(k, n + shift))).toBeCloseTo(dot(at(q, m), at(k, n)), 4);
      expect(dot(at(q, m), at(k, m))).toBeCloseTo(dot(q, k), 4);
    }),
  );
});

test("NoPE and ALiBi rotate nothing", () => {
  const shape = { headDim: 4, heads: 2, length: 3 };
  expect(rotationTables({ type: "nope" }, shape)).toBeUndefined();
  expect(rotationTables({ type: "alibi" }, shape)).toBeUndefined();
  expect(rotationTables(rope, shape)).toEqual(ropeTables(rope, shape));
});
