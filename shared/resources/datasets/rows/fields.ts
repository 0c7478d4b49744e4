import { maxResponses } from "../../../methods/rows.ts";
import type { JsonObject } from "../reading/json-row.ts";

/**
 * A row under the names that methods know, and where each field came from in the row as it was given: what
 * it is called there, by the name, or the path with slashes, that methods know.
 */
export interface Named {
  readonly row: JsonObject;
  readonly from: Readonly<Record<string, string>>;
  /** What a row that has nothing of the kind could have. */
  readonly hint?: string;
}

/** The first of these names that the row has a value under. */
export function pick(row: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = row[name];
    if (value !== undefined && value !== null) return name;
  }
  return undefined;
}

/**
 * A text that may be given as a chat: a message (`content`, or `value` in the style of ShareGPT) stands for
 * its text, several stand one below the other, each behind its role. Anything else comes back as it is.
 */
export function asText(value: unknown): unknown {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return isMessage(value) ? textOf(value) : value;
  if (!value.every(isMessage)) return value;
  const [first, ...others] = value;
  if (first === undefined) return value;
  if (others.length === 0) return textOf(first);
  return value.map((message) => `${roleOf(message)}: ${textOf(message)}`).join("\n\n");
}

export const isMessage = (value: unknown): value is JsonObject =>
  typeof value === "object" &&
  value !== null &&
  ("content" in value || "value" in value) &&
  typeof textOf(value as JsonObject) === "string";

const textOf = (message: JsonObject) => message.content ?? message.value;

const roles: Readonly<Record<string, string>> = { human: "user", gpt: "assistant" };
const roleOf = (message: JsonObject) => {
  const role = String(message.role ?? message.from ?? "user");
  return roles[role] ?? role;
};

/** Takes the fields of a row under the names that methods know; `names` has what else each may be called. */
export function rename(row: JsonObject, names: Readonly<Record<string, readonly string[]>>): Named {
  const renamed: Record<string, unknown> = {};
  const from: Record<string, string> = {};
  for (const [name, others] of Object.entries(names)) {
    const found = pick(row, others);
    if (found === undefined) continue;
    renamed[name] = row[found];
    from[name] = found;
  }
  return { row: renamed, from };
}

/** A list of responses, each read; one that is too long stays unread, and is no list to the schema. */
export const responsesOf = (value: unknown, read: (response: unknown) => unknown): unknown =>
  Array.isArray(value) ? (value.length > maxResponses ? value.length : value.map(read)) : value;
