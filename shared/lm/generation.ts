import { compile } from "../engine/program.ts";
import type { ModelConfig } from "./config.ts";
import { isMemoryModel, memoryDecoder } from "./memory-decoder.ts";
import { createRandom, type Random } from "./random.ts";
import type { Tokens } from "./rows.ts";
import type { WeightValues } from "./training.ts";
import { transformer } from "./transformer/transformer.ts";

/** Answers the logits after a sequence of tokens: what every way of decoding is built on. */
export interface Decoder {
  readonly vocabularySize: number;
  /** Logits of the token that follows; a view that the next call overwrites. Throws RangeError past the window. */
  next(tokens: ArrayLike<number>): Promise<Float32Array>;
  release(): Promise<void>;
}

/** A decoder that reads its whole window for each token: simple and exact, and slow for long texts. */
export async function windowDecoder(
  config: ModelConfig,
  weights: WeightValues,
  { window, threads }: { window: number; threads: number },
): Promise<Decoder> {
  const model = transformer(config, { batch: 1, length: window });
  const program = await compile(model.graph, { logits: model.logits }, { threads });
  const tokens = new BigInt64Array(window);
  const feeds = { ...Object.fromEntries(weights), tokens };
  const { vocabularySize } = config;
  return {
    vocabularySize,
    async next(given) {
      if (given.length === 0 || given.length > window) {
        throw new RangeError(`${given.length} tokens in a window of ${window}`);
      }
      for (let i = 0; i < given.length; i++) tokens[i] = BigInt(given[i] ?? 0); // what stands after them is not seen: attention is causal
      const { logits } = await program.run(feeds);
      const row = logits.subarray((given.length - 1) * vocabularySize, given.length * vocabularySize);
      if (!(row instanceof Float32Array)) throw new TypeError("logits are float32");
      return row;
    },
    release: program.release,
  };
}

/** The fastest decoder there is for a model: Memory Layers run on the fused lookup kernel, with a cache. */
export async function createDecoder(
  config: ModelConfig,
  weights: WeightValues,
  options: { window: number; threads: number },
): Promise<Decoder> {
  return isMemoryModel(config)
    ? memoryDecoder(config, weights, options.window)
    : windowDecoder(config, weights, options);
}

export interface GenerationOptions {
  readonly maxTokens: number;
  /** 0 is greedy: the most probable token, the first one of equals. */
  readonly temperature?: number;
  /** Only the k most probable tokens are drawn from. */
  readonly topK?: number;
  readonly seed?: number;
  /** Ends the text; not part of it. */
  readonly stop?: number;
}

/** Continues `prompt` token by token. The same seed gives the same text. */
export async function* generate(
  decoder: Decoder,
  prompt: Tokens,
  { maxTokens, temperature = 0, topK, seed = 0, stop }: GenerationOptions,
): AsyncGenerator<number> {
  const random = createRandom(seed, "generation");
  const tokens = [...prompt];
  for (let drawn = 0; drawn < maxTokens; drawn++) {
    const logits = await decoder.next(tokens);
    const token = temperature === 0 ? mostProbable(logits) : sample(logits, temperature, topK, random);
    if (token === stop) return;
    tokens.push(token);
    yield token;
  }
}

function mostProbable(logits: Float32Array): number {
  return logits.reduce((best, logit, token) => (logit > (logits[best] ?? logit) ? token : best), 0);
}

/** A draw from softmax(logits / temperature) over the k largest. */
function sample(logits: Float32Array, temperature: number, topK = logits.length, random: Random): number {
  const ranked = [...logits.keys()]
    .sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0) || a - b)
    .slice(0, topK);
  const largest = logits[ranked[0] ?? 0] ?? 0;
  const weights = ranked.map((token) => Math.exp(((logits[token] ?? 0) - largest) / temperature));
  let left = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [rank, token] of ranked.entries()) {
    left -= weights[rank] ?? 0;
    if (left < 0) return token;
  }
  return ranked.at(-1) ?? 0;
}
