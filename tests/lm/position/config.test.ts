import { expect, test } from "vitest";
import { positionConfig } from "../../../shared/lm/position/config.ts";

const fope = {
  type: "fope",
  theta: 10_000,
  trainingLength: 64,
  sigma: 0.3,
  clip: true,
  series: true,
  pad: "released",
  seed: 0,
};

test.each<[object]>([
  [{ type: "rope", theta: 10_000 }],
  [{ type: "rope", theta: 10_000, scaling: { type: "ntk", factor: 4 } }],
  [{ type: "rope", theta: 10_000, scaling: { type: "yarn", factor: 4, originalLength: 64 } }],
  [fope],
  [{ ...fope, columns: "released" }],
  [{ type: "alibi" }],
  [{ type: "nope" }],
])("%j is taken as it is", (config) => {
  expect(positionConfig.parse(config)).toEqual(config);
});

test.each<[string, object, string]>([
  ["unknown type", { type: "sine" }, "type"],
  ["no theta", { type: "rope" }, "theta"],
  ["theta 0", { type: "rope", theta: 0 }, "theta"],
  ["factor below 1", { type: "rope", theta: 1e4, scaling: { type: "ntk", factor: 0.5 } }, "scaling.factor"],
  ["negative sigma", { ...fope, sigma: -1 }, "sigma"],
  ["unknown pad", { ...fope, pad: "zero" }, "pad"],
  ["unknown field", { type: "alibi", slopes: 8 }, ""],
])("%s is refused at its field", (_, config, path) => {
  const result = positionConfig.safeParse(config);
  expect(result.error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
});
