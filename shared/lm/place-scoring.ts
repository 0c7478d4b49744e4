import { createGraph, input, type Value } from "../engine/graph.ts";
import { crossEntropy, gatherElements, linear, logSoftmax, mul, reshape, topK } from "../engine/ops.ts";
import { compile, type Feed, type Program } from "../engine/program.ts";
import type { ModelConfig } from "./config.ts";
import { createRowFeeds, type Tokens } from "./rows.ts";
import type { WeightValues } from "./training.ts";
import { transformer } from "./transformer/transformer.ts";

/** What a model says of the places 1.. of a row, each given the tokens before it. */
export interface RowPlaces {
  /** log p of the token that stands there, in nats. */
  readonly logProbabilities: Float32Array;
  /** The state that its logits are made of, [places, dModel]; a view that the next pass overwrites. */
  readonly states: Float32Array;
}

export interface PlaceScorer {
  /** Most tokens of a row less one. */
  readonly length: number;
  /** Most rows of a pass. */
  readonly batch: number;
  /** Scores up to `batch` rows of 2 to `length` + 1 tokens in one pass; short rows cost as much as long ones. */
  score(rows: readonly Tokens[]): Promise<RowPlaces[]>;
  release(): Promise<void>;
}

/** Tokens of a pass, and logits that it holds at most: they bound its memory. */
const passTokens = 4096;
const passLogits = 2 ** 24;

/** Rows of a pass that keep it within 4,096 tokens, and its logits within 64 MiB. */
export function placeBatch(vocabularySize: number, length: number): number {
  return Math.max(1, Math.floor(Math.min(passTokens, passLogits / vocabularySize) / length));
}

/** Probabilities of every token of a text in one teacher-forced pass, taken in the graph: its logits do not leave it. */
export async function createPlaceScorer(
  config: ModelConfig,
  weights: WeightValues,
  {
    length,
    threads,
    batch = placeBatch(config.vocabularySize, length),
  }: { readonly length: number; readonly threads: number; readonly batch?: number },
): Promise<PlaceScorer> {
  const model = transformer(config, { batch, length });
  const targets = input(model.graph, "targets", "int64", [batch * length]);
  const outputs = { losses: crossEntropy(model.logits, targets), states: model.hidden };
  const program = await compile(model.graph, outputs, { threads });
  const rowFeeds = createRowFeeds(batch, length);
  const [words, targetWords] = [lowWords(rowFeeds.tokens), lowWords(rowFeeds.targets)];
  const feeds = { ...Object.fromEntries(weights), ...rowFeeds };
  const { dModel } = config;
  return {
    length,
    batch,
    async score(rows) {
      if (rows.length > batch) throw new RangeError(`${rows.length} rows in a pass of ${batch}`);
      for (const [at, row] of rows.entries()) {
        const places = row.length - 1;
        if (places < 1 || places > length) {
          throw new RangeError(`a row of ${row.length} tokens, not 2 to ${length + 1}`);
        }
        for (let i = 0; i < places; i++) {
          words[2 * (at * length + i)] = row[i] ?? 0;
          targetWords[2 * (at * length + i)] = row[i + 1] ?? 0;
        }
      }
      const { losses, states } = await program.run(feeds);
      return rows.map((row, at) => {
        const [from, to] = [at * length, at * length + row.length - 1];
        return {
          logProbabilities: floats(losses)
            .slice(from, to)
            .map((loss) => -loss),
          states: floats(states).subarray(from * dModel, to * dModel),
        };
      });
    },
    release: program.release,
  };
}

/** What may stand at a place: log p under softmax(logits / temperature) over the whole vocabulary. */
export interface TopTokens {
  /** Of the token that stands there. */
  readonly logProbability: number;
  /** The k most probable tokens, the most probable first, and theirs. */
  readonly topTokens: ArrayLike<number>;
  readonly topLogProbabilities: ArrayLike<number>;
}

/** A place of a scored row: its state [dModel], and the token that stands there. */
export interface WantedPlace {
  readonly state: Float32Array;
  readonly token: number;
}

