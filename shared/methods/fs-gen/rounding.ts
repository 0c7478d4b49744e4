import { createDecoder } from "../../lm/decoding/create.ts";
import type { DecoderOptions } from "../../lm/decoding/options.ts";
import { logProbability } from "../../lm/decoding/sampling.ts";
import type { LanguageModel } from "../../lm/stored-model.ts";

/** Perplexity per token of one text in both precisions; the first token is context alone. */
export interface Rounding {
  readonly tokens: number;
  readonly float32: number;
  readonly int8: number;
}

/** What 8 bits cost a model on the beginning of a text, as much of it as the window takes. */
export async function roundingOf(
  model: LanguageModel,
  text: readonly number[],
  options: Pick<DecoderOptions, "window" | "threads">,
): Promise<Rounding> {
  const tokens = text.slice(0, options.window);
  const perplexity = async (precision: "float32" | "int8"): Promise<number> => {
    const decoder = await createDecoder(model, { ...options, precision });
    try {
      const logits = await decoder.read(tokens, { all: true });
      const size = decoder.vocabularySize;
      const total = tokens.slice(1).reduce((sum, token, i) => {
        return sum - logProbability(logits.subarray(i * size, (i + 1) * size), token);
      }, 0);
      return Math.exp(total / (tokens.length - 1));
    } finally {
      await decoder.release();
    }
  };
  return {
    tokens: tokens.length - 1,
    float32: await perplexity("float32"),
    int8: await perplexity("int8"),
  };
}
