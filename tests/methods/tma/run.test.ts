import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { DatasetContent } from "../../../shared/methods/contract.ts";
import tma from "../../../shared/methods/tma/method.ts";
import { syntheticData } from "../../../shared/methods/tma/synthetic/generate.ts";
import { type MemoryOptions, type MemoryRun, memoryRun } from "../../fixtures/memory-context.ts";
import { bruteForceRounds } from "./brute-force.ts";
import { instructionSet, jsonLines, matrixSet } from "./contents.ts";
import { arrangeToEnd } from "./to-end.ts";

const small = {
  synthetic: { families: 6, perFamily: 60, targets: 2, tests: 20 },
  embedding: { type: "tfidf", dimensions: 64 },
  budget: { nearest: 30, farthest: 20 },
  write: ["near", "far", "near-budget", "clusters"],
};
const run = (given: object = {}, options: MemoryOptions = {}) =>
  arrangeToEnd({ ...small, ...given }, options);

const bodyOf = (last: MemoryRun, name: string): string => {
  const body = last.artifacts.get(name)?.body;
  if (body === undefined) throw new Error(`no ${name}`);
  return typeof body === "string" ? body : Buffer.from(body).toString("utf8");
};
interface Line {
  readonly instruction: string;
  readonly index: number;
  readonly round: number;
  readonly similarity: number;
  readonly task?: string;
}
const linesOf = (last: MemoryRun, name: string): Line[] =>
  bodyOf(last, name)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("an arrangement of generated families", () => {
  test("gives rounds, orders, findings and files that fit each other", async () => {
    const { output, last } = await run();
    expect(output.items).toBe(360);
    expect(output.tests).toEqual({ selecting: 10, heldOut: 10 });
    expect(output.rounds).toHaveLength(output.roundCount);
    expect(output.rounds.reduce((sum, { size }) => sum + size, 0)).toBe(360);
    expect(output.orders.map(({ name, items, draws }) => `${name} ${items} ${draws}`)).toEqual([
      "near 360 1",
      "far 360 1",
      "random 360 5",
      "round-robin 360 1",
      "clusters 360 1",
      "near-tasks 360 1",
      "far-tasks 360 1",
      "near-budget 50 1",
      "far-budget 50 1",
    ]);
    const whole = output.orders.slice(0, 7).map(({ stretches }) => stretches.at(-1));
    for (const stretch of whole) {
      expect(stretch?.nearest.mean).toBeCloseTo(whole[0]?.nearest.mean ?? 0, 6);
      expect(stretch?.coverage.mean).toBeCloseTo(whole[0]?.coverage.mean ?? 0, 6);
      expect(stretch?.bigramDivergence.mean).toBeCloseTo(whole[0]?.bigramDivergence.mean ?? 0, 6);
      expect(stretch?.onTarget?.mean).toBeCloseTo(1 / 3, 6);
    }
    expect(output.findings.map(({ claim, holds }) => [claim, holds])).toContainEqual([
      "The near order begins with data nearer to the held-out test items than a random order does",
      true,
    ]);
    expect([...last.artifacts.keys()]).toEqual([
      "near.jsonl",
      "far.jsonl",
      "near-budget.jsonl",
      "clusters.jsonl",
      "items.csv",
      "report.html",
      "similarity-along-the-order.svg",
      "similarity-by-round.svg",
      "sizes-of-rounds.svg",
      "tasks-along-the-order.svg",
      "orders.csv",
      "tasks.csv",
      "rounds.csv",
    ]);
    expect(output.files.map(({ name, bytes }) => [name, bytes])).toEqual(
      small.write.map((order) => [`${order}.jsonl`, last.artifacts.get(`${order}.jsonl`)?.body.length]),
    );
  });

  test("writes the rows in each order, with their round and similarity", async () => {
    const { last } = await run();
    const { items } = syntheticData(small.synthetic, 0);
    const near = linesOf(last, "near.jsonl");
    for (const { index, instruction, task } of near) {
      expect(items[index]).toMatchObject({ instruction, task });
    }
    const rounds = near.map(({ round }) => round);
    expect(rounds).toEqual(rounds.toSorted((a, b) => a - b));
    for (const [at, line] of near.entries()) {
      const before = near[at - 1];
      if (before?.round === line.round) expect(line.similarity).toBeLessThanOrEqual(before.similarity);
    }
    const indices = near.map(({ index }) => index);
    expect(linesOf(last, "far.jsonl").map(({ index }) => index)).toEqual(indices.toReversed());
    const tasks = linesOf(last, "clusters.jsonl").map(({ task }) => task);
    expect(tasks.filter((task, at) => task !== tasks[at - 1])).toHaveLength(6);
    const budget = linesOf(last, "near-budget.jsonl");
    for (const [at, line] of budget.entries()) {
      const before = budget[at - 1];
      if (before === undefined) continue;
      if (before.round === line.round) expect(line.index).toBeGreaterThan(before.index);
      else expect(line.round).toBeGreaterThan(before.round);
    }
    expect(budget[29]?.round).toBe(near[29]?.round);
    expect(budget[30]?.round).toBe(near[near.length - 20]?.round);
    const table = bodyOf(last, "items.csv").trimEnd().split("\r\n");
    expect(table).toHaveLength(361);
    const first = near[0];
    const row = table[(first?.index ?? 0) + 1]?.split(",");
    expect(row?.slice(0, 4)).toEqual([String(first?.index), first?.task, "1", "1"]);
    expect(Number(row?.[4])).toBeCloseTo(first?.similarity ?? 0, 5);
    // The similarity that an item is taken at is at most that with its nearest test item.
    for (const line of table.slice(1)) {
      const cells = line.split(",").map(Number);
      expect(cells[4]).toBeLessThanOrEqual((cells[7] ?? 0) + 1e-6);
    }
  });

  test("cut after every unit of work and resumed, leaves the same bytes", async () => {
    const whole = await run();
    let asked = 0;
    const cut = await run({}, { outOfTime: () => ++asked % 3 === 0 });
    expect(cut.slices).toBeGreaterThan(10);
    expect(cut.output).toEqual(whole.output);
    expect(cut.last.artifacts).toEqual(whole.last.artifacts);
  });

  test("killed after any checkpoint and begun again from it, ends the same", async () => {
    const whole = await run();
    let asked = 0;
    const { last } = await run({}, { outOfTime: () => ++asked === 2 || asked === 20 });
    expect(last.checkpoints.length).toBeGreaterThan(0);
    for (const from of last.checkpoints) expect((await run({}, { from })).output).toEqual(whole.output);
  });

  test("another seed gives other data; files of a small size are several, and join to the same", async () => {
    const [one, other] = [await run(), await run({}, { seed: 1 })];
    expect(other.output.rounds).not.toEqual(one.output.rounds);
    const parts = await run({ write: ["near"], shardBytes: 20_000 });
    expect(parts.output.files.length).toBeGreaterThan(2);
    expect(parts.output.files.map(({ name }) => bodyOf(parts.last, name)).join("")).toBe(
      bodyOf(one.last, "near.jsonl"),
    );
  });

  test("stops when it is cancelled", async () => {
    const { context } = memoryRun();
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(
      tma.run(tma.input.parse({ task: "arrange", ...small }), { ...context, signal }),
    ).rejects.toThrow("enough");
  });
});