export interface TopScorer {
  /** The most probable tokens at these places, in their order. */
  top(places: readonly WantedPlace[]): Promise<TopTokens[]>;
  release(): Promise<void>;
}

export interface TopOptions {
  readonly k: number;
  readonly temperature: number;
  readonly threads: number;
}

/** Places that go through the output head at once: a session for each, made when it is needed. */
const headSizes = [16, 64, 256];

/**
 * The most probable tokens of chosen places: only they pay for a search over the vocabulary, which takes longer
 * than a small model. It too is done in the graph.
 */
export function createTopScorer(config: ModelConfig, weights: WeightValues, options: TopOptions): TopScorer {
  const made = new Map<number, ReturnType<typeof createHead>>();
  const headOf = (size: number) => {
    const head = made.get(size) ?? createHead(config, weights, size, options);
    made.set(size, head);
    return head;
  };
  const largest = headSizes.at(-1) ?? 1;
  return {
    async top(places) {
      const found: TopTokens[] = [];
      for (let from = 0; from < places.length; from += largest) {
        const part = places.slice(from, from + largest);
        const head = await headOf(headSizes.find((size) => size >= part.length) ?? largest);
        found.push(...(await head.run(part)));
      }
      return found;
    },
    async release() {
      for (const head of made.values()) await (await head).release();
    },
  };
}

type HeadOutput = "own" | "values" | "indices";

async function createHead(
  { vocabularySize, dModel, tiedHead }: ModelConfig,
  weights: WeightValues,
  size: number,
  { k, temperature, threads }: TopOptions,
) {
  const graph = createGraph();
  const states = input(graph, "states", "float32", [size, dModel]);
  const targets = input(graph, "targets", "int64", [size]);
  const name = tiedHead ? "model.embed_tokens.weight" : "lm_head.weight";
  const logits = linear(states, input(graph, name, "float32", [vocabularySize, dModel]));
  const outputs = headOutputs(temperature === 1 ? logits : mul(logits, 1 / temperature), targets, size, k);
  const head = weights.get(name);
  if (head === undefined) throw new Error(`no weight ${name}`);
  const program: Program<HeadOutput> = await compile(graph, outputs, { threads });
  const feeds = {
    states: new Float32Array(size * dModel),
    targets: new BigInt64Array(size),
    [name]: head,
  };
  const words = lowWords(feeds.targets);
  return {
    async run(places: readonly WantedPlace[]): Promise<TopTokens[]> {
      for (const [at, { state, token }] of places.entries()) {
        feeds.states.set(state, at * dModel);
        words[2 * at] = token;
      }
      const { own, values, indices } = await program.run(feeds);
      return places.map((_, at) => ({
        logProbability: floats(own)[at] ?? Number.NaN,
        topTokens: tokensOf(indices, at * k, k),
        topLogProbabilities: floats(values).slice(at * k, (at + 1) * k),
      }));
    },
    release: program.release,
  };
}

function headOutputs(logits: Value, targets: Value, size: number, k: number): Record<HeadOutput, Value> {
  const logs = logSoftmax(logits);
  const own = reshape(gatherElements(logs, reshape(targets, [size, 1])), [size]);
  return { own, ...topK(logs, k) };
}

/** The 32-bit words of 64-bit integers, low ones at even places: tokens need no more, and BigInt is slow. */
const lowWords = (integers: BigInt64Array) =>
  new Int32Array(integers.buffer, integers.byteOffset, 2 * integers.length);

function floats(values: Feed): Float32Array {
  if (!(values instanceof Float32Array)) throw new TypeError("log-probabilities and states are float32");
  return values;
}

function tokensOf(indices: Feed, from: number, count: number): Int32Array {
  if (!(indices instanceof BigInt64Array)) throw new TypeError("tokens are int64");
  const words = lowWords(indices);
  return Int32Array.from({ length: count }, (_, i) => words[2 * (from + i)] ?? 0);
}
