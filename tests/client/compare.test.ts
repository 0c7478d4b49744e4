import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { figuresOf, sideBySide } from "../../shared/client/compare.ts";
import { type Json, same } from "../../shared/client/json.ts";
import { leavesOf } from "../../shared/client/leaves.ts";

const json = fc.jsonValue({ maxDepth: 3 }).map((value): Json => JSON.parse(JSON.stringify(value)));

describe("values side by side", () => {
  test("a value does not differ from itself, and sameness goes both ways", () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(sideBySide([a, structuredClone(a)]).filter(({ differs }) => differs)).toEqual([]);
        expect(same(a, b)).toBe(same(b, a));
        expect(same(a, b)).toBe(sortedText(a) === sortedText(b));
      }),
    );
  });

  test("records are matched by what names them, in whatever order they stand", () => {
    const one = {
      variants: [
        { name: "rope", loss: 2 },
        { name: "fope", loss: 1 },
      ],
    };
    const two = {
      variants: [
        { name: "fope", loss: 1 },
        { name: "rope", loss: 3 },
      ],
    };
    expect(sideBySide([one, two])).toEqual([
      { path: "variants[rope].loss", values: [2, 3], differs: true },
      { path: "variants[fope].loss", values: [1, 1], differs: false },
    ]);
  });

  test("records without a name are matched by their place; lists of plain values are whole", () => {
    expect(leavesOf({ a: [{ x: 1 }, { x: 1 }], b: [1, 2], c: {} })).toEqual([
      { path: "a[0].x", value: 1 },
      { path: "a[1].x", value: 1 },
      { path: "b", value: [1, 2] },
      { path: "c", value: {} },
    ]);
  });

  test("what one lacks differs; only numbers are figures", () => {
    const rows = sideBySide([{ a: 1, b: "x" }, { b: "x" }]);
    expect(rows.map(({ path, differs }) => [path, differs])).toEqual([
      ["a", true],
      ["b", false],
    ]);
    expect(figuresOf(rows).map(({ path }) => path)).toEqual(["a"]);
  });
});

test("points of curves are matched by their lengths, wherever they stand", () => {
  const curve = (...lengths: number[]) => ({
    loss: lengths.map((length) => ({ length, mean: length / 2 })),
  });
  expect(figuresOf(sideBySide([curve(64, 128), curve(128)]))).toEqual([
    { path: "loss[64].mean", values: [32, undefined], differs: true },
    { path: "loss[128].mean", values: [64, 64], differs: false },
  ]);
});

const sortedText = (value: Json): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
