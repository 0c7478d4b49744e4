import { describe, expect, test } from "vitest";
import method from "../../../shared/methods/tma/method.ts";
import { needs } from "../../../shared/methods/tma/needs.ts";

const { input, presets } = method;
const refusal = (given: object) => {
  const result = input.safeParse(given);
  return result.error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
};

describe("the input", () => {
  test("of every preset is complete", () => {
    for (const preset of Object.values(presets)) expect(refusal(preset.input)).toBeUndefined();
  });

  test("arranges generated families with TF-IDF when nothing is said", () => {
    expect(input.parse({})).toMatchObject({
      task: "arrange",
      synthetic: { families: 24 },
      embedding: { type: "tfidf", shortest: 3, longest: 5, dimensions: 1024 },
      heldOut: 0.5,
      write: ["near"],
    });
  });

  test.each([
    [{ dataset: "a" }, "test: must be given with `dataset`"],
    [{ test: "a" }, "dataset: must be given with `test`"],
    [
      { embedding: { type: "field", field: "v" } },
      "embedding: vectors of yours go with data sets of yours: generated rows have none",
    ],
    [
      { embedding: { type: "tfidf", shortest: 5, longest: 4 } },
      "embedding.longest: must be at least `shortest`",
    ],
    [{ write: ["near-budget"] }, "budget: must be given where a budgeted order is written"],
    [{ write: ["near", "near"] }, "write: must not repeat an order"],
    [{ synthetic: { families: 2, targets: 3 } }, "synthetic.targets: must not be above `families`"],
  ])("%j is refused by its field", (given, message) => {
    expect(refusal({ task: "arrange", ...given })).toEqual([message]);
  });

  test("names what it needs", () => {
    const embedding = { type: "matrix", items: "m", tests: "n" };
    expect(needs(input.parse({ dataset: "a", test: "b", embedding }))).toEqual({
      datasets: [
        { path: "/dataset", id: "a", kinds: ["instructions"], minBytes: 1 },
        { path: "/test", id: "b", kinds: ["instructions"], minBytes: 1 },
        { path: "/embedding/items", id: "m", kinds: ["matrix"] },
        { path: "/embedding/tests", id: "n", kinds: ["matrix"] },
      ],
    });
    expect(needs(input.parse({}))).toEqual({ datasets: [] });
  });
});
