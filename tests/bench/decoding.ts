import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { configure, type ModelConfig } from "../../shared/lm/config.ts";
import { createDecoder } from "../../shared/lm/decoding/create.ts";
import type { Decoder } from "../../shared/lm/decoding/decoder.ts";
import { generate } from "../../shared/lm/decoding/generate.ts";
import { logProbability, mostProbable } from "../../shared/lm/decoding/sampling.ts";
import { parametersOf } from "../../shared/lm/stored-model.ts";
import type { WeightValues } from "../../shared/lm/training.ts";
import { initialWeights } from "../../shared/lm/transformer/parameters.ts";
import { weightsOf } from "../../shared/lm/transformer/transformer.ts";
import { dataModels } from "../llama-cpp/data-models.ts";
import { writeGguf } from "../llama-cpp/gguf.ts";
import { openLlamaCpp } from "../llama-cpp/peer.ts";

interface Subject {
  readonly name: string;
  readonly config: ModelConfig;
  readonly weights: WeightValues;
  /** Tokens that are written a row. */
  readonly count: number;
  /** Whether it has learnt something, so that a loss of quality can be seen. */
  readonly trained: boolean;
}

const threads = availableParallelism();
const window = 256;
const batches = [1, 16];
/** Runs of each, in turns, so that both see the same machine; the best counts. */
const turns = 4;

/** llama.cpp is asked with one thread and with all, and its better figure counts: small models slow down with more. */
const peerThreads = [1, threads];

/** Greedy tokens a second beside llama.cpp on the same float32 weights, and what 8 bits cost. */
export async function benchDecoding() {
  const folder = await mkdtemp(join(tmpdir(), "tenfold-bench-"));
  const rows = [];
  try {
    for (const subject of await subjects()) {
      for (const batch of batches) {
        rows.push(await beside(subject, batch, folder));
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  console.table(rows);
  return rows;
}

async function subjects(): Promise<readonly Subject[]> {
  const random = (name: string, config: ModelConfig, count: number): Subject => {
    const weights = initialWeights(weightsOf(config), 0);
    return { name, config, weights, count, trained: false };
  };
  const shape = {
    vocabularySize: 32_000,
    contextLength: 1024,
    position: { type: "rope", theta: 10_000 },
  } as const;
  const swiglu = (size: number) => ({ feedForward: { type: "swiglu", size } }) as const;
  return [
    ...(await dataModels()).map((model) => ({ ...model, count: 128, trained: true })),
    random("random 15M", configure({ ...shape, dModel: 288, layers: 6, heads: 6, ...swiglu(768) }), 64),
    random("random 110M", configure({ ...shape, dModel: 768, layers: 12, heads: 12, ...swiglu(2048) }), 24),
  ];
}

async function beside(subject: Subject, batch: number, folder: string) {
  const { name, config, weights, count } = subject;
  const path = join(folder, `${name.replaceAll(" ", "-")}.gguf`);
  await writeGguf(path, config, weights);
  const options = { window, threads, rows: batch };
  const [float32, int8] = [
    await createDecoder({ config, weights }, options),
    await createDecoder({ config, weights }, { ...options, precision: "int8" }),
  ];
  const prompts = Array.from({ length: batch }, (_, row) => [1, 3 + ((7 * row) % 90), 5 + ((11 * row) % 80)]);
  const best = { float32: 0, int8: 0, peer: 0 };
  let same = 0;
  for (let turn = 0; turn < turns; turn++) {
    const ours = await continueAll(float32, prompts, count);
    const peer = await openLlamaCpp(path, { ...options, threads: peerThreads[turn % 2] ?? threads });
    const theirs = await peer.continueAll(prompts, count);
    await peer.release();
    const rounded = await continueAll(int8, prompts, count);
    best.float32 = Math.max(best.float32, (batch * count) / ours.seconds);
    best.int8 = Math.max(best.int8, (batch * count) / rounded.seconds);
    best.peer = Math.max(best.peer, theirs.texts.flat().length / theirs.seconds);
    same = theirs.texts.filter((text, row) =>
      text.every((token, i) => token === ours.texts[row]?.[i]),
    ).length;
  }
  const cost = subject.trained && batch === 1 ? await costOfRounding(float32, int8) : undefined;
  for (const each of [float32, int8]) await each.release();
  const bytes = 4 * parametersOf(config);
  return {
    model: `${name}, batch ${batch}`,
    "tokens/s": Math.round(best.float32),
    "llama.cpp tokens/s": Math.round(best.peer),
    "times llama.cpp": rounded(best.float32 / best.peer, 2),
    "same texts": `${same} of ${batch}`,
    "weights read, GB/s": rounded((bytes * best.float32) / batch / 1e9, 1),
    "int8 tokens/s": Math.round(best.int8),
    "perplexity float32": cost === undefined ? "" : rounded(cost.float32, 4),
    "perplexity int8": cost === undefined ? "" : rounded(cost.int8, 4),
  };
}

const rounded = (value: number, digits: number) => Number(value.toFixed(digits));

/** Greedy texts of all rows; the time is that of the steps. */
async function continueAll(decoder: Decoder, prompts: readonly (readonly number[])[], count: number) {
  for (const [row, prompt] of prompts.entries()) {
    decoder.rollback(0, row);
    await decoder.read(prompt.slice(0, -1), { row });
  }
  const texts: number[][] = prompts.map(() => []);
  let last = prompts.map((prompt) => prompt.at(-1) ?? 0);
  const begun = performance.now();
  for (let step = 0; step < count; step++) {
    const logits = await decoder.step(last);
    last = last.map((_, row) =>
      mostProbable(logits.subarray(row * decoder.vocabularySize, (row + 1) * decoder.vocabularySize)),
    );
    for (const [row, token] of last.entries()) texts[row]?.push(token);
  }
  return { texts, seconds: (performance.now() - begun) / 1000 };
}

/** Perplexity per token of both on a text that the float32 model has written. */
async function costOfRounding(float32: Decoder, int8: Decoder) {
  const options = { maxTokens: window - 1, temperature: 1, seed: 0 };
  const written = await Array.fromAsync(generate(float32, Uint8Array.of(1), options), ({ token }) => token);
  const perplexity = async (decoder: Decoder) => {
    decoder.rollback(0);
    const logits = await decoder.read([1, ...written.slice(0, -1)], { all: true });
    const size = decoder.vocabularySize;
    const total = written.reduce(
      (sum, token, i) => sum - logProbability(logits.subarray(i * size, (i + 1) * size), token),
      0,
    );
    return Math.exp(total / written.length);
  };
  return { float32: await perplexity(float32), int8: await perplexity(int8) };
}

if (import.meta.main) await benchDecoding();
