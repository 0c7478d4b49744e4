import { isList, isObject, type Json } from "../../client/json.ts";
import type { FieldError } from "../api/problem.ts";
import { type Path, toPointer } from "../data/path.ts";
import type { Field, Property, Range } from "./field.ts";
import { variantOf } from "./union.ts";

/**
 * What is plainly wrong in an input before it is sent: missing values, texts where numbers belong, numbers
 * out of range. The API checks it all again, and more. `below` is what the input is laid over.
 */
export function check(
  field: Field,
  value: Json | undefined,
  below: Json | undefined,
  path: Path = [],
): FieldError[] {
  const wrong = (message: string, at: Path = path) => [{ path: toPointer(at), message }];
  if (field.kind === "object") return checkProperties(field.properties, value, below, path);
  if (field.kind === "union") {
    const variant = variantOf(field, value, below);
    return variant === undefined ? [] : checkProperties(variant.properties, value, below, path);
  }
  if (value === undefined) return [];
  if (field.kind === "number") return numberFault(value, field.whole, field.range).flatMap((m) => wrong(m));
  if (field.kind === "numbers") {
    if (!isList(value)) return wrong("must be numbers, separated by commas");
    const { item } = field;
    return value.flatMap((one, index) =>
      numberFault(one, item.whole, item.range).flatMap((message) => wrong(message, [...path, index])),
    );
  }
  if (field.kind === "list" && isList(value)) {
    return value.flatMap((one, index) => check(field.item, one, undefined, [...path, index]));
  }
  return [];
}

function checkProperties(
  properties: readonly Property[],
  value: Json | undefined,
  below: Json | undefined,
  path: Path,
): FieldError[] {
  return properties.flatMap(({ name, required, field }) => {
    const [own, under] = [fieldIn(value, name), fieldIn(below, name)];
    const at = [...path, name];
    const missing = required && own === undefined && under === undefined && field.default === undefined;
    if (missing && field.kind !== "object" && field.kind !== "union") {
      return [{ path: toPointer(at), message: "is needed" }];
    }
    return check(field, own, under, at);
  });
}

const fieldIn = (value: Json | undefined, name: string) =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

function numberFault(value: Json, whole: boolean, range: Range): string[] {
  if (typeof value !== "number") return [`must be a ${whole ? "whole " : ""}number`];
  if (whole && !Number.isInteger(value)) return ["must be a whole number"];
  const { least, most, aboveLeast, belowMost } = range;
  if (least !== undefined && (aboveLeast ? value <= least : value < least)) {
    return [aboveLeast ? `must be above ${least}` : `must be at least ${least}`];
  }
  if (most !== undefined && (belowMost ? value >= most : value > most)) {
    return [belowMost ? `must be below ${most}` : `must be at most ${most}`];
  }
  return [];
}
