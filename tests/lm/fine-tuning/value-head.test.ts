import { expect, test } from "vitest";
import { adamWDefaults } from "../../../shared/engine/adamw.ts";
import { constantSchedule } from "../../../shared/engine/schedule.ts";
import { configure } from "../../../shared/lm/config.ts";
import {
  createValueFeeds,
  createValueTuning,
  type LabelledRow,
  placeJudged,
  valueWeightsOf,
  withValueHead,
} from "../../../shared/lm/fine-tuning/value-head.ts";
import { createValueScorer } from "../../../shared/lm/fine-tuning/value-scorer.ts";
import { createRandom } from "../../../shared/lm/random.ts";
import type { TrainingStart } from "../../../shared/lm/training.ts";
import { initialWeights } from "../../../shared/lm/transformer/parameters.ts";
import { weightsOf } from "../../../shared/lm/transformer/transformer.ts";
import { referenceLogits } from "../reference-transformer.ts";

const config = configure({
  ...{ vocabularySize: 11, contextLength: 40, dModel: 16, layers: 2, heads: 2, tiedHead: false },
  position: { type: "rope", theta: 10_000 },
});
const body = initialWeights(weightsOf(config), 3);
const bias = Float32Array.of(0.3);
const weights = new Map([...withValueHead(config, body, 5), ["value_head.bias", bias]]);
const random = createRandom(1, "rows");
const rows: LabelledRow[] = [4, 9, 30, 2].map((length, i) => {
  const places = i === 0 ? [3] : [0, 1, length - 1];
  return {
    tokens: Array.from({ length }, () => random.integer(11)),
    places: [...new Set(places)],
    labels: [...new Set(places)].map((_, at) => [1, 0, 0.25][(at + i) % 3] ?? 0),
  };
});

/** The head as the first row of a head over the vocabulary: values are then logits of token 0. */
function bruteForce({ tokens, places }: LabelledRow): number[] {
  const head = new Float32Array(11 * config.dModel);
  head.set(weights.get("value_head.weight") ?? []);
  const logits = referenceLogits(config, new Map([...body, ["lm_head.weight", head]]), Array.from(tokens));
  return places.map((place) => (logits[place]?.[0] ?? Number.NaN) + (bias[0] ?? 0));
}

test("values are those of the reference transformer under the head, whatever the lengths", async () => {
  const scorer = createValueScorer({ config, weights }, { threads: 1 });
  const values = await scorer.score(rows);
  for (const [i, row] of rows.entries()) {
    const expected = bruteForce(row);
    expect(values[i]?.length).toBe(expected.length);
    for (const [at, value] of expected.entries()) expect(values[i]?.[at]).toBeCloseTo(value, 4);
  }
  expect(await scorer.score(rows)).toEqual(values);
  await scorer.release();
});

test("a head is added to a body, and the vocabulary's is left out", () => {
  const names = valueWeightsOf(config).map(({ name }) => name);
  expect(names).not.toContain("lm_head.weight");
  expect(names.slice(-2)).toEqual(["value_head.weight", "value_head.bias"]);
  expect(withValueHead(config, body, 5).get("model.norm.weight")).toBe(body.get("model.norm.weight"));
});

const options = {
  ...{ seed: 5, batch: 4, length: 30, threads: 1 },
  schedule: constantSchedule({ peak: 1e-2, steps: 6, warmupSteps: 0 }),
  adamW: adamWDefaults,
};

/** Trains on the rows in turn. */
function tuning(start: TrainingStart) {
  let at = 0;
  const draw = () => rows[at++ % rows.length] ?? { tokens: [], places: [], labels: [] };
  return createValueTuning(config, options, draw, start);
}

test("the loss is the mean cross-entropy over judged places, falls, and resumes to the same bytes", async () => {
  const whole = await tuning({ from: "weights", weights });
  const losses = [(await whole.advance()).loss, (await whole.advance()).loss];
  const checkpoint = whole.checkpoint();
  for (let step = 0; step < 4; step++) losses.push((await whole.advance()).loss);
  const terms = rows.flatMap((row) =>
    bruteForce(row).map((value, at) => Math.log1p(Math.exp(value)) - (row.labels[at] ?? 0) * value),
  );
  expect(losses[0]).toBeCloseTo(terms.reduce((sum, term) => sum + term, 0) / terms.length, 5);
  expect(losses[5]).toBeLessThan((losses[0] ?? 0) - 0.1);
  const resumed = await tuning({ from: "checkpoint", checkpoint });
  for (let step = 0; step < 4; step++) await resumed.advance();
  expect(resumed.weights()).toEqual(whole.weights());
  for (const one of [whole, resumed]) await one.release();
});

test("what a former row left is gone; rows that cannot go through are refused", () => {
  const feeds = createValueFeeds(1, 4);
  const at = { place: 0, length: 4 };
  placeJudged(feeds, { tokens: [5, 6, 7, 8], places: [1, 3], labels: [1, 0.5] }, at);
  expect([feeds.labels, feeds.mask]).toEqual([Float32Array.of(0, 1, 0, 0.5), Float32Array.of(0, 1, 0, 1)]);
  placeJudged(feeds, { tokens: [9], places: [0] }, at);
  expect(feeds).toEqual({
    tokens: BigInt64Array.of(9n, 0n, 0n, 0n),
    labels: new Float32Array(4),
    mask: Float32Array.of(1, 0, 0, 0),
  });
  const placing = (tokens: number[], places: number[]) => () => placeJudged(feeds, { tokens, places }, at);
  expect(placing([1, 2, 3, 4, 5], [0])).toThrow("a row of 5 tokens in one of 4");
  expect(placing([1], [])).toThrow("one place at least");
  expect(placing([1], [1])).toThrow("place 1 of a row of 1 tokens");
});
