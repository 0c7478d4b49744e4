import * as z from "zod";

/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A schema in the words that every provider's structured output knows. */
export interface PortableSchema {
  readonly schema: JsonSchema;
  /** Whether it can be enforced word by word: every object is closed and all its fields are required. */
  readonly strict: boolean;
}

/** What only some providers enforce goes into the description, where the model can read it. */
const bounds: ReadonlySet<string> = new Set([
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "pattern",
  "format",
  "minItems",
  "maxItems",
  "uniqueItems",
  "default",
]);
/** Words about words, which no model needs. */
const dropped: ReadonlySet<string> = new Set([
  "$schema",
  "$id",
  "id",
  "title",
  "examples",
  "readOnly",
  "contentEncoding",
]);
/** What strict output does not know. */
const loose: ReadonlySet<string> = new Set([
  "allOf",
  "not",
  "prefixItems",
  "patternProperties",
  "propertyNames",
]);

/**
 * The JSON Schema of what a model is to write for a zod schema to accept. Bounds on numbers, lengths and patterns
 * become words of the description, since providers refuse schemas that have them; zod checks them afterwards.
 */
export function portableSchema(schema: z.ZodType): PortableSchema {
  const walk = { strict: true };
  return { schema: portable(jsonSchema(schema), walk), strict: walk.strict };
}

/** Whether all that the schema accepts are objects, which is what providers ask of an answer. */
export const isObjectSchema = (schema: z.ZodType): boolean => jsonSchema(schema).type === "object";

const jsonSchema = (schema: z.ZodType): JsonSchema =>
  toParts(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));

function portable(given: JsonSchema, walk: { strict: boolean }): JsonSchema {
  const words: [string, unknown][] = [];
  const notes: string[] = [];
  for (const [word, value] of Object.entries(given)) {
    if (word === "pattern" && given.format !== undefined) continue;
    if (dropped.has(word) || word === "description" || isSafeIntegerBound(word, value)) continue;
    if (bounds.has(word)) notes.push(`${word} ${typeof value === "string" ? value : JSON.stringify(value)}`);
    else words.push(translated(word, value, walk));
  }
  if (Object.keys(given).some((word) => loose.has(word))) walk.strict = false;
  const description = [given.description, notes.join(", ")].filter(
    (part) => typeof part === "string" && part !== "",
  );
  const made = Object.fromEntries([
    ...words,
    ...(description.length > 0 ? [["description", description.join("; ")]] : []),
  ]);
  return made.type === "object" ? closed(made, walk) : made;
}

/** zod gives every integer the bounds of what a double can hold. */
const isSafeIntegerBound = (word: string, value: unknown) =>
  (word === "minimum" || word === "maximum") && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER;

function translated(word: string, value: unknown, walk: { strict: boolean }): [string, unknown] {
  if (word === "const") return ["enum", [value]];
  if (word === "oneOf" || word === "anyOf") return ["anyOf", eachOf(value, walk)];
  if (word === "properties" || word === "$defs") {
    const parts = Object.entries(toParts(value));
    return [word, Object.fromEntries(parts.map(([name, part]) => [name, portable(toParts(part), walk)]))];
  }
  if (word === "items" || word === "additionalProperties") {
    return [word, typeof value === "object" ? portable(toParts(value), walk) : value];
  }
  // The parts of allOf stay open, or no object could fit them all.
  if (word === "prefixItems") return [word, eachOf(value, walk)];
  return [word, value];
}

const eachOf = (value: unknown, walk: { strict: boolean }) =>
  Array.isArray(value) ? value.map((part) => portable(toParts(part), walk)) : value;

/** An object without a word about other fields has none. */
function closed(given: JsonSchema, walk: { strict: boolean }): JsonSchema {
  const { additionalProperties = false, required = [], properties = {} } = given;
  const all = Object.keys(toParts(properties));
  if (additionalProperties !== false || (Array.isArray(required) && required.length < all.length))
    walk.strict = false;
  return { ...given, properties, required, additionalProperties };
}

const toParts = (value: unknown): JsonSchema =>
  typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
