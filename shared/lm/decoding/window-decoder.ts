import { compile } from "../../engine/program.ts";
import type { ModelConfig } from "../config.ts";
import type { WeightValues } from "../training.ts";
import { transformer } from "../transformer/transformer.ts";
import type { Decoder } from "./decoder.ts";
import { decoderOver } from "./decoder-over.ts";
import type { DecoderOptions } from "./options.ts";

/**
 * A decoder without a cache: it computes its whole window for every call. Simple, exact and slow: for layers
 * that no other decoder knows, and to hold the others to.
 */
export async function windowDecoder(
  config: ModelConfig,
  weights: WeightValues,
  { window, threads, rows = 1 }: DecoderOptions,
): Promise<Decoder> {
  const { vocabularySize } = config;
  const model = transformer(config, { batch: 1, length: window });
  const program = await compile(model.graph, { logits: model.logits }, { threads });
  const held = Array.from({ length: rows }, () => new BigInt64Array(window));
  const values = Object.fromEntries(weights);
  return decoderOver({
    vocabularySize,
    rows,
    window,
    async read(tokens, { row, from, all }) {
      const feed = held[row] ?? new BigInt64Array();
      feed.set(BigInt64Array.from(tokens, BigInt), from); // what stands after them is not seen: attention is causal
      const { logits } = await program.run({ ...values, tokens: feed });
      const end = from + tokens.length;
      const wanted = logits.subarray((all ? from : end - 1) * vocabularySize, end * vocabularySize);
      if (!(wanted instanceof Float32Array)) throw new TypeError("logits are float32");
      return wanted;
    },
    release: program.release,
  });
}
