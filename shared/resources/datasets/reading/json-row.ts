import { isUtf8 } from "node:buffer";
import { cut } from "../faults.ts";
import type { ContentError } from "../record.ts";
import { duplicateKey } from "./duplicate-key.ts";
import type { RowSlice } from "./lines.ts";
import { utf8Fault } from "./utf8.ts";

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
  const text = bytes.toString("utf8", start, end);
  try {
    const row: unknown = JSON.parse(text);
    if (typeof row !== "object" || row === null || Array.isArray(row)) {
      return {
        error: { message: `a row is a JSON object; this is ${nameOf(row)}`, line, offset, field: "" },
      };
    }
    const twice = duplicateKey(text, row);
    if (twice === undefined) return { row: row as JsonObject };
    const message = `the key ${JSON.stringify(cut(twice.key, 60))} comes twice in one object`;
    return { error: { message, ...placeIn(text, twice.at, line, offset), field: twice.pointer } };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    if (text.trim() === "") return { blank: true };
    return { error: syntaxError(text, error, line, offset) };
  }
}

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

export function syntaxError(text: string, error: SyntaxError, line: number, offset: number): ContentError {
  const at = positionOf(text, error);
  return { message: explain(text, at, error), ...placeIn(text, at, line, offset) };
}

function positionOf(text: string, { message }: SyntaxError): number {
  const told = /at position (\d+)/.exec(message)?.[1];
  if (told !== undefined) return Number(told);
  return message.includes("end of JSON input") ? text.trimEnd().length : 0;
}

function explain(text: string, at: number, error: SyntaxError): string {
  const rest = text.slice(at, at + 12);
  const constant = /^-?(NaN|Infinity|None|True|False|undefined)/.exec(rest)?.[0];
  if (constant !== undefined) return `${constant} is no value in JSON`;
  if (/^I/.test(rest) && text[at - 1] === "-") return "-Infinity is no value in JSON";
  if (rest.startsWith("'")) return "JSON has double quotes only";
  if (at >= text.trimEnd().length) {
    return text.trim() === "{"
      ? "the row ends in the middle: each row has to be a whole JSON object in one line"
      : "the row ends in the middle of a JSON value";
  }
  const first = text.trimStart()[0];
  if (first !== undefined && !/[[{"\d\-tfn]/.test(first)) {
    return "this is not JSON: each line has to be a JSON object";
  }
  return `not JSON: ${cut(error.message.replace(/ at position.*$|, \.\.\..*$|, ".*$/s, ""), 120)}`;
}
