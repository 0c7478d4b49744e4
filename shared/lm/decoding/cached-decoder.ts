import { quantiseProducts } from "../../engine/quantise.ts";
import { openSession, type Session, sized } from "../../engine/session.ts";
import type { ModelConfig } from "../config.ts";
import type { WeightValues } from "../training.ts";
import { createCache } from "./cache.ts";
import { decodeGraph } from "./decode-graph.ts";
import { type Decoder, rowLengths } from "./decoder.ts";
import type { DecoderOptions } from "./options.ts";
import { seenBy } from "./seen.ts";

/** Most tokens of one row in a run: bounds the memory of a long prompt. */
const passTokens = 512;

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
  { window, threads, rows = 1, precision = "float32" }: DecoderOptions,
): Promise<Decoder> {
  const { vocabularySize } = config;
  const session = await open(config, weights, { window, threads, precision });
  const cache = createCache(config, { window, rows });
  const lengths = rowLengths({ rows, window, vocabularySize });
  const seen = seenBy(config);

  /** Reads tokens [rows.length, count] at the ends of these rows; answers the logits of the wanted of them. */
  const run = async (
    { rows, whole }: { rows: readonly number[]; whole: boolean },
    tokens: BigInt64Array,
    wanted: readonly number[],
  ): Promise<Float32Array> => {
    const count = tokens.length / rows.length;
    const held = rows.map((row) => lengths.of(row));
    cache.grow(Math.max(...held) + count);
    const places = BigInt64Array.from(tokens, (_, i) =>
      BigInt(Math.min(window - 1, (held[Math.floor(i / count)] ?? 0) + (i % count))),
    );
    const outputs = await session.run({
      ...cache.feeds(whole ? undefined : rows[0]),
      tokens: sized(tokens, [rows.length, count]),
      places: sized(places, [rows.length, count]),
      bias: seen(held, count, cache.held),
      lengths: sized(BigInt64Array.of(BigInt(cache.held), BigInt(count)), [2]),
      wanted: sized(BigInt64Array.from(wanted, BigInt), [wanted.length]),
    });
    for (const [at, row] of rows.entries()) {
      const place = held[at] ?? 0;
      if (place + count <= window) cache.put(outputs, { row, from: at * count, tokens: count, place });
    }
    return outputs.logits ?? new Float32Array();
  };

  return {
    vocabularySize,
    rows,
    window,
    length: lengths.of,
    async read(tokens, { row = 0, all = false } = {}) {
      lengths.check(tokens, row);
      const given = BigInt64Array.from(Array.from(tokens), BigInt);
      const passes: Float32Array[] = [];
      for (let from = 0; from < given.length; from += passTokens) {
        const part = given.slice(from, from + passTokens);
        passes.push(
          await run({ rows: [row], whole: false }, part, all ? [...part.keys()] : [part.length - 1]),
        );
        lengths.add(row, part.length);
      }
      return all ? joined(passes) : (passes.at(-1) ?? new Float32Array());
    },
    async step(tokens) {
      for (const [row, token] of tokens.entries()) if (token !== undefined) lengths.check([token], row);
      // A row that rests is given some token all the same: what is made of it lies after what the row holds.
      const feed = BigInt64Array.from(tokens, (token) => BigInt(token ?? 0));
      const logits = await run({ rows: [...tokens.keys()], whole: true }, feed, [...tokens.keys()]);
      for (const [row, token] of tokens.entries()) if (token !== undefined) lengths.add(row, 1);
      return logits;
    },
    rollback: lengths.rollback,
    release: session.release,
  };
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
  { window, threads, precision }: Required<Omit<DecoderOptions, "rows">>,
): Promise<Session> {
  const { graph, outputs, weights: declared, freeAxes } = decodeGraph(config, window);
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