describe("the sentence encoder", () => {
  test("finds the items of the test set's tasks; cut and resumed, leaves the same bytes", async () => {
    const given = {
      synthetic: { families: 4, perFamily: 8, targets: 1, tests: 8 },
      embedding: { type: "encoder" },
      budget: undefined,
      write: ["near"],
    };
    const whole = await run(given);
    expect(whole.output.embedding).toEqual({ type: "encoder", dimensions: 512 });
    expect(whole.output.orders[0]?.stretches[1]?.onTarget?.mean).toBe(1);
    let asked = 0;
    const cut = await run(given, { outOfTime: () => [2, 4].includes(++asked) });
    expect(cut.slices).toBe(3);
    expect(cut.last.artifacts).toEqual(whole.last.artifacts);
  });
});

const vectors = {
  items: [
    [1, 0],
    [0.9, 0.2],
    [0, 1],
    [-1, 0.1],
    [0.5, 0.6],
    [0.2, -1],
  ],
  tests: [
    [1, 0.1],
    [0.1, 1],
  ],
};
const rowsOf = (list: readonly number[][]) =>
  list.map((v, i) => ({ prompt: `question ${i}`, completion: "yes", v }));
const own: [string, DatasetContent][] = [
  ["items", instructionSet("items", jsonLines(rowsOf(vectors.items)))],
  ["tests", instructionSet("tests", jsonLines(rowsOf(vectors.tests)))],
  ["item-vectors", matrixSet("item-vectors", vectors.items)],
  ["test-vectors", matrixSet("test-vectors", vectors.tests)],
];
const contents = new Map(own);
const ownVectors = (embedding: object, given: object = {}, options: MemoryOptions = {}) =>
  arrangeToEnd(
    { dataset: "items", test: "tests", embedding, heldOut: 0, ...given },
    { contents, ...options },
  );

