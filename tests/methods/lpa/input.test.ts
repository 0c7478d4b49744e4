import { describe, expect, test } from "vitest";
import lpa from "../../../shared/methods/lpa/method.ts";
import { smallestTunedText } from "../../../shared/methods/transformer-fields.ts";

/** Paths of what an input is refused for. */
function refused(input: unknown): string[] {
  const parsed = lpa.input.safeParse(input);
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join("/"));
}

describe("the input", () => {
  test("of every preset is valid", () => {
    for (const { input } of Object.values(lpa.presets)) expect(refused(input)).toEqual([]);
  });

  test.each([
    ["an unknown task", { task: "compete" }, "task"],
    ["an unknown field", { task: "compare", stepz: 1 }, ""],
    ["an unknown variant", { task: "compare", variants: ["dense", "loose"] }, "variants/1"],
    ["a rank twice", { task: "compare", ranks: [8, 8] }, "ranks"],
    ["a rank above the width", { task: "compare", ranks: [8, 65] }, "ranks/1"],
    ["no rate", { task: "compare", training: { learningRates: [] } }, "training/learningRates"],
    ["heads that do not divide the width", { task: "compare", model: { heads: 3 } }, "model/heads"],
    ["a rank at which a matched model saves nothing", { task: "compare", ranks: [32] }, "ranks"],
    ["too short a text", { task: "compare", characters: 1000, trainingLength: 512 }, "characters"],
    ["no model", { task: "convert", ranks: [4] }, "model"],
    ["no ranks", { task: "convert", model: "m" }, "ranks"],
    [
      "an unknown factorisation",
      { task: "convert", model: "m", ranks: [4], factorisations: ["fast"] },
      "factorisations/0",
    ],
  ])("with %s is refused at its field", (_, input, path) => {
    expect(refused(input)).toEqual([path]);
  });

  test("takes a rank of half the width and more where nothing is re-allocated", () => {
    expect(refused({ task: "compare", ranks: [48], variants: ["dense", "low-attention"] })).toEqual([]);
  });

  test("names its text with the size it must have, and its model", () => {
    const needs = (input: unknown) => lpa.needs?.(lpa.input.parse(input));
    expect(needs({ task: "compare", dataset: "d" })).toEqual({
      datasets: [{ path: "/dataset", id: "d", kinds: ["text"], minBytes: smallestTunedText(64) }],
      models: [],
    });
    expect(needs({ task: "convert", model: "m", ranks: [4], dataset: "d" })).toEqual({
      datasets: [{ path: "/dataset", id: "d", kinds: ["text"] }],
      models: [{ path: "/model", id: "m" }],
    });
    expect(needs({ task: "compare" })?.datasets).toEqual([]);
  });
});
