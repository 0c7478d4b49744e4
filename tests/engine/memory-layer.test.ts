import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gradients } from "../../shared/engine/gradient.ts";
import { createGraph, input } from "../../shared/engine/graph.ts";
import {
  embeddingBag,
  mul,
  type SignHashOptions,
  signHash,
  stackedRows,
  sum,
} from "../../shared/engine/ops.ts";
import { compile } from "../../shared/engine/program.ts";
import { bruteMemoryLayer, chunksOf } from "./brute-memory-layer.ts";

interface Layer {
  readonly rows: number;
  readonly d: number;
  readonly width: number;
  readonly hash: SignHashOptions;
}

/** Output, codes and gradients of one Memory Layer under the loss sum y c, by the engine. */
async function memoryLayer(
  { rows, d, width, hash }: Layer,
  feeds: { x: Float32Array; tables: Float32Array; c: Float32Array },
) {
  const graph = createGraph();
  const chunks = chunksOf(d, hash);
  const x = input(graph, "x", "float32", [rows, d]);
  const tables = input(graph, "tables", "float32", [chunks * 2 ** hash.bits, width]);
  const c = input(graph, "c", "float32", [rows, width]);
  const hashed = signHash(x, hash);
  const y = embeddingBag(tables, stackedRows(hashed, hash.bits), hashed.weights, { parts: chunks });
  const loss = sum(mul(y, c));
  const [dx, dTables] = gradients(loss, [x, tables]);
  if (dx === undefined || dTables === undefined) throw new Error("two gradients expected");
  const program = await compile(graph, { y, codes: hashed.codes, dx, dTables }, { threads: 2 });
  const { y: output, codes, ...slopes } = await program.run(feeds);
  const numbers = (values: Float32Array | BigInt64Array) => Array.from(values, Number);
  const result = {
    y: numbers(output),
    codes: numbers(codes),
    dx: numbers(slopes.dx),
    dTables: numbers(slopes.dTables),
  };
  await program.release();
  return result;
}

const value = fc.float({ min: -3, max: 3, noNaN: true });
const layers = fc
  .record({
    rows: fc.integer({ min: 1, max: 5 }),
    d: fc.integer({ min: 3, max: 9 }),
    width: fc.integer({ min: 1, max: 5 }),
    bits: fc.integer({ min: 1, max: 3 }),
    weighting: fc.constantFrom("paper" as const, "released" as const),
    temperature: fc.constantFrom(0.5, 1, 2),
  })
  .chain(({ rows, d, width, ...hash }) => {
    const values = (length: number) =>
      fc.array(value, { minLength: length, maxLength: length }).map((list) => Float32Array.from(list));
    return fc.record({
      layer: fc.constant({ rows, d, width, hash }),
      feeds: fc.record({
        x: values(rows * d),
        tables: values(chunksOf(d, hash) * 2 ** hash.bits * width),
        c: values(rows * width),
      }),
    });
  });

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, wanted] of expected.entries()) {
    expect(Math.abs((actual[i] ?? Number.NaN) - wanted)).toBeLessThan(1e-4 * (1 + Math.abs(wanted)));
  }
}

describe("a Memory Layer", () => {
  test("is what its equations say, and so are its gradients", async () => {
    await fc.assert(
      fc.asyncProperty(layers, async ({ layer, feeds }) => {
        const found = await memoryLayer(layer, feeds);
        const expected = bruteMemoryLayer(layer, feeds);
        expect(found.codes).toEqual(expected.codes);
        expectClose(found.y, expected.y);
        expectClose(found.dx, expected.dx);
        expectClose(found.dTables, expected.dTables);
      }),
      { numRuns: 60 },
    );
  });

  test("gives rows that no token hashed to a gradient of exactly zero, and the others what they are owed", async () => {
    const hash = { bits: 3, weighting: "paper" } as const;
    const x = Float32Array.of(1, 2, -1, 1, 0.5, -2, 3, 1, -1); // + + - three times: code 3
    const { dTables, codes } = await memoryLayer(
      { rows: 3, d: 3, width: 2, hash },
      { x, tables: new Float32Array(16).fill(1), c: new Float32Array(6).fill(1) },
    );
    expect(codes).toEqual([3, 3, 3]);
    const touched = dTables
      .map((slope, i) => (slope === 0 ? -1 : Math.floor(i / 2)))
      .filter((row) => row >= 0);
    expect(touched).toEqual([3, 3]);
  });

  test("has the first element of a chunk as the least significant bit, and 0 and -0 count as positive", async () => {
    const feeds = (x: readonly number[]) => ({
      x: Float32Array.from(x),
      tables: new Float32Array(2 * 4 * 1).fill(1),
      c: Float32Array.of(1),
    });
    const codesOf = async (x: readonly number[]) =>
      (await memoryLayer({ rows: 1, d: 4, width: 1, hash: { bits: 2, weighting: "paper" } }, feeds(x))).codes;
    expect(await codesOf([1, -1, -1, 1])).toEqual([1, 2]);
    expect(await codesOf([0, -1, -1, -0])).toEqual([1, 2]);
  });

  test("adds up the same bytes at every run, also where many tokens share a row", async () => {
    const layer = { rows: 300, d: 4, width: 64, hash: { bits: 2, weighting: "released" } } as const;
    const feeds = {
      x: Float32Array.from({ length: 1200 }, (_, i) => Math.sin(i * i)),
      tables: Float32Array.from({ length: 512 }, (_, i) => Math.cos(i)),
      c: Float32Array.from({ length: 300 * 64 }, (_, i) => Math.sin(3 * i) / 7),
    };
    const first = await memoryLayer(layer, feeds);
    expect(await memoryLayer(layer, feeds)).toEqual(first);
  });
});
