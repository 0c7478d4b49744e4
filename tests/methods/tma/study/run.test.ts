import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { adamWDefaults } from "../../../../shared/engine/adamw.ts";
import { constantSchedule } from "../../../../shared/engine/schedule.ts";
import { configure } from "../../../../shared/lm/config.ts";
import { lengthOf } from "../../../../shared/lm/fine-tuning/example.ts";
import { createInstructionTuning } from "../../../../shared/lm/fine-tuning/fine-tuning.ts";
import { type LanguageModel, loadModel, modelFiles } from "../../../../shared/lm/stored-model.ts";
import { byteTokenizer } from "../../../../shared/lm/tokenizers/byte.ts";
import { initialWeights } from "../../../../shared/lm/transformer/parameters.ts";
import { weightsOf } from "../../../../shared/lm/transformer/transformer.ts";
import type { DatasetContent } from "../../../../shared/methods/contract.ts";
import tma from "../../../../shared/methods/tma/method.ts";
import type { StudyOutput } from "../../../../shared/methods/tma/study/output.ts";
import { type MemoryOptions, type MemoryRun, memoryRun } from "../../../fixtures/memory-context.ts";
import { instructionSet, jsonLines, matrixSet } from "../contents.ts";
import { t0Folder, t0Sets } from "../t0.ts";
import { studyToEnd } from "../to-end.ts";

const tiny = { from: "scratch", size: { dModel: 16, layers: 1, heads: 2 }, vocabulary: 300 };
const small = {
  synthetic: { families: 4, perFamily: 30, targets: 1, tests: 16 },
  embedding: { type: "tfidf", dimensions: 64 },
  offTarget: 10,
  model: tiny,
  seeds: 2,
  subsets: { shares: [0.2] },
  training: { batch: 4 },
  evaluation: { items: 6, answers: 2, early: 2, later: 2 },
};
const run = (given: object = {}, options: MemoryOptions = {}) => studyToEnd({ ...small, ...given }, options);
const bodyOf = (last: MemoryRun, name: string): string => String(last.artifacts.get(name)?.body);
const orderOf = ({ orders }: StudyOutput, name: string) => {
  const found = orders.find((order) => order.name === name);
  if (found === undefined) throw new Error(`no order ${name}`);
  return found;
};

