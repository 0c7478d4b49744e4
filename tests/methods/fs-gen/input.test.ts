import { describe, expect, test } from "vitest";
import fsGen from "../../../shared/methods/fs-gen/method.ts";

/** Paths and messages of what is wrong. */
function faults(given: object): string[] {
  const { error } = fsGen.input.safeParse(given);
  return (error?.issues ?? []).map(({ path, message }) => `/${path.join("/")}: ${message}`);
}

describe("an input", () => {
  test("of nothing is a study; presets are inputs", () => {
    expect(fsGen.input.parse({}).task).toBe("study");
    for (const { input } of Object.values(fsGen.presets)) expect(faults(input)).toEqual([]);
    const { sizes, seeds } = Object.assign(
      { sizes: [], seeds: 0 },
      fsGen.input.parse(fsGen.presets.standard.input),
    );
    expect([sizes.length, seeds]).toEqual([7, 2]);
  });

  test.each([
    [{ task: "generate", prompt: "A", small: "m1" }, "/large: must be named where `small` is"],
    [{ task: "generate", prompt: "A", large: "m1" }, "/small: must be named where `large` is"],
    [{ task: "compare", untuned: "m1" }, "/small: must be named where `untuned` is"],
    [
      { task: "generate", prompt: "A", small: "m1", large: "m2", decoder: "proxy" },
      "/untuned: must be named for proxy tuning: the small model before its tuning",
    ],
    [
      { task: "generate", prompt: "A", characters: 1000, trainingLength: 200 },
      "/characters: must be at least 1608 at this length",
    ],
    [
      { task: "compare", prompts: { from: "text", promptTokens: 40, maxTokens: 40 } },
      "/prompts/maxTokens: must with promptTokens not be above trainingLength",
    ],
    [
      { task: "compare", prompts: { from: "task" }, trainingLength: 32 },
      "/trainingLength: must be at least 48 for a task",
    ],
    [{ maxTokens: 60 }, "/maxTokens: must with promptTokens not be above trainingLength"],
    [
      { sizes: [16, 16, 24].map((dModel) => ({ dModel, layers: 1, heads: 1 })) },
      "/sizes: must not repeat a size",
    ],
    [
      { frequencies: [1, 2, 3, 4, 5].map((large) => ({ small: 2, large, cof: 0.1 })) },
      "/frequencies/0/large: must be above `small`",
    ],
    [
      {
        published: "oracle gsm8k",
        frequencies: [3, 4, 5, 6, 7].map((large) => ({ small: 2, large, cof: 0.1 })),
      },
      "/published: leaves no place for frequencies of your own",
    ],
  ])("%j is refused by its field", (given, message) => {
    expect(faults(given)).toContain(message);
  });

  test("names the texts, instructions and models that it needs", () => {
    const needs = (given: object) => fsGen.needs?.(fsGen.input.parse(given));
    expect(needs({ dataset: "d1" })).toEqual({
      datasets: [{ path: "/dataset", id: "d1", kinds: ["text"], minBytes: 520 }],
    });
    expect(
      needs({
        task: "compare",
        prompts: { from: "instructions", instructions: "d2" },
        small: "m1",
        large: "m2",
        untuned: "m3",
      }),
    ).toEqual({
      datasets: [{ path: "/prompts/instructions", id: "d2", kinds: ["instructions"] }],
      models: [
        { path: "/small", id: "m1" },
        { path: "/large", id: "m2" },
        { path: "/untuned", id: "m3" },
      ],
    });
    expect(needs({ task: "generate", prompt: "A" })).toEqual({ datasets: [], models: [] });
  });
});
