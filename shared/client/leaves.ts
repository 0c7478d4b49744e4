import { isList, isObject, type Json } from "./json.ts";

/** A value that has no others inside, and the way to it in words: `training.steps`, `variants[rope].loss[64].mean`. */
export interface Leaf {
  readonly path: string;
  readonly value: Json;
}

/** Fields by which the records of a list are told apart, the best first. */
const names = ["id", "name", "label", "key", "variant", "metric", "length", "step", "depth"];

/** Every leaf, in order. Records in a list are named by what tells them apart, so that lists in another order still match. */
export function leavesOf(value: Json | undefined, path = ""): Leaf[] {
  if (value === undefined) return [];
  if (isObject(value)) {
    const fields = Object.entries(value);
    if (fields.length === 0 && path !== "") return [{ path, value }];
    return fields.flatMap(([name, inside]) => leavesOf(inside, path === "" ? name : `${path}.${name}`));
  }
  if (!isList(value)) return [{ path, value }];
  if (value.length === 0 || value.every((one) => !isObject(one) && !isList(one))) return [{ path, value }];
  const name = nameOf(value);
  return value.flatMap((one, index) => {
    const at = `${path}[${labelOf(one, name) ?? index}]`;
    return name === undefined ? leavesOf(one, at) : leavesOf(without(one, name), at);
  });
}

/** A record without what names it: that is in the path. */
function without(record: Json, name: string): Json {
  if (!isObject(record)) return record;
  const { [name]: _, ...rest } = record;
  return rest;
}

/** The field that all records of a list have, each with another value. */
function nameOf(list: readonly Json[]): string | undefined {
  return names.find((name) => {
    const labels = list.map((one) => labelOf(one, name));
    return labels.every((label) => label !== undefined) && new Set(labels).size === labels.length;
  });
}

function labelOf(record: Json, name: string | undefined): string | undefined {
  if (name === undefined || !isObject(record)) return undefined;
  const value = record[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
