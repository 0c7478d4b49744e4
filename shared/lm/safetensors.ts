import { endianness } from "node:os";
import * as z from "zod";
import { type Dtype, elementBytes, isFloat, widen } from "./dtypes.ts";

export type { Dtype };

/** A tensor as it lies in a file: `data` holds its elements little-endian, row by row. */
export interface StoredTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The bytes are not a safetensors file; the message says where. */
export class SafetensorsError extends Error {
  override readonly name = "SafetensorsError";
}

/** The limit of the reference implementation. */
const longestHeader = 100_000_000;

const metadataKey = "__metadata__";
const tensorEntry = z.strictObject({
  dtype: z.enum(Object.keys(elementBytes) as Dtype[]), // Object.keys forgets the keys' type
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
/** Not z.record, which leaves out what is named __proto__. */
const metadataEntry = z.custom<Record<string, string>>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === "string"),
  "must be texts by their names",
);

/** A float32 tensor for `encodeSafetensors`. */
export function float32Tensor(data: Float32Array, shape: readonly number[]): StoredTensor {
  return { dtype: "F32", shape, data: bytesOf(data) };
}

/** An int64 tensor for `encodeSafetensors`. */
export function int64Tensor(data: BigInt64Array, shape: readonly number[]): StoredTensor {
  return { dtype: "I64", shape, data: bytesOf(data) };
}

/**
 * The tensor's elements as float32: F16 and BF16 are widened exactly, F64 is rounded to the nearest.
 * Throws a SafetensorsError on integers, which float32 may not hold.
 */
export function asFloat32({ dtype, data }: StoredTensor): Float32Array {
  if (!isFloat(dtype)) {
    throw new SafetensorsError(`a tensor of ${dtype} is no tensor of floating-point numbers`);
  }
  const values = new Float32Array(data.length / elementBytes[dtype]);
  widen(dtype, data, values);
  return values;
}

/**
 * The bytes of a safetensors file. Tensors lie in the order of the reference implementation (wide elements
 * first, then by name), so that the same tensors give the same bytes. Throws a SafetensorsError when data
 * and shape disagree.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const ordered = [...tensors].sort(
    ([a, x], [b, y]) => elementBytes[y.dtype] - elementBytes[x.dtype] || (a < b ? -1 : 1),
  );
  const header: [string, unknown][] = Object.keys(metadata).length > 0 ? [[metadataKey, metadata]] : [];
  let end = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    if (name === metadataKey) throw new SafetensorsError(`no tensor can be named ${metadataKey}`);
    if (byteLength(name, dtype, shape) !== data.length) throw lengthMismatch(name, dtype, shape, data.length);
    header.push([name, { dtype, shape, data_offsets: [end, end + data.length] }]);
    end += data.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const bodyAt = 8 + Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(bodyAt + end).fill(0x20, 8, bodyAt);
  new DataView(file.buffer).setBigUint64(0, BigInt(bodyAt - 8), true);
  file.set(json, 8);
  let at = bodyAt;
  for (const [, { data }] of ordered) {
    file.set(data, at);
    at += data.length;
  }
  return file;
}

/** A tensor by its place: bytes [start, end) of what follows the header. */
export interface TensorEntry {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** What a header says. */
export interface SafetensorsHeader {
  readonly entries: ReadonlyMap<string, TensorEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads a safetensors file; the tensors' data are views of `file`. Throws a SafetensorsError unless the
 * header is sound and its tensors cover the rest of the file exactly, without holes or overlaps.
 */
export function decodeSafetensors(file: Uint8Array): Safetensors {
  const bodyAt = bodyStart(file, file.length);
  const body = file.subarray(bodyAt);
  const { entries, metadata } = parseHeader(file.subarray(8, bodyAt), body.length);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { dtype, shape, start, end }] of entries)
    tensors.set(name, { dtype, shape, data: body.subarray(start, end) });
  return { tensors, metadata };
}

/** Where the tensors of a file of `fileBytes` begin, from its first 8 bytes; the header is what lies between. */
export function bodyStart(first: Uint8Array, fileBytes: number): number {
  if (first.length < 8) throw new SafetensorsError(`a file of ${first.length} bytes has no header length`);
  const length = Number(new DataView(first.buffer, first.byteOffset).getBigUint64(0, true));
  if (length > longestHeader) {
    throw new SafetensorsError(`a header of ${length} bytes is over the limit of ${longestHeader}`);
  }
  if (8 + length > fileBytes) {
    throw new SafetensorsError(`the header of ${length} bytes does not fit a file of ${fileBytes} bytes`);
  }
  return 8 + length;
}

/** Reads a header's text, and holds its tensors to the `bodyBytes` that follow it. */
export function parseHeader(text: Uint8Array, bodyBytes: number): SafetensorsHeader {
  const entries = new Map<string, TensorEntry>();
  const spans: Span[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(headerJson(text))) {
    if (name === metadataKey) {
      metadata = check(metadataEntry, name, value);
      continue;
    }
    const { dtype, shape, data_offsets } = check(tensorEntry, name, value);
    const [start, end] = data_offsets;
    if (end < start || end > bodyBytes) {
      throw new SafetensorsError(`${name}: bytes ${start} to ${end} are not within ${bodyBytes} of data`);
    }
    if (byteLength(name, dtype, shape) !== end - start) throw lengthMismatch(name, dtype, shape, end - start);
    entries.set(name, { dtype, shape, start, end });
    spans.push({ name, start, end });
  }
  checkCover(spans, bodyBytes);
  return { entries, metadata };
}

interface Span {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

function headerJson(text: Uint8Array): object {
  if (text[0] !== 0x7b) throw new SafetensorsError("the header does not start with {");
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new SafetensorsError(`the header is no JSON: ${detail}`, { cause });
  }
}

function check<T>(schema: z.ZodType<T>, name: string, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new SafetensorsError(`${name}: ${z.prettifyError(parsed.error)}`);
}

function checkCover(spans: Span[], length: number): void {
  spans.sort((a, b) => a.start - b.start || a.end - b.end);
  let covered = 0;
  for (const { name, start, end } of spans) {
    if (start < covered) throw new SafetensorsError(`${name} overlaps the one before it`);
    if (start > covered) throw new SafetensorsError(`bytes ${covered} to ${start} belong to no tensor`);
    covered = end;
  }
  if (covered !== length) throw new SafetensorsError(`bytes ${covered} to ${length} belong to no tensor`);
}

function byteLength(name: string, dtype: Dtype, shape: readonly number[]): number {
  const bytes = shape.reduce((product, size) => product * size, elementBytes[dtype]);
  if (!Number.isSafeInteger(bytes)) throw new SafetensorsError(`${name}: shape [${shape}] is too large`);
  return bytes;
}

function lengthMismatch(name: string, dtype: Dtype, shape: readonly number[], bytes: number) {
  return new SafetensorsError(`${name}: ${bytes} bytes are not ${dtype} of shape [${shape}]`);
}

function bytesOf(data: Float32Array | BigInt64Array): Uint8Array {
  if (endianness() !== "LE") throw new SafetensorsError("only little-endian machines are supported");
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
