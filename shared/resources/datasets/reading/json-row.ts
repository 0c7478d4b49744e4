import { isUtf8 } from "node:buffer";
import type { ContentError } from "../../uploads/record.ts";
import { cut } from "../faults.ts";
import { countKeys, duplicateKey, maxDepth } from "./duplicate-key.ts";
import { jsonFault } from "./json-fault.ts";
import type { RowSlice } from "./lines.ts";
import { utf8Fault } from "./utf8.ts";
import { hasTooManyValues, maxValues } from "./values.ts";

export type JsonObject = Readonly<Record<string, unknown>>;
export type ParsedRow =
  | { readonly row: JsonObject }
  | { readonly error: ContentError }
  | { readonly blank: true };

/** Reads one row as a JSON object in which no key comes twice. */
export function parseRow({ bytes, start, end, line, offset, utf8 }: RowSlice): ParsedRow {
  if (!utf8 && !isUtf8(bytes.subarray(start, end))) {
    const fault = utf8Fault(bytes.subarray(start, end));
    const place = fault?.place ?? 0;
    return {
      error: {
        message: fault?.message ?? "not UTF-8",
        line,
        column: columnAt(bytes, start, place),
        offset: offset + place,
      },
    };
  }
  if (hasTooManyValues(bytes, start, end)) {
    const message = `a row has more than the ${maxValues} values that are allowed`;
    return { error: { message, line, offset, field: "" } };
  }
  const text = bytes.toString("utf8", start, end);
  try {
    const row: unknown = JSON.parse(text);
    if (typeof row !== "object" || row === null || Array.isArray(row)) {
      return {
        error: { message: `a row is a JSON object; this is ${nameOf(row)}`, line, offset, field: "" },
      };
    }
    const keys = countKeys(row);
    if (Number.isNaN(keys)) return { error: { message: tooDeep, line, offset, field: "" } };
    const twice = duplicateKey(text, keys);
    if (twice === undefined) return { row: row as JsonObject };
    const message = `the key ${JSON.stringify(cut(twice.key, 60))} comes twice in one object`;
    return { error: { message, ...placeIn(text, twice.at, line, offset), field: twice.pointer } };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    if (text.trim() === "") return { blank: true };
    return { error: syntaxError(text, line, offset) };
  }
}

export const tooDeep = `values lie in each other more than ${maxDepth} deep`;

const nameOf = (value: unknown) =>
  value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`;

const columnAt = (bytes: Buffer, start: number, place: number) =>
  bytes.toString("utf8", start, start + place).length + 1;

/** Line, column and offset of a character of a row's text. */
export function placeIn(text: string, at: number, line: number, offset: number) {
  const before = text.slice(0, at);
  const newline = before.lastIndexOf("\n");
  return {
    line: line + (newline === -1 ? 0 : before.split("\n").length - 1),
    column: at - newline,
    offset: offset + Buffer.byteLength(before),
  };
}

/** What is wrong in a text that is not JSON, and where. */
export function syntaxError(text: string, line: number, offset: number): ContentError {
  const { at, message } = jsonFault(text) ?? { at: 0, message: "this is not JSON" };
  const foreign = at === text.search(/\S/) && !/["\d\-tfnNIu]/.test(text[at] ?? "");
  return {
    message: foreign ? "this is not JSON: each row has to be a JSON object" : message,
    ...placeIn(text, at, line, offset),
  };
}
