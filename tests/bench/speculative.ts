import { availableParallelism } from "node:os";
import { adamWDefaults } from "../../shared/engine/adamw.ts";
import { cosineSchedule } from "../../shared/engine/schedule.ts";
import { configure, type ModelConfig } from "../../shared/lm/config.ts";
import { createDecoder } from "../../shared/lm/decoding/create.ts";
import type { Decoder } from "../../shared/lm/decoding/decoder.ts";
import { generate } from "../../shared/lm/decoding/generate.ts";
import {
  expectedSpeedup,
  expectedTokens,
  type SpeculativeToken,
  speculate,
} from "../../shared/lm/decoding/speculative.ts";
import { type Tokens, windowsOf } from "../../shared/lm/rows.ts";
import { parametersOf } from "../../shared/lm/stored-model.ts";
import { byteTokenizer } from "../../shared/lm/tokenizers/byte.ts";
import { createTraining } from "../../shared/lm/training.ts";
import { evenly } from "../../shared/methods/fs-gen/corpus.ts";
import { readText } from "../../shared/methods/text.ts";
import { memoryRun } from "../fixtures/memory-context.ts";

const threads = availableParallelism();
const length = 64;
const steps = 250;
const prompt = 24;
const written = length - prompt;
const prompts = 8;
const drafts = [1, 2, 3, 5, 8];
/** Each is timed so often, in turns, so that all see the same machine; the best counts. */
const turns = 4;

const sizes = {
  small: { dModel: 32, layers: 1, heads: 2 },
  large: { dModel: 192, layers: 6, heads: 6 },
} as const;

/**
 * Greedy speculative decoding's time beside plain decoding with the large model, on a pair that is trained here. Both
 * decode on one thread, so that the processor's time is that of the work; on a busy machine it is the steadier figure.
 */
export async function benchSpeculative() {
  const { text } = await readText(memoryRun().context, { characters: 2_000_000 });
  const tokens = byteTokenizer.encode(text);
  const cut = Math.floor(tokens.length * 0.9);
  const pair = {
    draft: await trained("small", tokens.subarray(0, cut)),
    target: await trained("large", tokens.subarray(0, cut)),
  };
  const asked = evenly(tokens.subarray(cut), prompts, prompt);
  const cost = await costs(pair, asked);
  const [plain, ...speculative] = await inTurns([
    () => plainly(pair.target, asked),
    ...drafts.map((draftTokens) => () => speculatively(pair, asked, draftTokens)),
  ]);
  const rows = [];
  for (const [at, draftTokens] of drafts.entries()) {
    const texts = await speculatively(pair, asked, draftTokens);
    rows.push(rowOf(at, texts, cost, ratioOf(plain, speculative[at])));
  }
  console.log(
    `a step of the small model takes ${cost.step.toFixed(3)} of one of the large one (${(1000 * cost.seconds).toFixed(2)} ms)`,
  );
  console.table(rows);
  await pair.draft.release();
  await pair.target.release();
  return rows;
}

async function trained(size: keyof typeof sizes, rows: Tokens): Promise<Decoder> {
  const config: ModelConfig = configure({
    vocabularySize: byteTokenizer.vocabularySize,
    contextLength: length,
    position: { type: "rope", theta: 10_000 },
    ...sizes[size],
  });
  const training = await createTraining(
    config,
    {
      seed: 0,
      batch: 16,
      length,
      schedule: cosineSchedule({ peak: size === "small" ? 1e-2 : 4e-3, steps, warmupSteps: 12 }),
      adamW: adamWDefaults,
      threads,
      rows: windowsOf(rows, length),
    },
    { from: "scratch" },
  );
  let loss = 0;
  while (training.step < steps) ({ loss } = await training.advance());
  console.log(`${size}: ${parametersOf(config)} parameters, training loss ${loss.toFixed(3)}`);
  const weights = training.weights();
  const decoder = await createDecoder({ config, weights }, { window: length, threads: 1 });
  await training.release();
  return decoder;
}

interface Pair {
  readonly draft: Decoder;
  readonly target: Decoder;
}

