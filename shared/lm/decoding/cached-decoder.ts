import { quantiseProducts } from "../../engine/quantise.ts";
import { openSession, type Session, sized } from "../../engine/session.ts";
import type { ModelConfig } from "../config.ts";
import { parametersOf } from "../stored-model.ts";
import type { WeightValues } from "../training.ts";
import { createCache } from "./cache.ts";
import { kernelMixes } from "./cached-attention.ts";
import { decodeGraph } from "./decode-graph.ts";
import type { Decoder } from "./decoder.ts";
import { decoderOver } from "./decoder-over.ts";
import type { DecoderOptions } from "./options.ts";
import { seenBy } from "./seen.ts";

/** Most tokens of one row in a run: bounds the memory of a long prompt. */
const passTokens = 512;

export interface CachedOptions extends DecoderOptions {
  /** How the graph goes over the cache: by what costs less, when absent. */
  readonly attention?: "kernel" | "products";
}

/** Whether the layers are those that `cachedDecoder` knows. */
export function isCacheable({ attention, feedForward }: ModelConfig): boolean {
  return attention.type !== "memory" && "size" in feedForward;
}

/**
 * A decoder with a key-value cache on onnxruntime: one session around one copy of the weights reads prompts and
 * steps of all rows. What a row has forgotten stays in the cache unseen, until it is written over.
 */
export async function cachedDecoder(
  config: ModelConfig,
  weights: WeightValues,
  { window, threads, rows = 1, precision = "float32", attention }: CachedOptions,
): Promise<Decoder> {
  const { vocabularySize } = config;
  const cheaper = kernelMixes(config, { window, rows, parameters: parametersOf(config) });
  const kernel = attention === undefined ? cheaper : attention === "kernel";
  const session = await open(config, weights, { window, threads, precision, kernel });
  const cache = createCache(config, { window, rows, kernel });
  const seen = seenBy(config);
  const mixing = (from: readonly number[], count: number) =>
    kernel
      ? {
          last: sized(
            Int32Array.from(from, (place) => place + count - 1),
            [from.length],
          ),
          total: sized(Int32Array.of(Math.max(...from) + count), []),
        }
      : {
          bias: seen(from, count, cache.held),
          lengths: sized(BigInt64Array.of(BigInt(cache.held), BigInt(count)), [2]),
        };

  /** Reads tokens [rows.length, count] from the rows' places on; answers the logits of the wanted of them. */
  const run = async (
    { rows, from, whole }: { rows: readonly number[]; from: readonly number[]; whole: boolean },
    tokens: BigInt64Array,
    wanted: readonly number[],
  ): Promise<Float32Array> => {
    const count = tokens.length / rows.length;
    cache.grow(Math.max(...from) + count);
    const placeOf = (i: number) => (from[Math.floor(i / count)] ?? 0) + (i % count);
    const places = BigInt64Array.from(tokens, (_, i) => BigInt(Math.min(window - 1, placeOf(i))));
    const outputs = await session.run({
      ...cache.feeds(whole ? undefined : rows[0]),
      tokens: sized(tokens, [rows.length, count]),
      places: sized(places, [rows.length, count]),
      ...mixing(from, count),
      wanted: sized(BigInt64Array.from(wanted, BigInt), [wanted.length]),
    });
    for (const [at, row] of rows.entries()) {
      const place = from[at] ?? 0;
      if (place + count <= window) cache.put(outputs, { row, from: at * count, tokens: count, place });
    }
    return outputs.logits ?? new Float32Array();
  };

  return decoderOver({
    vocabularySize,
    rows,
    window,
    async read(tokens, { row, from, all }) {
      const given = BigInt64Array.from(tokens, BigInt);
      const passes: Float32Array[] = [];
      for (let at = 0; at < given.length; at += passTokens) {
        const part = given.slice(at, at + passTokens);
        const wanted = all ? [...part.keys()] : [part.length - 1];
        passes.push(await run({ rows: [row], from: [from + at], whole: false }, part, wanted));
      }
      return all ? joined(passes) : (passes.at(-1) ?? new Float32Array());
    },
    step(tokens, from) {
      // A row that rests is given some token all the same: what is made of it lies after what the row holds.
      const feed = BigInt64Array.from(tokens, (token) => BigInt(token ?? 0));
      const all = [...tokens.keys()];
      return run({ rows: all, from, whole: true }, feed, all);
    },
    release: session.release,
  });
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function open(
  config: ModelConfig,
  weights: WeightValues,
  {
    window,
    threads,
    precision,
    kernel,
  }: Required<Pick<DecoderOptions, "window" | "threads" | "precision">> & { readonly kernel: boolean },
): Promise<Session> {
  const { graph, outputs, weights: declared, freeAxes } = decodeGraph(config, { window, kernel });
  const values = new Map(
    declared.map(({ name }) => {
      const value = weights.get(name);
      if (value === undefined) throw new Error(`no weight ${name}`);
      return [name, value];
    }),
  );
  const held = precision === "int8" ? quantiseProducts(graph, values) : values;
  return openSession(graph, outputs, { threads, weights: held, freeAxes });
}