describe("a study of generated families", () => {
  const whole = run();

  test("gives losses along the epoch of every order, subsets, comparisons, findings and files", async () => {
    const { output, last } = await whole;
    expect(output).toMatchObject({ items: 108, steps: 27, seeds: 2, offTargetItems: 10 });
    expect(output.leftOut).toEqual({ tooLong: 0, blank: 0, surplus: 2 });
    expect(output.tests).toMatchObject({ selecting: 8, heldOut: 8, evaluated: 6, answered: 2 });
    expect(output.orders.map(({ name }) => name)).toEqual([
      "near",
      "far",
      "random",
      "round-robin",
      "clusters",
    ]);
    for (const { loss, offTarget, end, offTargetEnd, exactMatch } of output.orders) {
      expect(loss.map(({ fraction }) => Math.round(27 * fraction))).toEqual([0, 2, 3, 15, 27]);
      expect(offTarget?.map(({ fraction }) => fraction)).toEqual(loss.map(({ fraction }) => fraction));
      expect(loss.at(-1)).toMatchObject(end);
      expect(offTarget?.at(-1)).toMatchObject(offTargetEnd ?? {});
      expect(exactMatch?.mean).toBeGreaterThanOrEqual(0);
      // All orders begin at the same weights and are judged by the same items.
      expect(loss[0]).toEqual(output.orders[0]?.loss[0]);
      expect(end.mean).toBeLessThan(loss[0]?.mean ?? 0);
    }
    expect(output.subsets.map(({ name, share, items, steps }) => [name, share, items, steps])).toEqual([
      ["nearest", 0.2, 20, 5],
      ["random", 0.2, 20, 5],
      ["farthest", 0.2, 20, 5],
    ]);
    expect(output.comparisons).toHaveLength(4 * 5 + 2);
    expect(output.findings).toHaveLength(8);
    expect([...last.artifacts.keys()]).toEqual([
      "report.html",
      "loss-along-the-epoch.svg",
      "loss-in-the-first-tenth.svg",
      "off-target-loss.svg",
      "claims.csv",
      "orders.csv",
      "subsets.csv",
      "curves.csv",
    ]);
    expect(bodyOf(last, "curves.csv").trimEnd().split("\r\n")).toHaveLength(1 + 2 * (5 * 5 + 3));
    expect([...last.models.keys()]).toEqual(output.orders.map(({ model }) => model));
  });

  test("early speed, paired differences and claims follow from the losses that are written down", async () => {
    const { output, last } = await whole;
    const curves = bodyOf(last, "curves.csv")
      .trimEnd()
      .split("\r\n")
      .slice(1)
      .map((line) => line.split(","));
    const losses = (order: string, seed: number) =>
      curves
        .filter((line) => line[0] === order && line[1] === "1" && line[2] === String(seed))
        .map((line) => Number(line[5]));
    const early = (order: string, seed: number) => {
      const [at0 = 0, at2 = 0, at3 = 0] = losses(order, seed);
      return ((2 * (at0 + at2)) / 2 + (at2 + at3) / 2) / 3;
    };
    const differences = [0, 1].map((seed) => early("near", seed) - early("random", seed));
    const mean = differences.reduce((sum, value) => sum + value, 0) / 2;
    const found = output.comparisons.find(
      ({ measure, first, second }) => measure === "early" && first === "near" && second === "random",
    );
    expect(found?.difference.mean).toBeCloseTo(mean, 9);
    expect(found?.lowerIn).toBe(differences.filter((value) => value < 0).length);
    expect(orderOf(output, "near").early.mean).toBeCloseTo((early("near", 0) + early("near", 1)) / 2, 9);
  });

  test("cut after every few units of work and resumed, leaves the same bytes", async () => {
    const given = { orders: ["near", "random"], synthetic: { ...small.synthetic, perFamily: 24 } };
    const whole = await run(given);
    let asked = 0;
    const cut = await run(given, { outOfTime: () => ++asked % 5 === 0 });
    expect(cut.slices).toBeGreaterThan(20);
    expect(cut.output).toEqual(whole.output);
    expect(cut.last.artifacts).toEqual(whole.last.artifacts);
    expect(cut.last.models).toEqual(whole.last.models);
  });

  test("killed after a checkpoint and begun again from it, ends the same", async () => {
    const given = { orders: ["near"], seeds: 1, subsets: { shares: [] } };
    const whole = await run(given);
    const checkpoints: Uint8Array[] = [];
    let asked = 0;
    const stopped = memoryRun({ outOfTime: () => ++asked === 3 });
    await tma.run(tma.input.parse({ task: "study", ...small, ...given }), stopped.context);
    checkpoints.push(...stopped.checkpoints);
    let later = 0;
    const { last } = await run(given, { outOfTime: () => ++later === 40 });
    checkpoints.push(...last.checkpoints);
    expect(checkpoints.length).toBeGreaterThan(1);
    for (const from of checkpoints) expect((await run(given, { from })).output).toEqual(whole.output);
  });

  test("where nothing is learned no claim is shown, and another seed of the run is another study", async () => {
    const still = {
      training: { batch: 4, learningRate: 1e-30 },
      orders: ["near", "random"],
      evaluation: { ...small.evaluation, answers: 0 },
    };
    const { output } = await run(still);
    for (const { loss, early, end, rougeL } of output.orders) {
      expect(rougeL).toBeNull();
      for (const { mean } of loss) expect(mean).toBeCloseTo(loss[0]?.mean ?? 0, 6);
      expect(early.mean).toBeCloseTo(end.mean, 6);
    }
    for (const { verdict, difference } of output.comparisons) {
      expect(difference.mean).toBeCloseTo(0, 6);
      expect(verdict).toBe("not shown");
    }
    expect(output.findings.some(({ holds }) => holds)).toBe(false);
    const other = await run(still, { seed: 1 });
    expect(other.output.orders[0]?.loss[0]).not.toEqual(output.orders[0]?.loss[0]);
  });

  test("stops when it is cancelled", async () => {
    const { context } = memoryRun();
    const signal = AbortSignal.abort(new Error("enough"));
    const input = tma.input.parse({ task: "study", ...small });
    await expect(tma.run(input, { ...context, signal })).rejects.toThrow("enough");
  });
});

