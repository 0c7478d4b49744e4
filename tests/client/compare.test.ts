import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { figuresSideBySide, inputDifferences } from "../../shared/client/compare.ts";

describe("inputs", () => {
  it("differ by field, and lists as a whole", () => {
    const differences = inputDifferences([
      { a: 1, b: { c: [1, 2], d: "x" }, e: {} },
      { a: 1, b: { c: [2, 1], d: "x" }, f: null },
    ]);
    expect(differences).toEqual([
      {
        path: ["b", "c"],
        values: [
          [1, 2],
          [2, 1],
        ],
      },
      { path: ["e"], values: [{}, undefined] },
      { path: ["f"], values: [undefined, null] },
    ]);
  });

  it("do not differ from themselves, and those that do differ somewhere", () => {
    const json = fc
      .dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }))
      .map((value) => JSON.parse(JSON.stringify(value)));
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(inputDifferences([a, structuredClone(a)])).toEqual([]);
        const same = JSON.stringify(a) === JSON.stringify(b);
        if (same) expect(inputDifferences([a, b])).toEqual([]);
        else if (Object.keys(a).join() === Object.keys(b).join())
          expect(inputDifferences([a, b])).not.toEqual([]);
      }),
    );
  });
});

describe("figures", () => {
  it("of records stand beside those of the same name, wherever in the list these are", () => {
    const one = {
      variants: [
        { name: "rope", loss: 2 },
        { name: "fope", loss: 1 },
      ],
      seeds: 3,
    };
    const other = { variants: [{ name: "fope", loss: 4 }], seeds: 3, note: "text" };
    expect(figuresSideBySide([one, other, undefined])).toEqual([
      { path: ["variants", "rope", "loss"], values: [2, undefined, undefined] },
      { path: ["variants", "fope", "loss"], values: [1, 4, undefined] },
      { path: ["seeds"], values: [3, 3, undefined] },
    ]);
  });

  it("of curves stand beside those of the same place", () => {
    const curve = (...lengths: number[]) => ({
      loss: lengths.map((length) => ({ length, mean: length / 2 })),
    });
    const paths = figuresSideBySide([curve(64, 128), curve(128)]).map(({ path, values }) => [
      path.join("/"),
      ...values,
    ]);
    expect(paths).toEqual([
      ["loss/length 64/length", 64, undefined],
      ["loss/length 64/mean", 32, undefined],
      ["loss/length 128/length", 128, 128],
      ["loss/length 128/mean", 64, 64],
    ]);
  });

  it("of lists without names stand by their places", () => {
    const [first] = figuresSideBySide([{ rows: [{ x: 0.5 }, { x: 0.5 }] }]);
    expect(first).toEqual({ path: ["rows", "0", "x"], values: [0.5] });
    expect(figuresSideBySide([[7, "a", 8]])).toEqual([
      { path: ["0"], values: [7] },
      { path: ["2"], values: [8] },
    ]);
  });
});
