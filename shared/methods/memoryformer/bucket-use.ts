import { signHash } from "../../engine/ops.ts";
import { compile } from "../../engine/program.ts";
import type { ModelConfig } from "../../lm/config.ts";
import { createRowFeeds, placeRow, chunksOf as rowsOf, type Tokens } from "../../lm/rows.ts";
import type { WeightValues } from "../../lm/training.ts";
import { transformer } from "../../lm/transformer/transformer.ts";
import type { BucketUse } from "./output.ts";

/** How a trained model's Memory Layers use their buckets on a text: nothing for a model without them. */
export async function bucketUse(
  config: ModelConfig,
  weights: WeightValues,
  text: Tokens,
  { length, threads }: { length: number; threads: number },
): Promise<readonly BucketUse[]> {
  const { attention, feedForward } = config;
  if (attention.type !== "memory" || feedForward.type !== "memory") return [];
  const model = transformer(config, { batch: 1, length });
  const layers = [...model.inputs].flatMap(([name, x]) => {
    if (!name.endsWith("_memory")) return [];
    const deeper = { ...feedForward, bits: feedForward.bits + feedForward.extraBits };
    const hash = name.endsWith("down_memory") ? deeper : name.endsWith("up_memory") ? feedForward : attention;
    return [{ name, bits: hash.bits, codes: signHash(x, hash).codes }];
  });
  const outputs = Object.fromEntries(layers.map(({ name, codes }) => [`codes ${name}`, codes]));
  const program = await compile(model.graph, outputs, { threads });
  const feeds = createRowFeeds(1, length);
  const counts = layers.map(({ bits, codes }) => chunkCounts(codes.shape[1] ?? 0, bits));
  for (const row of rowsOf(text, length)) {
    placeRow(feeds, row, 0);
    const found = await program.run({ ...Object.fromEntries(weights), ...feeds });
    for (const [at, { name }] of layers.entries()) add(counts[at] ?? [], found[`codes ${name}`] ?? []);
  }
  await program.release();
  return layers.map(({ name, bits }, at) => ({
    layer: name.replace("model.", ""),
    bits,
    ...summary(counts[at] ?? [], bits),
  }));
}

const chunkCounts = (chunks: number, bits: number) =>
  Array.from({ length: chunks }, () => new Float64Array(2 ** bits));

function add(counts: readonly Float64Array[], codes: ArrayLike<bigint | number>): void {
  for (let i = 0; i < codes.length; i++) {
    const chunk = counts[i % counts.length];
    const code = Number(codes[i]);
    if (chunk !== undefined) chunk[code] = (chunk[code] ?? 0) + 1;
  }
}

/** Share of buckets used, entropy over bits, and the share of lookups of the most used buckets, as means over chunks. */
export function summary(
  counts: readonly Float64Array[],
  bits: number,
): Pick<BucketUse, "used" | "entropy" | "shares"> {
  const chunks = counts.map((each) => {
    const total = each.reduce((sum, count) => sum + count, 0);
    return each
      .map((count) => count / total)
      .sort()
      .reverse();
  });
  const mean = (of: (shares: Float64Array) => number) =>
    chunks.reduce((sum, chunk) => sum + of(chunk), 0) / chunks.length;
  const entropy = mean((shares) => shares.reduce((sum, p) => (p > 0 ? sum - p * Math.log2(p) : sum), 0));
  return {
    used: mean((shares) => shares.filter((p) => p > 0).length / shares.length),
    entropy: entropy / bits,
    shares: Array.from({ length: bits + 1 }, (_, power) => ({
      rank: 2 ** power,
      share: mean((shares) => shares.subarray(0, 2 ** power).reduce((sum, p) => sum + p, 0)),
    })),
  };
}
