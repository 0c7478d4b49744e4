import * as z from "zod";
import type { RunContext } from "../contract.ts";
import { type Encoder, encoderBatch, encoderDimensions, openEncoder } from "../encoder.ts";
import type { InstructionRow } from "../rows.ts";
import type { RowInput } from "./fields.ts";
import { type Sources, textOf } from "./source.ts";
import { type Frequencies, ngramCounter, sketch, weightsOf } from "./tfidf.ts";

/** Rows that are embedded between two looks at the clock. */
const blockRows = 256;

/** Vectors of both row sets, read in blocks. */
export interface VectorSource {
  readonly dimensions: number;
  /** Vectors of the rows of a set from the `from`-th that is embedded on, one after the other, as they come. */
  blocks(set: keyof Sources, from: number): AsyncGenerator<Float32Array>;
}

/** Rows of each set that are embedded, by rising number. */
export type ChosenRows = Readonly<Record<keyof Sources, Int32Array>>;

export interface OpenVectors {
  readonly ctx: RunContext;
  readonly sources: Sources;
  /** Of the texts of both sets, for TF-IDF. */
  readonly frequencies: Frequencies | undefined;
  /** Rows of each set: a matrix has as many lines. */
  readonly counts: Readonly<Record<keyof Sources, number>>;
  /** All when absent. */
  readonly chosen: ChosenRows | undefined;
}

/** The vectors that an input asks for. */
export async function openVectors(input: RowInput, asked: OpenVectors): Promise<VectorSource> {
  const { embedding } = input;
  const { sources, frequencies, chosen } = asked;
  const rowsFrom = (set: keyof Sources, from: number) => numbered(sources[set].rows(), chosen?.[set], from);
  switch (embedding.type) {
    case "tfidf": {
      if (frequencies === undefined) throw new Error("TF-IDF needs the texts' frequencies");
      const { dimensions } = embedding;
      const count = ngramCounter(embedding);
      const write = (row: InstructionRow, into: Float32Array) =>
        sketch(weightsOf(count(textOf(row, input.text)), frequencies), into);
      return { dimensions, blocks: (set, from) => rowBlocks(rowsFrom(set, from), dimensions, write) };
    }
    case "encoder":
      return encodedTexts(rowsFrom, (row) => textOf(row, input.text));
    case "field":
      return fieldVectors(embedding.field, sources, rowsFrom);
    case "matrix":
      return matrixVectors(embedding, asked);
  }
}

/** Things with their numbers, from the `from`-th of the chosen ones on. */
async function* numbered<T>(
  all: AsyncIterable<T>,
  chosen: Int32Array | undefined,
  from: number,
): AsyncGenerator<readonly [T, number]> {
  let [index, place] = [0, 0];
  for await (const one of all) {
    if (chosen === undefined || chosen[place] === index) {
      if (place >= from) yield [one, index];
      place++;
    }
    index++;
  }
}
type RowsFrom = (set: keyof Sources, from: number) => AsyncGenerator<readonly [InstructionRow, number]>;

type Write = (row: InstructionRow, into: Float32Array, index: number) => void;

async function* rowBlocks(rows: ReturnType<RowsFrom>, dimensions: number, write: Write) {
  let block = new Float32Array(blockRows * dimensions);
  let filled = 0;
  for await (const [row, index] of rows) {
    write(row, block.subarray(filled * dimensions, (filled + 1) * dimensions), index);
    filled++;
    if (filled < blockRows) continue;
    yield block;
    [block, filled] = [new Float32Array(blockRows * dimensions), 0];
  }
  if (filled > 0) yield block.subarray(0, filled * dimensions);
}

/** A row's vector does not depend on the batch that it is encoded in. */
function encodedTexts(rowsFrom: RowsFrom, text: (row: InstructionRow) => string): VectorSource {
  let encoder: Promise<Encoder> | undefined;
  return {
    dimensions: encoderDimensions,
    async *blocks(set, from) {
      encoder ??= openEncoder();
      const encode = await encoder;
      let batch: string[] = [];
      for await (const [row] of rowsFrom(set, from)) {
        batch.push(text(row));
        if (batch.length < encoderBatch) continue;
        yield joined(await encode(batch));
        batch = [];
      }
      if (batch.length > 0) yield joined(await encode(batch));
    },
  };
}

function joined(vectors: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(vectors.length * encoderDimensions);
  for (const [row, vector] of vectors.entries()) all.set(vector, row * encoderDimensions);
  return all;
}

const numbers = z.array(z.number());

async function fieldVectors(field: string, sources: Sources, rowsFrom: RowsFrom): Promise<VectorSource> {
  const vectorOf = (row: InstructionRow, name: string, index: number): readonly number[] => {
    const read = numbers.min(1).safeParse(Reflect.get(row, field));
    if (read.success) return read.data;
    throw new RangeError(
      `embedding.field: row ${index + 1} of ${name} has no list of numbers under ${field}`,
    );
  };
  const first = await firstOf(sources.items.rows());
  const dimensions = first === undefined ? 1 : vectorOf(first, sources.items.name, 0).length;
  return {
    dimensions,
    blocks(set, from) {
      const { name } = sources[set];
      return rowBlocks(rowsFrom(set, from), dimensions, (row, into, index) => {
        const vector = vectorOf(row, name, index);
        if (vector.length !== dimensions) {
          const found = `${vector.length} numbers, not ${dimensions}`;
          throw new RangeError(`embedding.field: row ${index + 1} of ${name} has ${found}`);
        }
        into.set(vector);
      });
    },
  };
}

async function firstOf<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item;
  return undefined;
}

async function matrixVectors(
  { items, tests }: { readonly items: string; readonly tests: string },
  { ctx, counts, chosen }: OpenVectors,
): Promise<VectorSource> {
  const matrices = {
    items: await (await ctx.dataset(items)).matrix(),
    tests: await (await ctx.dataset(tests)).matrix(),
  };
  const dimensions = matrices.items.samples.length;
  const other = matrices.tests.samples.length;
  if (other !== dimensions) {
    throw new RangeError(
      `embedding.tests: has ${other} columns of numbers, and embedding.items ${dimensions}`,
    );
  }
  return {
    dimensions,
    async *blocks(set, from) {
      const lines = complete(matrices[set].rows(), counts[set], set);
      for await (const [{ values }, index] of numbered(lines, chosen?.[set], from)) {
        if (!values.every(Number.isFinite)) {
          throw new RangeError(`embedding.${set}: line ${index + 2} has a cell without a number`);
        }
        yield Float32Array.from(values);
      }
    },
  };
}

/** The lines, of which there must be as many as rows. */
async function* complete<T>(lines: AsyncIterable<T>, rows: number, set: string): AsyncGenerator<T> {
  let count = 0;
  for await (const line of lines) {
    count++;
    yield line;
  }
  if (count !== rows) throw new RangeError(`embedding: ${count} vectors for ${rows} rows (${set})`);
}