const config = configure({
  ...{ vocabularySize: 256, contextLength: 40, dModel: 16, layers: 1, heads: 2 },
  position: { type: "rope", theta: 10_000 },
});

/** Rows without tasks. Vectors turn away from the one that all test items have, by a step for each row, mixed up. */
const ranks = Array.from({ length: 44 }, (_, i) => (i * 17) % 44);
const rows = ranks.map((rank, i) => ({
  prompt: `How many is ${i}?`,
  completion: i % 2 === 0 ? `it is ${i}` : `${i} ${i}`,
  rank,
  v: [Math.cos(0.05 * rank), Math.sin(0.05 * rank)],
}));
const tests = Array.from({ length: 8 }, (_, i) => ({
  prompt: `How many is ${100 + i}?`,
  completion: `it is ${100 + i}`,
  v: [2, 0],
}));
/** The rows with two among them that cannot be used: one is too long, one has no answer. */
const odd = rows.flatMap((row, i) => {
  if (i === 3) return [{ prompt: "x".repeat(90), completion: "y", v: [0, 1] }, row];
  return i === 7 ? [{ prompt: "z", completion: " ", v: [1, 1] }, row] : [row];
});
const contents = new Map<string, DatasetContent>([
  ["items", instructionSet("items", jsonLines(rows))],
  ["tests", instructionSet("tests", jsonLines(tests))],
  ["odd", instructionSet("odd", jsonLines(odd))],
  [
    "odd-vectors",
    matrixSet(
      "odd-vectors",
      odd.map(({ v }) => v),
    ),
  ],
  [
    "test-vectors",
    matrixSet(
      "test-vectors",
      tests.map(({ v }) => v),
    ),
  ],
  [
    "item-vectors",
    matrixSet(
      "item-vectors",
      rows.map(({ v }) => v),
    ),
  ],
]);
const own = {
  dataset: "items",
  test: "tests",
  training: { batch: 2, learningRate: 1e-3, schedule: "constant", warmup: 0 },
};

