import * as z from "zod";
import type { RunContext } from "../contract.ts";
import { type Encoder, encoderBatch, encoderDimensions, openEncoder } from "../encoder.ts";
import type { InstructionRow } from "../rows.ts";
import type { RowInput } from "./fields.ts";
import { type RowSource, type Sources, textOf } from "./source.ts";
import { type Frequencies, ngramCounter, sketch, weightsOf } from "./tfidf.ts";

/** Rows that are embedded between two looks at the clock. */
const blockRows = 256;

/** Vectors of both row sets, read in blocks. */
export interface VectorSource {
  readonly dimensions: number;
  /** Vectors of the rows of a set from row `from` on, one after the other, as they come. */
  blocks(set: keyof Sources, from: number): AsyncGenerator<Float32Array>;
}

/** The vectors that an input asks for. `frequencies` are of the texts of both sets, for TF-IDF. */
export async function openVectors(
  input: RowInput,
  { ctx, sources, frequencies }: { ctx: RunContext; sources: Sources; frequencies: Frequencies | undefined },
): Promise<VectorSource> {
  const { embedding } = input;
  switch (embedding.type) {
    case "tfidf": {
      if (frequencies === undefined) throw new Error("TF-IDF needs the texts' frequencies");
      const { dimensions } = embedding;
      const count = ngramCounter(embedding);
      const write = (row: InstructionRow, into: Float32Array) =>
        sketch(weightsOf(count(textOf(row, input.text)), frequencies), into);
      return { dimensions, blocks: (set, from) => rowBlocks(sources[set], from, dimensions, write) };
    }
    case "encoder":
      return encodedTexts(sources, (row) => textOf(row, input.text));
    case "field":
      return fieldVectors(embedding.field, sources);
    case "matrix":
      return matrixVectors(embedding, ctx);
  }
}

type Write = (row: InstructionRow, into: Float32Array, index: number) => void;

async function* rowBlocks(source: RowSource, from: number, dimensions: number, write: Write) {
  let block = new Float32Array(blockRows * dimensions);
  let [index, filled] = [0, 0];
  for await (const row of source.rows()) {
    if (index >= from) {
      write(row, block.subarray(filled * dimensions, (filled + 1) * dimensions), index);
      filled++;
    }
    index++;
    if (filled < blockRows) continue;
    yield block;
    [block, filled] = [new Float32Array(blockRows * dimensions), 0];
  }
  if (filled > 0) yield block.subarray(0, filled * dimensions);
}

/** A row's vector does not depend on the batch that it is encoded in. */
function encodedTexts(sources: Sources, text: (row: InstructionRow) => string): VectorSource {
  let encoder: Promise<Encoder> | undefined;
  return {
    dimensions: encoderDimensions,
    async *blocks(set, from) {
      encoder ??= openEncoder();
      const encode = await encoder;
      let [batch, index]: [string[], number] = [[], 0];
      for await (const row of sources[set].rows()) {
        if (index++ >= from) batch.push(text(row));
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

async function fieldVectors(field: string, sources: Sources): Promise<VectorSource> {
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
      return rowBlocks(sources[set], from, dimensions, (row, into, index) => {
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
  ctx: RunContext,
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
      let index = 0;
      for await (const { values } of matrices[set].rows()) {
        index++;
        if (index <= from) continue;
        if (!values.every(Number.isFinite)) {
          throw new RangeError(`embedding.${set}: line ${index + 1} has a cell without a number`);
        }
        yield Float32Array.from(values);
      }
    },
  };
}
