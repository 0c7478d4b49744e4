import { isObject, type Json, type JsonObject } from "./json.ts";

/** A place in the inputs or outputs, and what each run has there; undefined where it has nothing. */
export interface Compared<T extends Json = Json> {
  readonly path: readonly string[];
  readonly values: readonly (T | undefined)[];
}

/** The fields in which inputs differ, each by its path; lists are compared as a whole. */
export function inputDifferences(inputs: readonly Json[]): Compared[] {
  return align(inputs.map((input) => leaves(input, []))).filter(
    ({ values }) => new Set(values.map((value) => JSON.stringify(value))).size > 1,
  );
}

/** Every number that some output has, by its path. Records in lists are told apart by their names, not by their places. */
export function figuresSideBySide(outputs: readonly (Json | undefined)[]): Compared<number>[] {
  const found = outputs.map((output) => (output === undefined ? [] : figures(output, [])));
  return align(found);
}

type Leaf<T extends Json> = readonly [path: readonly string[], value: T];

/** Paths in the order in which they are first met, run after run. */
function align<T extends Json>(all: readonly (readonly Leaf<T>[])[]): Compared<T>[] {
  const rows = new Map<string, { path: readonly string[]; values: (T | undefined)[] }>();
  all.forEach((leaves, run) => {
    for (const [path, value] of leaves) {
      const key = JSON.stringify(path);
      const row = rows.get(key) ?? { path, values: all.map(() => undefined) };
      row.values[run] = value;
      rows.set(key, row);
    }
  });
  return [...rows.values()];
}

function leaves(value: Json, path: readonly string[]): Leaf<Json>[] {
  if (!isObject(value) || Object.keys(value).length === 0) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name]));
}

function figures(value: Json, path: readonly string[]): Leaf<number>[] {
  if (typeof value === "number") return [[path, value]];
  if (Array.isArray(value)) {
    const names = namesOf(value);
    return value.flatMap((one, index) => figures(one, [...path, names[index] ?? String(index)]));
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => figures(inner, [...path, name]));
}

/** What tells the records of a list apart: the first field whose values are short texts or integers, all different. */
function namesOf(list: readonly Json[]): readonly string[] {
  const records = list.filter(isObject);
  if (records.length < list.length) return [];
  const name = Object.keys(records[0] ?? {}).find((field) => isName(records, field));
  return name === undefined ? [] : records.map((record) => labelOf(name, record[name]));
}

function isName(records: readonly JsonObject[], field: string): boolean {
  const values = records.map((record) => record[field]);
  const texts = values.every((value) => typeof value === "string" && value.length <= 80);
  return (
    (texts || values.every((value) => Number.isInteger(value))) && new Set(values).size === values.length
  );
}

const labelOf = (name: string, value: Json | undefined) =>
  typeof value === "string" ? value : `${name} ${value}`;