describe("vectors of the user's", () => {
  const unit = (row: readonly number[]) => row.map((value) => value / Math.hypot(...row));
  const expected = bruteForceRounds(vectors.items.map(unit), vectors.tests.map(unit)).flat();

  test.each([
    [{ type: "field", field: "v" }],
    [{ type: "matrix", items: "item-vectors", tests: "test-vectors" }],
  ])("%j are what the rounds go by", async (embedding) => {
    const { output, last } = await ownVectors(embedding);
    expect(linesOf(last, "near.jsonl").map(({ index }) => index)).toEqual(expected);
    expect(output).toMatchObject({ reportedOn: "selecting", optimism: null, tasks: [] });
    expect(output.orders.map(({ name }) => name)).toEqual(["near", "far", "random"]);
    let asked = 0;
    const cut = await ownVectors(embedding, {}, { outOfTime: () => ++asked % 2 === 0 });
    expect(cut.slices).toBeGreaterThan(1);
    expect(cut.last.artifacts).toEqual(last.artifacts);
  });

  test.each([
    [
      "a field that is not there",
      { type: "field", field: "w" },
      {},
      "embedding.field: row 1 of items has no list",
    ],
    [
      "too few lines",
      { type: "matrix", items: "test-vectors", tests: "test-vectors" },
      {},
      "2 vectors for 6 rows",
    ],
    [
      "too many lines",
      { type: "matrix", items: "item-vectors", tests: "item-vectors" },
      {},
      "more vectors than the 2 rows",
    ],
    [
      "tasks that are not there",
      { type: "tfidf" },
      { write: ["round-robin"] },
      "write: the order round-robin goes by tasks",
    ],
    [
      "a budget above the data",
      { type: "tfidf" },
      { budget: {} },
      "budget: 15000 nearest and 15000 farthest items overlap",
    ],
    ["a test set that cannot be split", { type: "tfidf" }, { heldOut: 0.1 }, "heldOut: a test set of 2"],
  ])("%s: refused before anything is written", async (_, embedding, given, message) => {
    const { context, artifacts } = memoryRun({ contents });
    const input = tma.input.parse({
      task: "arrange",
      dataset: "items",
      test: "tests",
      heldOut: 0,
      embedding,
      ...given,
    });
    await expect(tma.run(input, context)).rejects.toThrow(message);
    expect(artifacts.size).toBe(0);
  });
});

const data = join(import.meta.dirname, "../../../../shared/data/instructions");

describe.skipIf(!existsSync(join(data, "t0")))("real data (skipped where ../shared/data is absent)", () => {
  const readT0 = () =>
    readdirSync(join(data, "t0"))
      .filter((name) => name.endsWith(".jsonl"))
      .map((name) => ({
        name: name.replace(".jsonl", ""),
        text: readFileSync(join(data, "t0", name), "utf8"),
      }));
  const rowsIn = ({ name, text }: { name: string; text: string }) =>
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => ({ ...JSON.parse(line), task: name }));

  test("T0 templates: for test items of three templates the near order begins with theirs", async () => {
    const templates = readT0().map(rowsIn);
    const wanted = templates.filter((rows) => rows.length > 9).slice(0, 3);
    const items = templates.flatMap((rows) => (wanted.includes(rows) ? rows.slice(6) : rows));
    const tests = wanted.flatMap((rows) => rows.slice(0, 6));
    const t0 = new Map([
      ["items", instructionSet("items", jsonLines(items))],
      ["tests", instructionSet("tests", jsonLines(tests))],
    ]);
    const { output } = await arrangeToEnd({ dataset: "items", test: "tests" }, { contents: t0 });
    expect(output.items).toBe(items.length);
    const [near, , random] = output.orders.map(({ stretches }) => stretches[0]);
    expect(near?.onTarget?.mean).toBeGreaterThan(2 * (random?.onTarget?.mean ?? 1));
    expect(near?.nearest.mean).toBeGreaterThan(random?.nearest.mean ?? 1);
  });

  test("Alpaca demo rows, one JSON array without tasks, arranged for T0's questions", async () => {
    const t0 = readT0().flatMap(rowsIn).slice(0, 60);
    const both = new Map([
      ["items", instructionSet("items", readFileSync(join(data, "alpaca-en-demo.json"), "utf8"))],
      ["tests", instructionSet("tests", jsonLines(t0))],
    ]);
    const { output, last } = await arrangeToEnd({ dataset: "items", test: "tests" }, { contents: both });
    expect(output.items).toBeGreaterThan(500);
    expect(linesOf(last, "near.jsonl")).toHaveLength(output.items);
    expect(output.findings[0]?.holds).toBe(true);
  });
});