interface Costs {
  /** Of a step of the small model, in steps of the large one. */
  readonly step: number;
  /** Of reading K + 1 tokens with the large one, by the place of K. */
  readonly reading: readonly number[];
  /** Seconds of a step of the large one. */
  readonly seconds: number;
}

/** By processor time; what reading the prompts takes is measured by itself, and taken off. */
async function costs({ draft, target }: Pair, asked: readonly Tokens[]): Promise<Costs> {
  const reads = 16;
  const reader = (decoder: Decoder, count: number) => async () => {
    for (const tokens of asked) {
      decoder.rollback(0);
      await decoder.read(tokens);
      for (let at = 0; at < reads && count > 0; at++) {
        decoder.rollback(prompt);
        await decoder.read(tokens.subarray(0, count), { all: true });
      }
    }
  };
  const works = [
    reader(draft, 0),
    reader(target, 0),
    reader(draft, 1),
    reader(target, 1),
    ...drafts.map((K) => reader(target, K + 1)),
  ];
  const [draftPrompts = 0, prompts = 0, small = 0, large = 0, ...more] = (await inTurns(works)).map(
    ({ processor }) => processor,
  );
  const one = large - prompts;
  return {
    step: (small - draftPrompts) / one,
    reading: more.map((seconds) => (seconds - prompts) / one),
    seconds: one / (asked.length * reads),
  };
}

interface Took {
  readonly wall: number;
  readonly processor: number;
}

/** The least seconds of each piece of work, over a few turns of all. */
async function inTurns(works: readonly (() => Promise<unknown>)[]): Promise<Took[]> {
  const least = works.map((): Took => ({ wall: Infinity, processor: Infinity }));
  for (let turn = 0; turn <= turns; turn++) {
    for (const [at, work] of works.entries()) {
      const [begun, used] = [performance.now(), process.cpuUsage()];
      await work();
      const { user, system } = process.cpuUsage(used);
      const took = { wall: (performance.now() - begun) / 1000, processor: (user + system) / 1e6 };
      const before = least[at] ?? took;
      if (turn === 0) continue; // the first turn warms up
      least[at] = {
        wall: Math.min(before.wall, took.wall),
        processor: Math.min(before.processor, took.processor),
      };
    }
  }
  return least;
}

function ratioOf(one: Took | undefined, other: Took | undefined): Took {
  if (one === undefined || other === undefined) throw new Error("nothing was timed");
  return { wall: one.wall / other.wall, processor: one.processor / other.processor };
}

async function plainly(target: Decoder, asked: readonly Tokens[]): Promise<void> {
  for (const tokens of asked) {
    for await (const _ of generate(target, tokens, { maxTokens: written })) {
      // all of it is wanted
    }
  }
}

async function speculatively(pair: Pair, asked: readonly Tokens[], draftTokens: number) {
  const texts: SpeculativeToken[][] = [];
  for (const tokens of asked) {
    texts.push(await Array.fromAsync(speculate(pair, tokens, { maxTokens: written, draftTokens })));
  }
  return texts;
}

function rowOf(at: number, texts: readonly SpeculativeToken[][], { step, reading }: Costs, measured: Took) {
  const K = drafts[at] ?? 0;
  const all = texts.flat();
  const drafted = all.filter(({ accepted }) => accepted !== undefined);
  const A = drafted.filter(({ accepted }) => accepted === true).length / drafted.length;
  const calls = texts.reduce((sum, text) => sum + (text.at(-1)?.call ?? 0) + 1, 0);
  const tokens = expectedTokens(A, K);
  return {
    K,
    "acceptance A": Number(A.toFixed(3)),
    "tokens a call": Number((all.length / calls).toFixed(2)),
    "by formula": Number(tokens.toFixed(2)),
    "speed by formula": Number(expectedSpeedup(A, K, step).toFixed(2)),
    "with the cost of reading K + 1": Number((tokens / (K * step + (reading[at] ?? 1))).toFixed(2)),
    "speed, processor": Number(measured.processor.toFixed(2)),
    "speed, wall": Number(measured.wall.toFixed(2)),
  };
}

if (import.meta.main) await benchSpeculative();
