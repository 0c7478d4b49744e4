import { createDecoder } from "../../lm/decoding/create.ts";
import type { Decoder } from "../../lm/decoding/decoder.ts";
import { createRandom, type Random } from "../../lm/random.ts";
import type { LanguageModel } from "../../lm/stored-model.ts";
import { type RowSet, rowAt, rowCount } from "./row-set.ts";

export interface WritingOptions {
  readonly rows: number;
  readonly seed: number;
  /** Names the stream of each row, together with its number. */
  readonly stream: string;
  readonly temperature: number;
  /** Rows that are written side by side. */
  readonly parallel: number;
  readonly threads: number;
}

/** Writes rows by a model, a batch at a time. */
export interface RowWriter {
  /** Rows of the batch that begins at row `from`. */
  next(from: number): Promise<Uint8Array>;
  release(): Promise<void>;
}

/**
 * A row begins with the first byte of a row that the model was trained on, and goes on as the model draws. Every
 * row has a random stream of its own, and a batch begins anew: its bytes follow from the model and its number.
 */
export async function rowWriter(
  model: Pick<LanguageModel, "config" | "weights">,
  trainedOn: RowSet,
  { rows, seed, stream, temperature, parallel, threads }: WritingOptions,
): Promise<RowWriter> {
  const { width } = trainedOn;
  const decoder = await createDecoder(model, { window: width - 1, threads, rows: Math.min(parallel, rows) });
  return {
    async next(from) {
      const count = Math.min(decoder.rows, rows - from);
      const streams = Array.from({ length: count }, (_, i) => createRandom(seed, stream, from + i));
      const first = streams.map((random) => rowAt(trainedOn, random.integer(rowCount(trainedOn)))[0] ?? 0);
      return writeBatch(decoder, first, streams, { width, temperature });
    },
    release: decoder.release,
  };
}

async function writeBatch(
  decoder: Decoder,
  first: readonly number[],
  streams: readonly Random[],
  { width, temperature }: { readonly width: number; readonly temperature: number },
): Promise<Uint8Array> {
  for (let row = 0; row < decoder.rows; row++) decoder.rollback(0, row);
  const bytes = new Uint8Array(first.length * width);
  for (const [row, byte] of first.entries()) bytes[row * width] = byte;
  for (let place = 1; place < width; place++) {
    const tokens = Array.from({ length: decoder.rows }, (_, row) =>
      row < first.length ? (bytes[row * width + place - 1] ?? 0) : undefined,
    );
    const logits = await decoder.step(tokens);
    for (const [row, random] of streams.entries()) {
      const own = logits.subarray(row * decoder.vocabularySize, (row + 1) * decoder.vocabularySize);
      bytes[row * width + place] = drawByte(own, temperature, random);
    }
  }
  return bytes;
}

const reached = new Float64Array(256);

/** A draw from softmax(logits / temperature) over the bytes, in two passes and without memory of its own: there are millions. */
function drawByte(logits: Float32Array, temperature: number, random: Random): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let byte = 0; byte < 256; byte++) largest = Math.max(largest, logits[byte] as number); // of a vocabulary of bytes
  let total = 0;
  for (let byte = 0; byte < 256; byte++) {
    total += Math.exp(((logits[byte] as number) - largest) / temperature);
    reached[byte] = total;
  }
  const at = random.uniform() * total;
  let byte = 0;
  while (byte < 255 && (reached[byte] as number) <= at) byte++;
  return byte;
}
