import { describe, expect, test } from "vitest";
import { smallestText } from "../../../shared/methods/fope/input.ts";
import fope from "../../../shared/methods/fope/method.ts";
import { splitText } from "../../../shared/methods/text.ts";

/** Paths of what an input is refused for. */
function refused(input: unknown): string[] {
  const parsed = fope.input.safeParse(input);
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join("/"));
}

describe("the input", () => {
  test("of every preset is valid", () => {
    for (const { input } of Object.values(fope.presets)) expect(refused(input)).toEqual([]);
  });

  test.each([
    ["an unknown task", { task: "compete" }, "task"],
    ["an unknown field", { task: "compare", stepz: 1 }, ""],
    ["no steps", { task: "compare", training: { steps: 0 } }, "training/steps"],
    ["a text in a number", { task: "compare", seeds: "3" }, "seeds"],
    ["an unknown variant", { task: "compare", variants: ["rope", "rape"] }, "variants/1"],
    ["a variant twice", { task: "compare", variants: ["rope", "rope"] }, "variants"],
    ["a length twice", { task: "compare", multiples: [2, 2] }, "multiples"],
    ["heads that do not divide the width", { task: "compare", model: { heads: 3 } }, "model/heads"],
    ["an odd head dimension", { task: "compare", model: { dModel: 18, heads: 2 } }, "model/heads"],
    ["too few tokens to evaluate", { task: "compare", evaluationTokens: 256 }, "evaluationTokens"],
    ["too short a text", { task: "compare", characters: 1000 }, "characters"],
    [
      "too long an evaluation",
      { task: "compare", trainingLength: 4096, multiples: [64], evaluationTokens: 10_000_000 },
      "multiples",
    ],
    ["a head dimension of 7", { task: "convert", headDim: 7, heads: 1, trainingLength: 64 }, "headDim"],
    ["no model", { task: "continue", trainingLength: 64 }, "model"],
  ])("with %s is refused at its field", (_, input, path) => {
    expect(refused(input)).toEqual([path]);
  });

  test("names its text with the size it must have, and its model", () => {
    const needs = (input: unknown) => fope.needs?.(fope.input.parse(input));
    const minBytes = smallestText({ trainingLength: 64, multiples: [16] });
    expect(needs({ task: "compare", dataset: "d" })?.datasets).toEqual([
      { path: "/dataset", id: "d", kinds: ["text"], minBytes },
    ]);
    expect(needs({ task: "compare" })?.datasets).toEqual([]);
    expect(needs({ task: "continue", model: "m", trainingLength: 64 })?.models).toEqual([
      { path: "/model", id: "m" },
    ]);
  });
});

test("a text of the smallest size can just be split, and one byte less cannot", () => {
  const lengths = { evaluationTokens: 1024, longest: 1024, window: 64 };
  const size = smallestText({ trainingLength: 64, multiples: [1, 16] });
  const { training, validation } = splitText(new Uint8Array(size), lengths);
  expect([training.length, validation.length]).toEqual([65, 1025]);
  expect(() => splitText(new Uint8Array(size - 1), lengths)).toThrow("too short");
});

test("the validation text is the end, a tenth of the whole, at most what is asked for", () => {
  const text = Uint8Array.from({ length: 5000 }, (_, i) => i % 251);
  const lengths = { evaluationTokens: 10_000, longest: 64, window: 64 };
  expect(splitText(text, lengths).validation).toEqual(text.subarray(4500));
  expect(splitText(text, { ...lengths, evaluationTokens: 200 }).validation).toEqual(text.subarray(-201));
});
