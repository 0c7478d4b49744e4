import type { JsonObject } from "../reading/json-row.ts";
import { asText, type Named, rename, responsesOf } from "./fields.ts";

export const judgementFields = {
  id: ["id"],
  question: ["question", "prompt", "instruction", "question_text"],
  context: ["context"],
  reference: ["reference", "reference_answer", "ground_truth"],
  responses: ["responses"],
  a: ["response_a", "answer_a", "response_1"],
  b: ["response_b", "answer_b", "response_2"],
  preferred: ["preferred", "preferred_response", "chosen"],
  rejected: ["rejected", "rejected_response", "rejected"],
  label: ["label", "winner", "preference"],
  setting: ["setting", "compare_type"],
} as const;

/** A judgement row: a list of responses, two under names of their own, or the preferred one and the other. */
export function nameJudgement(given: JsonObject): Named {
  const { row, from } = rename(given, judgementFields);
  const { a, b, preferred, rejected, ...rest } = row;
  const isPair = preferred !== undefined || rejected !== undefined;
  const [first, second] = isPair ? (["preferred", "rejected"] as const) : (["a", "b"] as const);
  const two = row[first] === undefined && row[second] === undefined ? undefined : [row[first], row[second]];
  return {
    row: {
      ...rest,
      responses: responsesOf(rest.responses ?? two, responseText),
      label: isPair && rest.label === undefined ? 0 : indexOf(rest.label),
    },
    from: {
      ...from,
      ...(rest.responses === undefined && {
        "responses/0": from[first] ?? besides(second, first, from[second]),
        "responses/1": from[second] ?? besides(first, second, from[first]),
      }),
    },
  };
}

/** What the missing one of two responses would be called, beside the one that is there. */
function besides(known: keyof typeof judgementFields, missing: typeof known, name = ""): string {
  const names: readonly string[] = judgementFields[known];
  return judgementFields[missing][Math.max(0, names.indexOf(name))] ?? missing;
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
