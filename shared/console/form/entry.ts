import type { Json } from "../../client/json.ts";

/** The number that a person typed; what is no number stays the text that it is, to be refused where it stands. */
export function readNumber(text: string): Json | undefined {
  const trimmed = text.trim().replaceAll(/(?<=\d)[ _](?=\d{3}\b)/g, "");
  if (trimmed === "") return undefined;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : text;
}

/** Numbers between commas or spaces; nothing at all is no list. */
export function readNumbers(text: string): Json[] | undefined {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== "");
  if (parts.length === 0) return undefined;
  return parts.map((part) => readNumber(part) ?? part);
}

/** One text a line. */
export function readTexts(text: string): string[] | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.length === 0 ? undefined : lines;
}

/** A value as a person would type it. */
export function written(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map(written).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
