import { isList, isObject, type Json, type JsonObject } from "../../client/json.ts";

/** Limits on a number. */
export interface Range {
  readonly least?: number;
  readonly most?: number;
  /** Whether the limit itself is out of bounds. */
  readonly aboveLeast?: true;
  readonly belowMost?: true;
  readonly multipleOf?: number;
}

/** A field of a form: what a JSON Schema asks for, as a control can show it. */
export type Field = {
  readonly description?: string;
  readonly default?: Json;
  readonly nullable?: true;
} & FieldKind;

export type FieldKind =
  | {
      readonly kind: "text";
      readonly pattern?: string;
      readonly longest?: number;
      readonly shortest?: number;
    }
  | { readonly kind: "number"; readonly whole: boolean; readonly range: Range }
  | { readonly kind: "switch" }
  | { readonly kind: "choice"; readonly options: readonly (string | number)[] }
  | { readonly kind: "constant"; readonly value: Json }
  | { readonly kind: "dataset"; readonly kinds: readonly string[] }
  | { readonly kind: "model" }
  | { readonly kind: "choices"; readonly options: readonly (string | number)[] }
  | { readonly kind: "numbers"; readonly item: NumberField; readonly fewest: number; readonly most?: number }
  | { readonly kind: "texts" }
  | { readonly kind: "list"; readonly item: Field; readonly fewest: number; readonly most?: number }
  | ObjectKind
  | { readonly kind: "union"; readonly tag: string; readonly variants: readonly Variant[] }
  | { readonly kind: "json" };

type NumberField = Extract<FieldKind, { kind: "number" }>;
interface ObjectKind {
  readonly kind: "object";
  readonly properties: readonly Property[];
}

export interface Property {
  readonly name: string;
  readonly required: boolean;
  readonly field: Field;
}

/** One shape of a union, told from the others by the tag's value. */
export interface Variant {
  readonly value: string;
  readonly description?: string;
  /** Whether it is the one without a tag. */
  readonly usual: boolean;
  readonly properties: readonly Property[];
}

const text = (value: Json | undefined) => (typeof value === "string" ? value : undefined);
const number = (value: Json | undefined) => (typeof value === "number" ? value : undefined);

/** Fields are nested no deeper than this: a schema that refers to itself has no end. */
const deepest = 8;

/** The form's field for a JSON Schema as the API gives it; what no control fits is edited as JSON. */
export function fieldOf(schema: unknown): Field {
  return isObject(schema) ? read(schema, schema, 0) : { kind: "json" };
}

function read(given: JsonObject, root: JsonObject, depth: number): Field {
  const { schema, nullable } = withoutNull(resolve(given, root));
  const description = text(given.description) ?? text(schema.description);
  const standard = given.default ?? schema.default;
  const kind: FieldKind = depth > deepest ? { kind: "json" } : kindOf(schema, root, depth);
  return {
    ...kind,
    ...(description !== undefined && { description }),
    ...(standard !== undefined && { default: standard }),
    ...(nullable && { nullable }),
  };
}

