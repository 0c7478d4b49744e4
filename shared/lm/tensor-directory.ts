import * as z from "zod";
import { sizeOf } from "../engine/graph.ts";
import { type Dtype, elementBytes, isFloat, widen } from "./dtypes.ts";
import { ModelError } from "./model-error.ts";
import { jsonFile, type ModelSource, missing, sizeOfFile } from "./model-source.ts";
import { bodyStart, parseHeader, SafetensorsError } from "./safetensors.ts";

/** Where a tensor lies: bytes [from, to) of a file. */
export interface TensorPlace {
  readonly file: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** The tensors of a model by their names in its files. */
export type TensorDirectory = ReadonlyMap<string, TensorPlace>;

const wholeName = "model.safetensors";
const indexName = "model.safetensors.index.json";
const shardIndex = z.object({ weight_map: z.record(z.string(), z.string()) });

/** Bytes that are read at a time: what is held beside a tensor's float32 values. A multiple of 8. */
const usualPiece = 2 ** 24;

/**
 * The tensors of `model.safetensors`, or of the shards that `model.safetensors.index.json` names. Only headers
 * are read. Throws ModelError or SafetensorsError, which name the file.
 */
export async function tensorDirectory(source: ModelSource): Promise<TensorDirectory> {
  if (sizeOfFile(source, wholeName) !== undefined) return new Map(await tensorsOfFile(source, wholeName));
  if (sizeOfFile(source, indexName) === undefined) throw missing(wholeName);
  const index = shardIndex.safeParse(await jsonFile(source, indexName));
  if (!index.success) throw new ModelError(`${indexName}: ${z.prettifyError(index.error)}`);
  const shardOf = new Map(Object.entries(index.data.weight_map));
  const directory = new Map<string, TensorPlace>();
  for (const file of new Set(shardOf.values())) {
    for (const [name, place] of await tensorsOfFile(source, file)) {
      if (directory.has(name)) throw new ModelError(`tensor ${name} is in ${file} and in another file`);
      directory.set(name, place);
    }
  }
  for (const [name, file] of shardOf) {
    if (directory.get(name)?.file !== file) throw new ModelError(`tensor ${name} is missing in ${file}`);
  }
  return directory;
}

async function tensorsOfFile(source: ModelSource, file: string): Promise<readonly [string, TensorPlace][]> {
  const bytes = sizeOfFile(source, file);
  if (bytes === undefined) throw missing(file);
  try {
    const bodyAt = bodyStart(await source.read(file, 0, Math.min(8, bytes)), bytes);
    const { entries } = parseHeader(await source.read(file, 8, bodyAt), bytes - bodyAt);
    return [...entries].map(([name, { dtype, shape, start, end }]) => [
      name,
      { file, dtype, shape, from: bodyAt + start, to: bodyAt + end },
    ]);
  } catch (cause) {
    if (!(cause instanceof SafetensorsError)) throw cause;
    throw new SafetensorsError(`${file}: ${cause.message}`, { cause });
  }
}

/**
 * A tensor's elements as float32, read in pieces, the next one while a piece is widened. Throws ModelError on
 * integers, which is what quantised weights are.
 */
export async function readTensor(
  source: ModelSource,
  name: string,
  { file, dtype, shape, from, to }: TensorPlace,
  pieceBytes = usualPiece,
): Promise<Float32Array> {
  if (!isFloat(dtype)) throw new ModelError(`tensor ${name} is of ${dtype}, not of floating-point numbers`);
  const values = new Float32Array(sizeOf(shape));
  const pieceFrom = (at: number) => source.read(file, at, Math.min(at + pieceBytes, to));
  let next = from < to ? pieceFrom(from) : undefined;
  for (let at = from; next !== undefined; at += pieceBytes) {
    const piece = await next;
    next = at + pieceBytes < to ? pieceFrom(at + pieceBytes) : undefined;
    next?.catch(() => {}); // is awaited in its turn; until then a failure is no unhandled one
    widen(dtype, piece, values, (at - from) / elementBytes[dtype]);
  }
  return values;
}
