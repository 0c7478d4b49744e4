import { quantiseProducts } from "../../engine/quantise.ts";
import { openSession, type Session, type SizedTensor, sized } from "../../engine/session.ts";
import type { ModelConfig } from "../config.ts";
import { alibiSlopes } from "../position/alibi.ts";
import type { WeightValues } from "../training.ts";
import { kernelHeadDim } from "./cached-attention.ts";
import { decodeGraph } from "./decode-graph.ts";
import { type Decoder, type RowLengths, rowLengths } from "./decoder.ts";
import type { DecoderOptions } from "./options.ts";

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
  const caches = cachesOf(config, { window, rows });
  const lengths = rowLengths({ rows, window, vocabularySize });
  const biasOf = biases(config);
  let buffer = new Float32Array();

  /** Reads [rows, count] tokens at the ends of these rows; `rest` are rows of no interest, which keep their lengths. */
  const run = async (
    { feeds, held }: { feeds: Feeds; held: readonly number[] },
    tokens: BigInt64Array,
    wanted: readonly number[],
    into: Float32Array,
  ): Promise<void> => {
    const count = tokens.length / held.length;
    const ends = held.map((length) => length + count);
    const total = Math.max(...ends);
    const places = BigInt64Array.from(tokens, (_, i) =>
      BigInt((held[Math.floor(i / count)] ?? 0) + (i % count)),
    );
    const bias = biasOf?.(held, count, total);
    await session.run(
      {
        ...feeds.past,
        tokens: sized(tokens, [held.length, count]),
        places: sized(places, [held.length, count]),
        last: sized(
          Int32Array.from(ends, (end) => end - 1),
          [held.length],
        ),
        total: sized(Int32Array.of(total), []),
        wanted: sized(BigInt64Array.from(wanted, BigInt), [wanted.length]),
        ...(bias !== undefined && { bias }),
      },
      { ...feeds.present, logits: sized(into, [wanted.length, vocabularySize]) },
    );
  };
  const room = (places: number): Float32Array => {
    if (buffer.length < places * vocabularySize) buffer = new Float32Array(places * vocabularySize);
    return buffer.subarray(0, places * vocabularySize);
  };

  return {
    vocabularySize,
    rows,
    window,
    length: lengths.of,
    async read(tokens, { row = 0, all = false } = {}) {
      lengths.check(tokens, row);
      const given = Array.from(tokens);
      const logits = room(all ? given.length : 1);
      const feeds = caches.row(row);
      for (let from = 0; from < given.length; from += passTokens) {
        const part = given.slice(from, from + passTokens);
        const wanted = all ? [...part.keys()] : [part.length - 1];
        const at = all ? from * vocabularySize : 0;
        const into = logits.subarray(at, at + wanted.length * vocabularySize);
        await run({ feeds, held: [lengths.of(row)] }, BigInt64Array.from(part, BigInt), wanted, into);
        lengths.add(row, part.length);
      }
      return logits;
    },
    async step(tokens) {
      for (const [row, token] of tokens.entries()) if (token !== undefined) lengths.check([token], row);
      const logits = room(rows);
      const held = restingRows(tokens, lengths, window);
      const feed = BigInt64Array.from(tokens, (token) => BigInt(token ?? 0));
      await run({ feeds: caches.all, held }, feed, [...tokens.keys()], logits);
      for (const [row, token] of tokens.entries()) if (token !== undefined) lengths.add(row, 1);
      return logits;
    },
    rollback: lengths.rollback,
    release: session.release,
  };
}

/**
 * Tokens that each row holds. A row that rests is given some token all the same: it comes to lie after what the row
 * holds, or in the last place of a full row, which is computed again when it is next wanted.
 */
function restingRows(
  tokens: readonly (number | undefined)[],
  lengths: RowLengths,
  window: number,
): readonly number[] {
  return tokens.map((token, row) =>
    token === undefined ? Math.min(lengths.of(row), window - 1) : lengths.of(row),
  );
}

async function open(
  config: ModelConfig,
  weights: WeightValues,
  { window, threads, precision }: Required<Omit<DecoderOptions, "rows">>,
): Promise<Session> {
  const packed = precision === "float32";
  const { graph, outputs, weights: declared, freeAxes } = decodeGraph(config, { window, packed });
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

/** The cache's tensors for a run: the same arrays are read and written. */
interface Feeds {
  readonly past: Readonly<Record<string, SizedTensor>>;
  readonly present: Readonly<Record<string, SizedTensor>>;
}

interface Caches {
  readonly all: Feeds;
  row(row: number): Feeds;
}

function cachesOf(
  { layers, kvHeads, headDim }: ModelConfig,
  { window, rows }: { window: number; rows: number },
): Caches {
  const size = kvHeads * window * kernelHeadDim(headDim);
  const names = Array.from({ length: layers }, (_, layer) => [`${layer}.key`, `${layer}.value`]).flat();
  const arrays = names.map((name) => [name, new Float32Array(rows * size)] as const);
  const feedsOf = (from: number, count: number): Feeds => {
    const shape = [count, kvHeads, window, kernelHeadDim(headDim)];
    const tensors = arrays.map(
      ([name, array]) => [name, sized(array.subarray(from * size, (from + count) * size), shape)] as const,
    );
    const named = (kind: string) =>
      Object.fromEntries(tensors.map(([name, tensor]) => [`${kind}.${name}`, tensor]));
    return { past: named("past"), present: named("present") };
  };
  const made = new Map<number, Feeds>();
  return {
    all: feedsOf(0, rows),
    row(row) {
      const feeds = made.get(row) ?? feedsOf(row, 1);
      made.set(row, feeds);
      return feeds;
    },
  };
}

/** ALiBi's bias on the scores of `count` tokens of each row: slope (key - place), [rows, heads, count, total]. */
function biases({ position, heads }: ModelConfig) {
  if (position.type !== "alibi") return undefined;
  const slopes = alibiSlopes(heads);
  return (held: readonly number[], count: number, total: number): SizedTensor => {
    const bias = new Float32Array(held.length * heads * count * total);
    let at = 0;
    for (const length of held) {
      for (const slope of slopes) {
        for (let token = 0; token < count; token++) {
          for (let key = 0; key < total; key++) bias[at++] = slope * (key - length - token);
        }
      }
    }
    return sized(bias, [held.length, heads, count, total]);
  };
}