/** Follows a reference within the document; one that leads nowhere is a schema that allows anything. */
function resolve(schema: JsonObject, root: JsonObject): JsonObject {
  const reference = text(schema.$ref);
  if (reference === undefined) return schema;
  const parts = reference.replace(/^#\/?/, "").split("/").filter(Boolean);
  const found = parts.reduce<Json | undefined>(
    (inside, part) =>
      isObject(inside) ? inside[part.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined,
    root,
  );
  return isObject(found) ? found : {};
}

/** `anyOf: [x, null]` is x that may be left empty. */
function withoutNull(schema: JsonObject): { readonly schema: JsonObject; readonly nullable?: true } {
  const branches = branchesOf(schema);
  const others = branches.filter((branch) => branch.type !== "null");
  const [only] = others;
  return others.length === 1 && branches.length === 2 && only !== undefined
    ? { schema: only, nullable: true }
    : { schema };
}

function branchesOf(schema: JsonObject): readonly JsonObject[] {
  const branches = schema.oneOf ?? schema.anyOf;
  return isList(branches) ? branches.filter(isObject) : [];
}

function kindOf(schema: JsonObject, root: JsonObject, depth: number): FieldKind {
  if (schema.const !== undefined) return { kind: "constant", value: schema.const };
  const options = optionsOf(schema);
  if (options !== undefined) return { kind: "choice", options };
  if (branchesOf(schema).length > 0) return unionOf(schema, root, depth);
  if (schema.type === "object") return objectOf(schema, root, depth);
  if (schema.type === "array") return listOf(schema, root, depth);
  if (schema.type === "boolean") return { kind: "switch" };
  if (schema.type === "number" || schema.type === "integer") return numberOf(schema);
  return schema.type === "string" ? textOf(schema) : { kind: "json" };
}

function textOf(schema: JsonObject): FieldKind {
  if (schema.format === "model") return { kind: "model" };
  if (schema.format === "dataset") {
    const kinds = isList(schema.kinds) ? schema.kinds.filter((kind) => typeof kind === "string") : [];
    return { kind: "dataset", kinds };
  }
  const [pattern, longest, shortest] = [
    text(schema.pattern),
    number(schema.maxLength),
    number(schema.minLength),
  ];
  return {
    kind: "text",
    ...(pattern !== undefined && { pattern }),
    ...(longest !== undefined && { longest }),
    ...(shortest !== undefined && { shortest }),
  };
}

function optionsOf(schema: JsonObject): readonly (string | number)[] | undefined {
  if (!isList(schema.enum)) return undefined;
  const options = schema.enum.filter((one) => typeof one === "string" || typeof one === "number");
  return options.length === schema.enum.length ? options : undefined;
}

function numberOf(schema: JsonObject): NumberField {
  // Every whole number has the safe ones as its limits: no news to anybody.
  const told = (limit: number | undefined) =>
    limit === undefined || Math.abs(limit) >= Number.MAX_SAFE_INTEGER ? undefined : limit;
  const above = told(number(schema.exclusiveMinimum));
  const below = told(number(schema.exclusiveMaximum));
  const least = above ?? told(number(schema.minimum));
  const most = below ?? told(number(schema.maximum));
  const multipleOf = number(schema.multipleOf);
  return {
    kind: "number",
    whole: schema.type === "integer",
    range: {
      ...(least !== undefined && { least }),
      ...(most !== undefined && { most }),
      ...(above !== undefined && { aboveLeast: true as const }),
      ...(below !== undefined && { belowMost: true as const }),
      ...(multipleOf !== undefined && { multipleOf }),
    },
  };
}

function listOf(schema: JsonObject, root: JsonObject, depth: number): FieldKind {
  if (!isObject(schema.items)) return { kind: "json" };
  const item = read(schema.items, root, depth + 1);
  const most = number(schema.maxItems);
  const size = { fewest: number(schema.minItems) ?? 0, ...(most !== undefined && { most }) };
  if (item.kind === "choice") return { kind: "choices", options: item.options };
  if (item.kind === "number") return { kind: "numbers", item, ...size };
  if (item.kind === "text") return { kind: "texts" };
  return { kind: "list", item, ...size };
}

function objectOf(schema: JsonObject, root: JsonObject, depth: number): FieldKind {
  if (!isObject(schema.properties)) return { kind: "json" };
  return { kind: "object", properties: propertiesOf(schema, root, depth) };
}

function propertiesOf(schema: JsonObject, root: JsonObject, depth: number): Property[] {
  const required = isList(schema.required) ? schema.required : [];
  const properties = isObject(schema.properties) ? schema.properties : {};
  return Object.entries(properties).map(([name, property]) => ({
    name,
    required: required.includes(name),
    field: isObject(property) ? read(property, root, depth + 1) : { kind: "json" },
  }));
}

/** A union whose shapes are objects with one field of different constants; any other is JSON. */
function unionOf(schema: JsonObject, root: JsonObject, depth: number): FieldKind {
  const shapes = branchesOf(schema).map((branch) => propertiesOf(resolve(branch, root), root, depth));
  const tag = shapes[0]?.find(({ name }) =>
    shapes.every((shape) => constantOf(shape, name) !== undefined),
  )?.name;
  if (tag === undefined) return { kind: "json" };
  return {
    kind: "union",
    tag,
    variants: shapes.map((shape) => {
      const own = shape.find(({ name }) => name === tag)?.field;
      return {
        value: constantOf(shape, tag) ?? "",
        usual: own?.default !== undefined,
        ...(own?.description !== undefined && { description: own.description }),
        properties: shape.filter(({ name }) => name !== tag),
      };
    }),
  };
}

function constantOf(shape: readonly Property[], name: string): string | undefined {
  const field = shape.find((property) => property.name === name)?.field;
  return field?.kind === "constant" && typeof field.value === "string" ? field.value : undefined;
}
