import { expect, test } from "vitest";
import { nearest } from "../../shared/resources/nearest.ts";

test.each([
  ["cuont", "count"],
  ["batchh", "batch"],
  ["stpes", "steps"],
  ["SEEDS", "seeds"],
  ["learningrate", "learningRate"],
  ["warmpu", "warmup"],
  ["x", undefined],
  ["variant", "variants"],
  ["completely", undefined],
])("%s most likely meant %s", (word, meant) => {
  const known = ["count", "batch", "steps", "seeds", "learningRate", "warmup", "variants"];
  expect(nearest(word, known)).toBe(meant);
});
