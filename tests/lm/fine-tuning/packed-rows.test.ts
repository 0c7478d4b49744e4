import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { adamWDefaults } from "../../../shared/engine/adamw.ts";
import { constantSchedule } from "../../../shared/engine/schedule.ts";
import type { ModelConfig } from "../../../shared/lm/config.ts";
import {
  createExampleFeeds,
  createPackedFeeds,
  type Example,
  lengthOf,
  placeExample,
  placeExamples,
} from "../../../shared/lm/fine-tuning/example.ts";
import { createInstructionTuning, createPackedTuning } from "../../../shared/lm/fine-tuning/fine-tuning.ts";
import { packInOrder, packTightly } from "../../../shared/lm/fine-tuning/packing.ts";
import { createRandom } from "../../../shared/lm/random.ts";
import type { TransformerOptions } from "../../../shared/lm/transformer/transformer.ts";
import { small, weightsFor } from "../decoding/models.ts";
import { lossGradients, slopeError } from "./loss-gradients.ts";
import { models, randomExample, trainedAdapters } from "./models.ts";

/** Loss and gradients over the examples, each in a row of its own. */
function separately(config: ModelConfig, examples: readonly Example[], options: TransformerOptions = {}) {
  const length = Math.max(...examples.map(lengthOf));
  const feeds = createExampleFeeds(examples.length, length);
  for (const [place, example] of examples.entries()) placeExample(feeds, example, { place, length });
  return lossGradients(
    config,
    valuesFor(config, options),
    { batch: examples.length, length },
    feeds,
    options,
  );
}

/** The same from rows that they share. */
function together(
  config: ModelConfig,
  examples: readonly Example[],
  length: number,
  options: TransformerOptions = {},
) {
  const packing = packTightly(examples.map(lengthOf), length);
  const feeds = createPackedFeeds(packing.length, length);
  for (const [place, row] of packing.entries()) {
    const members = row.flatMap((at) => examples[at] ?? []);
    placeExamples(feeds, members, { place, length });
  }
  const longest = Math.max(...examples.map(lengthOf));
  const packed = { ...options, longest };
  return lossGradients(config, valuesFor(config, options), { batch: packing.length, length }, feeds, packed);
}

const valuesFor = (config: ModelConfig, { adapter }: TransformerOptions) =>
  new Map([...weightsFor(config), ...(adapter ? trainedAdapters(config, adapter) : [])]);

async function expectSame(config: ModelConfig, lengths: readonly number[], seed: number, length: number) {
  const random = createRandom(seed, "examples");
  const examples = lengths.map((each) => randomExample(random, each, 17));
  const [apart, packed] = [await separately(config, examples), await together(config, examples, length)];
  expect(packed.loss).toBeCloseTo(apart.loss, 5);
  expect(slopeError(apart, packed)).toBeLessThan(1e-4);
}

describe("examples that share rows", () => {
  test.each(Object.entries(models))(
    "have the loss and the gradients of rows of their own: %s",
    async (_, config) => {
      await expectSame(config, [12, 3, 7, 1, 5, 9], 1, 20); // rows longer than learned positions
    },
  );

  test("whatever their lengths", async () => {
    const config = models.fope ?? small();
    const lengths = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(lengths, fc.integer(), fc.integer({ min: 12, max: 40 }), (list, seed, length) =>
        expectSame(config, list, seed, length),
      ),
      { numRuns: 12 },
    );
  });

  test("in rows of several blocks of queries, also within a sliding window", async () => {
    for (const config of [small({ layers: 1 }), small({ layers: 1, slidingWindow: 50 })])
      await expectSame(config, [90, 140, 30, 75, 130], 2, 300);
  });

  test("beside adapters", async () => {
    const config = models["heads of 20, grouped queries"] ?? small();
    const random = createRandom(3, "examples");
    const examples = [4, 9, 2, 6].map((each) => randomExample(random, each, 17));
    const options = { adapter: { rank: 2, alpha: 3 } };
    const apart = await separately(config, examples, options);
    expect(apart.slopes.size).toBe(2 * 7 * config.layers);
    expect(slopeError(apart, await together(config, examples, 13, options))).toBeLessThan(1e-4);
  });
});

test("a training on packed rows goes where one on rows of their own goes, and on from a checkpoint", async () => {
  const config = small();
  const weights = weightsFor(config);
  const random = createRandom(6, "examples");
  const examples = [8, 3, 11, 5, 2, 7, 9, 1].map((each) => randomExample(random, each, 17));
  const packing = packInOrder(examples.map(lengthOf), 15);
  expect(packing).toEqual([[0, 1], [2], [3, 4, 5], [6, 7]]);
  const options = {
    ...{ seed: 1, threads: 1, adamW: adamWDefaults },
    schedule: constantSchedule({ peak: 1e-3, steps: 4, warmupSteps: 0 }),
  };
  const packed = (from: number) => {
    let next = from;
    const draw = () => (packing[next++ % packing.length] ?? []).flatMap((at) => examples[at] ?? []);
    return { ...options, draw, batch: 4, length: 15, longest: 11 };
  };
  const { draw, ...settings } = packed(0);
  const together = await createPackedTuning(config, settings, draw, { from: "weights", weights });
  let at = 0;
  const apart = await createInstructionTuning(
    config,
    { ...options, batch: 8, length: 11 },
    () => examples[at++ % 8] ?? { prompt: [], response: [] },
    { from: "weights", weights },
  );
  const losses: [number, number][] = [];
  for (let step = 0; step < 3; step++) {
    losses.push([(await together.advance()).loss, (await apart.advance()).loss]);
  }
  for (const [one, other] of losses) expect(one).toBeCloseTo(other, 4);
  const checkpoint = together.checkpoint();
  await together.advance();
  const again = packed(12);
  const resumed = await createPackedTuning(config, settings, again.draw, { from: "checkpoint", checkpoint });
  await resumed.advance();
  expect(resumed.weights()).toEqual(together.weights());
  const long = randomExample(random, 12, 17);
  const refused = await createPackedTuning(config, settings, () => [long], { from: "weights", weights });
  await expect(refused.advance()).rejects.toThrow("an example of 12 tokens, and longest 11");
  for (const one of [together, apart, resumed, refused]) await one.release();
});

test("a row holds no more than its length, and learned positions no more than theirs", async () => {
  const feeds = createPackedFeeds(1, 10);
  const example = { prompt: [1, 2, 3], response: [4, 5, 6, 7] };
  expect(() => placeExamples(feeds, [example, example], { place: 0, length: 10 })).toThrow(
    "an example of 6 tokens in the last 4 of a row of 10",
  );
  const learned = small({ position: { type: "learned", length: 12 } });
  const long = randomExample(createRandom(1, "x"), 13, 17);
  await expect(together(learned, [long], 20)).rejects.toThrow("13 tokens, and learned positions for 12");
});
