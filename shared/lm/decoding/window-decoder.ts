import { compile } from "../../engine/program.ts";
import type { ModelConfig } from "../config.ts";
import type { WeightValues } from "../training.ts";
import { transformer } from "../transformer/transformer.ts";
import { type Decoder, rowLengths } from "./decoder.ts";
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
  const lengths = rowLengths({ rows, window, vocabularySize });
  const held = Array.from({ length: rows }, () => new BigInt64Array(window));
  const values = Object.fromEntries(weights);
  const stepped = new Float32Array(rows * vocabularySize);

  const read = async (tokens: ArrayLike<number>, row: number, all: boolean): Promise<Float32Array> => {
    lengths.check(tokens, row);
    const feed = held[row] ?? new BigInt64Array();
    const from = lengths.of(row);
    for (let i = 0; i < tokens.length; i++) feed[from + i] = BigInt(tokens[i] ?? 0); // what stands after them is not seen: attention is causal
    const { logits } = await program.run({ ...values, tokens: feed });
    lengths.add(row, tokens.length);
    const end = from + tokens.length;
    const wanted = logits.subarray((all ? from : end - 1) * vocabularySize, end * vocabularySize);
    if (!(wanted instanceof Float32Array)) throw new TypeError("logits are float32");
    return wanted;
  };
  return {
    vocabularySize,
    rows,
    window,
    length: lengths.of,
    read: (tokens, { row = 0, all = false } = {}) => read(tokens, row, all),
    async step(tokens) {
      for (const [row, token] of tokens.entries()) if (token !== undefined) lengths.check([token], row);
      for (const [row, token] of tokens.entries()) {
        if (token !== undefined) stepped.set(await read([token], row, false), row * vocabularySize);
      }
      return stepped;
    },
    rollback: lengths.rollback,
    release: program.release,
  };
}
