/** What JSON can carry. */
export type Json = string | number | boolean | null | Json[] | JsonObject;
export type JsonObject = { [field: string]: Json };

/** Whether a value read from JSON is an object, neither a list nor null. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
