import { dimension, type Value } from "../../engine/graph.ts";
import { matmul } from "../../engine/ops.ts";
import { compile } from "../../engine/program.ts";
import { chunksOf, createRowFeeds, placeRow, type Tokens } from "../../lm/rows.ts";
import type { LanguageModel } from "../../lm/stored-model.ts";
import { passesOf } from "../../lm/training.ts";
import { transformer } from "../../lm/transformer/transformer.ts";

/** E[x x^T] of what a projection reads, [size, size] row by row. */
export interface Moments {
  readonly values: Float64Array;
  readonly size: number;
}

/**
 * Second moments of each attention projection's inputs over a text cut at `length`, by the layer's name;
 * projections that read the same share theirs.
 */
export async function inputMoments(
  { config, weights }: Pick<LanguageModel, "config" | "weights">,
  text: Tokens,
  { length, threads, signal }: { length: number; threads: number; signal: AbortSignal },
): Promise<ReadonlyMap<string, Moments>> {
  const rows = [...chunksOf(text, length)];
  const { batch } = passesOf(rows.length, length);
  const model = transformer(config, { batch, length });
  const read = [...new Set(model.inputs.values())];
  const outputs = Object.fromEntries(
    read.map((x): [string, Value] => [String(x.id), matmul(x, x, { transA: true })]),
  );
  const program = await compile(model.graph, outputs, { threads });
  const sums = new Map(read.map((x) => [x, new Float64Array(dimension(x.shape, -1) ** 2)]));
  const feeds = createRowFeeds(batch, length);
  try {
    for (let start = 0; start < rows.length; start += batch) {
      signal.throwIfAborted();
      rows.slice(start, start + batch).forEach((row, at) => {
        placeRow(feeds, row, at);
      });
      const products = await program.run({ ...Object.fromEntries(weights), tokens: feeds.tokens });
      for (const [x, sum] of sums) {
        products[String(x.id)]?.forEach((value, at) => {
          sum[at] = (sum[at] ?? 0) + Number(value) / (rows.length * length);
        });
      }
    }
  } finally {
    await program.release();
  }
  return new Map(
    [...model.inputs].map(([name, x]) => [
      name,
      { values: sums.get(x) ?? new Float64Array(), size: dimension(x.shape, -1) },
    ]),
  );
}
