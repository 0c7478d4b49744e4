import { dimension, input, type Value } from "../engine/graph.ts";
import { argmax, crossEntropy, gatherElements, logSoftmax, mul, reshape, topK } from "../engine/ops.ts";
import { compile, type Feed } from "../engine/program.ts";
import type { ModelConfig } from "./config.ts";
import { chunksOf, createRowFeeds, placeRow, type Tokens } from "./rows.ts";
import type { WeightValues } from "./training.ts";
import { transformer } from "./transformer/transformer.ts";

/** Tokens that one forward pass takes at most, unless a single row is longer. */
const passTokens = 4096;

/** What a model says of one row: of tokens 1.., each given those before it. */
export interface RowScore {
  /** -log p(token), in nats, for tokens 1 .. length of the row. */
  readonly losses: Float32Array;
  /** The most probable token at the same places. */
  readonly predictions: Int32Array;
}

export interface Scorer {
  readonly length: number;
  /** Scores rows of `length` + 1 tokens each, in order. */
  score(rows: Iterable<Tokens>): AsyncGenerator<RowScore>;
  release(): Promise<void>;
}

/**
 * Scores rows at one length, which need not be the length of the training. Memory is bounded: rows go
 * through in batches of some 4,096 tokens, and attention over long rows in blocks of queries.
 */
export async function createScorer(
  config: ModelConfig,
  weights: WeightValues,
  {
    length,
    threads,
    batch = Math.max(1, Math.floor(passTokens / length)),
  }: { length: number; threads: number; batch?: number },
): Promise<Scorer> {
  const model = transformer(config, { batch, length });
  const targets = input(model.graph, "targets", "int64", [batch * length]);
  const outputs = { losses: crossEntropy(model.logits, targets), predictions: argmax(model.logits, -1) };
  const program = await compile(model.graph, outputs, { threads });
  const rowFeeds = createRowFeeds(batch, length);
  const feeds = { ...Object.fromEntries(weights), ...rowFeeds };
  const place = (row: Tokens, at: number) => {
    if (row.length !== length + 1) throw new RangeError(`a row of ${row.length} tokens, not ${length + 1}`);
    placeRow(rowFeeds, row, at);
  };
  return {
    length,
    async *score(rows) {
      for (const group of batchesOf(rows, batch)) {
        for (const [at, row] of group.entries()) place(row, at);
        const { losses, predictions } = await program.run(feeds);
        for (let at = 0; at < group.length; at++) {
          const span = [at * length, (at + 1) * length] as const;
          yield {
            losses: Float32Array.from(losses.subarray(...span), Number),
            predictions: Int32Array.from(predictions.subarray(...span), Number),
          };
        }
      }
    },
    release: program.release,
  };
}