describe("data sets and a model of the user's", () => {
  const weights = initialWeights(weightsOf(config), 7);
  const mine = { config, weights, tokenizer: byteTokenizer };
  const models = new Map([["mine", modelFiles(mine)]]);
  const given = {
    ...own,
    model: { from: "model", model: "mine" },
    orders: ["near"],
    seeds: 1,
    subsets: { shares: [] },
  };

  test("without tasks are trained on near, far and random, with nothing off the target", async () => {
    const { output } = await run({ ...own, seeds: 1 }, { contents });
    expect(output.orders.map(({ name }) => name)).toEqual(["near", "far", "random"]);
    expect(output.offTargetItems).toBe(0);
    for (const { offTarget, offTargetEnd } of output.orders)
      expect([offTarget, offTargetEnd]).toEqual([null, null]);
    expect(output.findings[0]?.text).toContain("One seed: the spread is not known.");
  });

  test("every training begins at the model and takes its batches in its order, as one by hand does", async () => {
    const embedding = { type: "field", field: "v" };
    const { output, last } = await run(
      { ...given, orders: ["near", "far"], embedding },
      { contents, models },
    );
    const [near, far] = [orderOf(output, "near"), orderOf(output, "far")];
    expect(near.loss[0]).toEqual(far.loss[0]);
    const sorted = rows.toSorted((a, b) => a.rank - b.rank);
    for (const [{ model }, inOrder] of [
      [near, sorted],
      [far, sorted.toReversed()],
    ] as const) {
      const stored = await loadModel(last.models.get(model) ?? new Map());
      const byHand = await trainedByHand(mine, inOrder);
      const [[name, values] = ["", undefined]] = byHand;
      expect(values).not.toEqual(weights.get(name));
      for (const [name, values] of byHand) expect(stored.weights.get(name)).toEqual(values);
    }
  });

  test.each([
    [{ test: "tests", dataset: "items", orders: ["clusters"] }, "orders: clusters goes by tasks"],
    [{ maxTokens: 8 }, "maxTokens: 0 of 8 test rows have an answer and fit into 8 tokens"],
    [{ training: { batch: 8 } }, "training.batch: 44 rows make 5 steps of 8; at least 20 are needed"],
  ])("%j is refused before anything is written", async (wrong, message) => {
    const { context, artifacts, models: saved } = memoryRun({ contents });
    const input = tma.input.parse({ task: "study", ...small, ...own, ...wrong });
    await expect(tma.run(input, context)).rejects.toThrow(message);
    expect([artifacts.size, saved.size]).toEqual([0, 0]);
  });

  test("rows that are too long or have no answer are left out, whatever the vectors come by", async () => {
    const asked = { ...given, dataset: "odd", maxTokens: 60 };
    const field = await run({ ...asked, embedding: { type: "field", field: "v" } }, { contents, models });
    expect(field.output.leftOut).toEqual({ tooLong: 1, blank: 1, surplus: 0 });
    expect(field.output.items).toBe(44);
    const matrix = { type: "matrix", items: "odd-vectors", tests: "test-vectors" };
    const byLines = await run({ ...asked, embedding: matrix }, { contents, models });
    expect(byLines.last.models).toEqual(field.last.models);
    const without = await run({ ...given, embedding: { type: "field", field: "v" } }, { contents, models });
    expect(without.last.models).toEqual(field.last.models);
    const short = { ...matrix, items: "item-vectors" };
    await expect(run({ ...asked, embedding: short }, { contents, models })).rejects.toThrow(
      "embedding: 44 vectors for 46 rows (items)",
    );
  });
});

/** The model after one epoch over the rows, two a step, at a constant rate. */
async function trainedByHand(
  { config, weights }: Pick<LanguageModel, "config" | "weights">,
  inOrder: readonly { readonly prompt: string; readonly completion: string }[],
) {
  const examples = inOrder.map(({ prompt, completion }) => ({
    prompt: byteTokenizer.encode(`${prompt}\n`),
    response: byteTokenizer.encode(completion),
  }));
  let next = 0;
  const training = await createInstructionTuning(
    config,
    {
      ...{ seed: 0, threads: 1, batch: 2, length: Math.max(...examples.map(lengthOf)) },
      schedule: constantSchedule({ peak: 1e-3, steps: 22, warmupSteps: 0 }),
      adamW: adamWDefaults,
    },
    () => examples[next++] ?? { prompt: [], response: [] },
    { from: "weights", weights },
  );
  for (let step = 0; step < 22; step++) await training.advance();
  await training.release();
  return training.weights();
}

describe.skipIf(!existsSync(t0Folder))("T0 templates (skipped where ../shared/data is absent)", () => {
  test("are trained on as far as they fit and have answers, and judged on and off their target", async () => {
    const { output } = await studyToEnd(
      {
        ...{
          dataset: "t0",
          test: "t0-tests",
          model: { ...tiny, vocabulary: 1024 },
          maxTokens: 96,
          seeds: 1,
          offTarget: 8,
        },
        ...{ orders: ["near", "random"], subsets: { shares: [] }, training: { batch: 4 } },
        evaluation: { items: 8, answers: 1, early: 2, later: 1 },
      },
      { contents: t0Sets() },
    );
    expect(output.leftOut.blank).toBe(60);
    expect(output.leftOut.tooLong).toBeGreaterThan(500);
    expect(output.items).toBe(4 * output.steps);
    expect(output.offTargetItems).toBe(8);
    for (const { loss, end } of output.orders) expect(end.mean).toBeLessThan(loss[0]?.mean ?? 0);
  });
});
