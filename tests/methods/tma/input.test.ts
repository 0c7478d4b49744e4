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

describe("the input of a study", () => {
  const studied = (given: object) => refusal({ task: "study", ...given });

  test("trains a small transformer in five seeds when nothing is said, by the paper's schedule", () => {
    expect(input.parse({ task: "study" })).toMatchObject({
      synthetic: { families: 24, perFamily: 200, targets: 4, tests: 256 },
      model: { from: "scratch", size: { dModel: 128, layers: 2, heads: 4 }, vocabulary: 1024 },
      seeds: 5,
      subsets: { shares: [0.1, 0.25], passes: 1 },
      training: { batch: 16, schedule: "cosine" },
    });
  });

  test.each([
    [{ dataset: "a" }, "test: must be given with `dataset`"],
    [
      { embedding: { type: "field", field: "v" } },
      "embedding: vectors of yours go with data sets of yours: generated rows have none",
    ],
    [{ orders: ["near", "near"] }, "orders: must not repeat an order"],
    [{ subsets: { shares: [0.1, 0.1] } }, "subsets.shares: must not repeat a share"],
    [
      { orders: ["near-budget"] },
      'orders.0: Invalid option: expected one of "near"|"far"|"random"|"round-robin"|"clusters"|"near-tasks"|"far-tasks"',
    ],
    [{ model: { from: "model" } }, "model.model: Invalid input: expected string, received undefined"],
  ])("%j is refused by its field", (given, message) => {
    expect(studied(given)).toEqual([message]);
  });

  test("names the model that it needs", () => {
    const given = { task: "study", dataset: "a", test: "b", model: { from: "model", model: "m" } };
    expect(needs(input.parse(given))).toEqual({
      datasets: [
        { path: "/dataset", id: "a", kinds: ["instructions"], minBytes: 1 },
        { path: "/test", id: "b", kinds: ["instructions"], minBytes: 1 },
      ],
      models: [{ path: "/model/model", id: "m" }],
    });
  });
});
