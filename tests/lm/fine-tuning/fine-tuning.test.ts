import { expect, test } from "vitest";
import { adamWDefaults } from "../../../shared/engine/adamw.ts";
import { constantSchedule } from "../../../shared/engine/schedule.ts";
import { configure } from "../../../shared/lm/config.ts";
import type { Example } from "../../../shared/lm/fine-tuning/example.ts";
import {
  createInstructionTuning,
  createOutcomeTuning,
  type OutcomeExample,
} from "../../../shared/lm/fine-tuning/fine-tuning.ts";
import { outcomeLossNames, rowsPerExample } from "../../../shared/lm/fine-tuning/outcome-loss.ts";
import { createResponseScorer } from "../../../shared/lm/fine-tuning/response-scorer.ts";
import { createRandom } from "../../../shared/lm/random.ts";
import type { TrainingStart } from "../../../shared/lm/training.ts";
import { initialWeights } from "../../../shared/lm/transformer/parameters.ts";
import { weightsOf } from "../../../shared/lm/transformer/transformer.ts";
import { referenceLogits } from "../reference-transformer.ts";

const config = configure({
  ...{ vocabularySize: 11, contextLength: 40, dModel: 16, layers: 2, heads: 2 },
  position: { type: "rope", theta: 10_000 },
});
const weights = initialWeights(weightsOf(config), 3);
const random = createRandom(1, "examples");
const tokens = (count: number) => Array.from({ length: count }, () => random.integer(11));
const examples: Example[] = [3, 1, 20, 7, 2, 9].map((length, i) => ({
  prompt: tokens(1 + i),
  response: tokens(length),
}));

/** log p of each token of the response, in float64. */
function bruteForce({ prompt, response }: Example): number[] {
  const all = [...Array.from(prompt), ...Array.from(response)];
  const logits = referenceLogits(config, weights, all);
  return Array.from(response, (token, i) => {
    const row = Array.from(logits[prompt.length + i - 1] ?? []);
    return (row[token] ?? Number.NaN) - Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0));
  });
}
const total = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0);

test("log-probabilities of responses are the reference transformer's, whatever their lengths", async () => {
  const scorer = createResponseScorer({ config, weights }, { threads: 1 });
  const scores = await scorer.score(examples);
  for (const [i, example] of examples.entries()) {
    const expected = bruteForce(example);
    expect(scores[i]?.length).toBe(expected.length);
    for (const [at, value] of expected.entries()) expect(scores[i]?.[at]).toBeCloseTo(value, 4);
  }
  const again = await scorer.score(examples);
  expect(again).toEqual(scores);
  await expect(scorer.score([{ prompt: [], response: [1] }])).rejects.toThrow("a prompt has at least one");
  await scorer.release();
});

const options = {
  ...{ seed: 5, batch: 3, length: 26, threads: 1 },
  schedule: constantSchedule({ peak: 1e-2, steps: 4, warmupSteps: 0 }),
  adamW: adamWDefaults,
};
const start: TrainingStart = { from: "weights", weights };

test("the loss of instruction tuning is the mean over the tokens of responses", async () => {
  const drawn: Example[] = [];
  const draw = () => {
    const example = examples[drawn.length % examples.length] ?? { prompt: [], response: [] };
    drawn.push(example);
    return example;
  };
  const training = await createInstructionTuning(config, { ...options, batch: 6 }, draw, start);
  const { loss } = await training.advance();
  const expected = drawn.flatMap(bruteForce);
  expect(drawn).toHaveLength(6);
  expect(loss).toBeCloseTo(-total(expected) / expected.length, 5);
  await training.release();
});

test.each(outcomeLossNames)(
  "%s falls in training, and goes on from a checkpoint to the same bytes",
  async (loss) => {
    const referenced = examples.map((example) => ({ ...example, reference: total(bruteForce(example)) }));
    let at = 0;
    const draw = (): OutcomeExample => {
      const label = (at / 2) % 2;
      const rows = Array.from({ length: rowsPerExample(loss) }, (_, side) => referenced[(at + side) % 6]);
      at = (at + 2) % 6;
      return { rows: rows.filter((row) => row !== undefined), label };
    };
    const create = (from: TrainingStart) => {
      at = 0;
      return createOutcomeTuning(config, { ...options, loss, beta: 0.5 }, draw, from);
    };
    const whole = await create(start);
    const losses: number[] = [];
    const half = [await whole.advance(), await whole.advance()];
    const checkpoint = whole.checkpoint();
    half.push(await whole.advance(), await whole.advance());
    losses.push(...half.map((step) => step.loss));
    const nothing = { ce: Math.LN2, dpo: Math.LN2, nca: 2 * Math.LN2, kto: 0.5 };
    expect(losses[0]).toBeCloseTo(nothing[loss], 4);
    expect(losses[3]).toBeLessThan((losses[0] ?? 0) - 0.01);
    const resumed = await create({ from: "checkpoint", checkpoint });
    await resumed.advance();
    await resumed.advance();
    expect(resumed.weights()).toEqual(whole.weights());
    for (const one of [whole, resumed]) await one.release();
  },
);
