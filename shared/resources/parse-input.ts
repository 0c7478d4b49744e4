import * as z from "zod";
import { didYouMean } from "./nearest.ts";
import { type FieldError, Problem } from "./problem.ts";

/** A body as its schema reads it. Throws a 422 with the path of each field at fault; `taker` is for the text. */
export function parseInput<T extends z.ZodType>(taker: string, schema: T, given: unknown): z.output<T> {
  if (!isObject(given)) throw invalid(taker, [{ path: "", message: "must be a JSON object" }]);
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw invalid(taker, fieldErrors(parsed.error, schema, given));
}

export function invalid(taker: string, errors: readonly FieldError[]): Problem {
  const told = errors.map(({ path, message }) => `${path || "the body"} ${message}`).join("; ");
  return new Problem("invalid-input", `${taker} does not take this input: ${told}`, errors);
}

/** The issues of a zod error as fields with what is wrong; an unknown field or value names the near one. */
export function fieldErrors(error: z.ZodError, schema: z.ZodType, given: unknown): FieldError[] {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return error.issues.flatMap((issue) => issueErrors(issue, [], json, given)).slice(0, 50);
}

function issueErrors(
  issue: z.core.$ZodIssue,
  above: readonly PropertyKey[],
  json: JsonSchema,
  given: unknown,
): FieldError[] {
  const path = [...above, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    const known = fieldsAt(json, path);
    return issue.keys.map((key) => ({
      path: toPointer([...path, key]),
      message: `is not a field here${didYouMean(key, known)}`,
    }));
  }
  if (issue.code === "invalid_union") {
    const branches = issue.errors.toSorted((a, b) => a.length - b.length);
    if (branches[0] !== undefined) return branches[0].flatMap((one) => issueErrors(one, path, json, given));
    const choices = constantsAt(json, path);
    if (choices.length > 0) return [{ path: toPointer(path), message: choiceOf(choices, given, path) }];
  }
  if (issue.code === "invalid_value" && issue.values.length > 1) {
    return [{ path: toPointer(path), message: choiceOf(issue.values.map(String), given, path) }];
  }
  return [{ path: toPointer(path), message: issue.message }];
}

/** What to say of the value at `path`, which is none of the choices. */
function choiceOf(choices: readonly string[], given: unknown, path: readonly PropertyKey[]): string {
  const value = path.reduce<unknown>(
    (inside, step) => (typeof inside === "object" && inside !== null ? Reflect.get(inside, step) : undefined),
    given,
  );
  const hint = typeof value === "string" ? didYouMean(value, choices) : "";
  return `must be one of ${choices.join(", ")}${hint}`;
}

/** A JSON pointer (RFC 6901). */
export const toPointer = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The schemas that may apply at a path: every branch of a union is followed. */
function schemasAt(json: JsonSchema, path: readonly PropertyKey[]): JsonSchema[] {
  let level = branches(json);
  for (const step of path) {
    level = level
      .flatMap((schema) => [typeof step === "number" ? schema.items : schema.properties?.[String(step)]])
      .flatMap((below) => (isSchema(below) ? branches(below) : []));
  }
  return level;
}

const isSchema = (value: unknown): value is JsonSchema => isObject(value);

const branches = (schema: JsonSchema): JsonSchema[] => [
  schema,
  ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]
    .filter(isSchema)
    .flatMap(branches),
];

const fieldsAt = (json: JsonSchema, path: readonly PropertyKey[]): string[] => [
  ...new Set(schemasAt(json, path).flatMap((schema) => Object.keys(schema.properties ?? {}))),
];

const constantsAt = (json: JsonSchema, path: readonly PropertyKey[]): string[] => [
  ...new Set(
    schemasAt(json, path)
      .flatMap(({ const: one, enum: some = [] }) => [one, ...some])
      .filter((v) => v !== undefined)
      .map(String),
  ),
];

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
