import * as z from "zod";
import { isObjectSchema, type JsonSchema, portableSchema } from "./json-schema.ts";

/** What came of reading a model's text: the value, or what is wrong with the text, in words for the model. */
export type Reading<T> =
  | { readonly value: T; readonly json: string }
  | { readonly fault: string; readonly isJson: boolean };

/** The form of an answer: what the model is told of it, and how its text is read. */
export interface AnswerForm<T> {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly strict: boolean;
  read(text: string): Reading<T>;
}

/** The form that a zod schema asks for. An answer that is no object is asked for as field `value` of one. */
export function answerForm<T>(schema: z.ZodType<T>, name: string): AnswerForm<T> {
  if (isObjectSchema(schema)) return { name, ...portableSchema(schema), read: (text) => read(text, schema) };
  const wrapper = z.strictObject({ value: schema });
  return {
    name,
    ...portableSchema(wrapper),
    read(text) {
      const whole = read(text, wrapper);
      if ("value" in whole) return { value: whole.value.value, json: whole.json };
      const bare = read(text, schema);
      return "value" in bare ? bare : whole;
    },
  };
}

function read<T>(text: string, schema: z.ZodType<T>): Reading<T> {
  let fault = "it is not JSON";
  let isJson = false;
  for (const json of candidates(text)) {
    const parsed = parseJson(json);
    if (parsed === undefined) continue;
    const checked = schema.safeParse(parsed.value);
    if (checked.success) return { value: checked.data, json };
    if (!isJson) fault = z.prettifyError(checked.error);
    isJson = true;
  }
  return { fault, isJson };
}

/** Where in a text its JSON may be: all of it, a fenced block, or from the first brace to the last. */
function candidates(text: string): string[] {
  const said = withoutThinking(text.trim());
  const braces = said.slice(said.indexOf("{"), said.lastIndexOf("}") + 1);
  return [said, block(said), braces].filter((part) => part !== "");
}

function withoutThinking(text: string): string {
  const end = "</think>";
  const at = text.startsWith("<think>") ? text.indexOf(end) : -1;
  return at < 0 ? text : text.slice(at + end.length).trim();
}

/** The first block between lines of three backticks. No regular expression: on some texts one would never end. */
function block(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  const from = lines.findIndex((line) => line === "```" || line === "```json");
  const to = lines.indexOf("```", from + 1);
  return from < 0 || to < 0 ? "" : lines.slice(from + 1, to).join("\n");
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
