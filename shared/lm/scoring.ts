import { input } from "../engine/graph.ts";
import { argmax, crossEntropy } from "../engine/ops.ts";
import { compile } from "../engine/program.ts";
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
