import type { JsonObject } from "../reading/json-row.ts";
import { asText, type Named, rename, responsesOf } from "./fields.ts";

const fields = {
  id: ["id"],
  question: ["question", "prompt", "instruction"],
  context: ["context"],
  reference: ["reference", "reference_answer", "ground_truth"],
  responses: ["responses"],
  a: ["response_a", "answer_a", "response_1"],
  b: ["response_b", "answer_b", "response_2"],
  label: ["label", "winner", "preference"],
  setting: ["setting", "compare_type"],
} as const;

/** A judgement row: a list of responses, or two under names of their own. */
export function nameJudgement(given: JsonObject): Named {
  const { row, from } = rename(given, fields);
  const { a, b, ...rest } = row;
  const responses = rest.responses ?? (a === undefined && b === undefined ? undefined : [a, b]);
  return {
    row: { ...rest, responses: responsesOf(responses, responseText), label: indexOf(rest.label) },
    from,
  };
}

/** A response as a text, or as an object around it. */
function responseText(value: unknown): unknown {
  const text = asText(value);
  if (typeof text !== "object" || text === null || Array.isArray(text)) return text;
  const { text: inner, response, answer } = text as JsonObject;
  return inner ?? response ?? answer ?? value;
}

const ties: ReadonlySet<unknown> = new Set(["same", "tie", "equal", "draw"]);

/** `response_a`, `a`, `A` are the first response; a number counts from 0; a tie is `same`. */
function indexOf(label: unknown): unknown {
  if (typeof label !== "string") return label;
  const name = label.trim().toLowerCase();
  if (ties.has(name)) return "same";
  const letter = /^(?:(?:response|answer|model|assistant)[_ ])?([a-z])$/.exec(name)?.[1];
  if (letter !== undefined) return letter.charCodeAt(0) - 97;
  return /^\d{1,3}$/.test(name) ? Number(name) : label;
}
