import { isList, isObject, type Json, type JsonObject } from "../../client/json.ts";
import { fieldOf } from "../form/field.ts";
import { limitsOf } from "../form/range.ts";

/** The name of the schema that a reference leads to. */
export const referenceName = (schema: JsonObject): string | undefined =>
  typeof schema.$ref === "string" ? schema.$ref.split("/").at(-1) : undefined;

/** A type in a few words: `string`, `integer[]`, `"text" | "scene"`, `Run[]`. */
export function typeInWords(schema: JsonObject): string {
  const name = referenceName(schema);
  if (name !== undefined) return name;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (isList(schema.enum)) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  const branches = branchesOf(schema);
  if (branches.length > 0) return [...new Set(branches.map(typeInWords))].join(" | ");
  if (schema.type === "array") {
    const item = isObject(schema.items) ? typeInWords(schema.items) : "any";
    return item.includes(" | ") ? `(${item})[]` : `${item}[]`;
  }
  if (isList(schema.type)) return schema.type.join(" | ");
  return typeof schema.type === "string" ? schema.type : "any";
}

/** Limits and default of a value, in words. */
export function limitsInWords(schema: JsonObject): string {
  const limits = limitsOf(fieldOf(schema));
  const { default: standard } = schema;
  const shown = standard === undefined || isEmpty(standard) ? "" : `default ${JSON.stringify(standard)}`;
  return [limits, shown].filter(Boolean).join(", ");
}

const isEmpty = (value: Json) => isObject(value) && Object.keys(value).length === 0;

export const branchesOf = (schema: JsonObject): JsonObject[] => {
  const branches = schema.oneOf ?? schema.anyOf;
  return isList(branches) ? branches.filter(isObject) : [];
};

/** The part of a schema that has fields or shapes to unfold: itself, or what its list holds. */
export function unfoldable(schema: JsonObject, named: JsonObject): JsonObject | undefined {
  const name = referenceName(schema);
  const whole = name === undefined ? schema : named[name];
  if (!isObject(whole)) return undefined;
  if (whole.type === "array") return isObject(whole.items) ? unfoldable(whole.items, named) : undefined;
  if (isObject(whole.properties)) return whole;
  const branches = branchesOf(whole);
  return branches.some((branch) => unfoldable(branch, named) !== undefined) ? whole : undefined;
}