function* batchesOf<T>(items: Iterable<T>, size: number): Generator<readonly T[]> {
  let group: T[] = [];
  for (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** Mean -log p of a text's tokens in nats when it is cut at the scorer's length; perplexity is its exponential. */
export async function meanLoss(scorer: Scorer, text: Tokens): Promise<number> {
  let [total, count] = [0, 0];
  for await (const { losses } of scorer.score(chunksOf(text, scorer.length))) {
    for (const loss of losses) total += loss;
    count += losses.length;
  }
  if (count === 0) throw new RangeError(`a text of ${text.length} tokens has no row of ${scorer.length + 1}`);
  return total / count;
}

/** What a model says of the places 1.. of a row, each given the tokens before it. */
export interface PlaceScore {
  /** log p of the token that stands there, in nats. */
  readonly logProbabilities: Float32Array;
  /** The same of softmax(logits / temperature); the same array at temperature 1. */
  readonly tempered: Float32Array;
  /** The k most probable tokens of each place, [places, k], the most probable first. */
  readonly topTokens: Int32Array;
  /** log p of those under softmax(logits / temperature), over the whole vocabulary. */
  readonly topLogProbabilities: Float32Array;
}

export interface PlaceScorer {
  /** Most tokens of a row less one. */
  readonly length: number;
  /** Most rows of a pass. */
  readonly batch: number;
  readonly k: number;
  /** Scores up to `batch` rows of 2 to `length` + 1 tokens in one pass; short rows cost as much as long ones. */
  score(rows: readonly Tokens[]): Promise<PlaceScore[]>;
  release(): Promise<void>;
}

export interface PlaceOptions {
  readonly length: number;
  readonly threads: number;
  readonly k: number;
  /** Divides the logits of what is drawn from. */
  readonly temperature: number;
  readonly batch?: number;
}

/** Logits that a pass holds at most: bounds its memory where the vocabulary is large. */
const passLogits = 2 ** 24;

/** Rows of a pass that keep it within some 4,096 tokens, and its logits within 64 MiB. */
export function placeBatch(vocabularySize: number, length: number): number {
  return Math.max(1, Math.floor(Math.min(passTokens, passLogits / vocabularySize) / length));
}

/**
 * Probabilities of every token of a text and the most probable tokens in its place, in one teacher-forced pass.
 * Both are taken in the graph: of the vocabulary, nothing but they leaves it.
 */
export async function createPlaceScorer(
  config: ModelConfig,
  weights: WeightValues,
  { length, threads, k, temperature, batch = placeBatch(config.vocabularySize, length) }: PlaceOptions,
): Promise<PlaceScorer> {
  const model = transformer(config, { batch, length });
  const targets = input(model.graph, "targets", "int64", [batch * length]);
  const program = await compile(model.graph, placesOf(model.logits, targets, k, temperature), { threads });
  const rowFeeds = createRowFeeds(batch, length);
  const [words, targetWords] = [lowWords(rowFeeds.tokens), lowWords(rowFeeds.targets)];
  const feeds = { ...Object.fromEntries(weights), ...rowFeeds };
  return {
    length,
    batch,
    k,
    async score(rows) {
      if (rows.length > batch) throw new RangeError(`${rows.length} rows in a pass of ${batch}`);
      for (const [at, row] of rows.entries()) {
        const places = row.length - 1;
        if (places < 1 || places > length)
          throw new RangeError(`a row of ${row.length} tokens, not 2 to ${length + 1}`);
        for (let i = 0; i < places; i++) {
          words[2 * (at * length + i)] = row[i] ?? 0;
          targetWords[2 * (at * length + i)] = row[i + 1] ?? 0;
        }
      }
      const { own, tempered, top, indices } = await program.run(feeds);
      return rows.map((row, at) => {
        const part = (values: Feed, each: number) =>
          floats(values).slice(at * length * each, (at * length + row.length - 1) * each);
        const logProbabilities = part(own, 1);
        return {
          logProbabilities,
          tempered: temperature === 1 ? logProbabilities : part(tempered, 1),
          topTokens: tokensOf(indices, at * length * k, (row.length - 1) * k),
          topLogProbabilities: part(top, k),
        };
      });
    },
    release: program.release,
  };
}

/** log p of the targets [n] at both temperatures, and the k largest log p [n, k] with their tokens. */
function placesOf(logits: Value, targets: Value, k: number, temperature: number) {
  const rows = dimension(logits.shape, 0);
  const at = (logs: Value) => reshape(gatherElements(logs, reshape(targets, [rows, 1])), [rows]);
  const plain = logSoftmax(logits);
  const tempered = temperature === 1 ? plain : logSoftmax(mul(logits, 1 / temperature));
  const { values, indices } = topK(tempered, k);
  return { own: at(plain), tempered: at(tempered), top: values, indices };
}

/** The 32-bit words of 64-bit integers, low ones at even places: tokens need no more, and BigInt is slow. */
const lowWords = (integers: BigInt64Array) =>
  new Int32Array(integers.buffer, integers.byteOffset, 2 * integers.length);

function floats(values: Feed): Float32Array {
  if (!(values instanceof Float32Array)) throw new TypeError("log-probabilities are float32");
  return values;
}

function tokensOf(indices: Feed, from: number, count: number): Int32Array {
  if (!(indices instanceof BigInt64Array)) throw new TypeError("tokens are int64");
  const words = lowWords(indices);
  const tokens = new Int32Array(count);
  for (let i = 0; i < count; i++) tokens[i] = words[2 * (from + i)] ?? 0;
  return tokens;
}
