import type { JsonObject } from "../reading/json-row.ts";
import { asText, isMessage, type Named, pick, rename, responsesOf } from "./fields.ts";

const prompts = ["prompt", "question", "instruction", "conversations", "messages"];
const texts = ["text", "response", "completion", "solution", "answer", "output", "content", "value"];
const labels = ["label", "correct", "is_correct", "score", "reward"];
const sources = ["source", "model", "generator"];

export const preferenceNames: ReadonlySet<string> = new Set([
  ...prompts,
  ...["chosen", "rejected"],
  ...texts,
  ...labels,
  ...sources,
]);

const hint = "a row has chosen and rejected, or responses, or a response with its label";

/** A preference row: a pair, a prompt with labelled responses, or a prompt with one of them. */
export function namePreference(given: JsonObject): Named {
  const name = pick(given, prompts) ?? "prompt";
  const chat = given[name];
  const prompt = asText(chat);
  if (pick(given, ["chosen", "rejected"]) !== undefined) {
    const { chosen, rejected } = given;
    const responses = [
      { text: answerOf(chosen, chat), label: 1 },
      { text: answerOf(rejected, chat), label: 0 },
    ];
    const from = { prompt: name, "responses/0/text": "chosen", "responses/1/text": "rejected" };
    return { row: { prompt, responses, pair: true }, from };
  }
  const { responses } = given;
  if (responses === undefined) return nameSingle(given, name, chat);
  return {
    row: { prompt, responses: responsesOf(responses, responseOf), pair: false },
    from: { prompt: name },
  };
}

/** One response a row; in a list of messages it is the last of them. */
function nameSingle(given: JsonObject, name: string, chat: unknown): Named {
  const text = pick(given, texts);
  const label = pick(given, labels);
  if (text === undefined && Array.isArray(chat) && chat.length > 1 && chat.every(isMessage)) {
    const response = { text: asText(chat.at(-1)), label: given[label ?? "label"] };
    const row = { prompt: asText(chat.slice(0, -1)), responses: [response], pair: false };
    return { row, from: { prompt: name, "responses/0/label": label ?? "label" } };
  }
  const prompt = asText(chat);
  if (text === undefined && label === undefined)
    return { row: { prompt, pair: false }, from: { prompt: name }, hint };
  const response = { text: asText(given[text ?? "response"]), label: labelOf(given[label ?? "label"]) };
  const from = {
    prompt: name,
    "responses/0/text": text ?? "response",
    "responses/0/label": label ?? "label",
  };
  return { row: { prompt, responses: [response], pair: false }, from };
}

/** A label that a table's cell says. */
function labelOf(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const cell = value.trim().toLowerCase();
  if (cell === "true" || cell === "false") return cell === "true";
  return /^(0|1|0?\.\d+)$/.test(cell) ? Number(cell) : value;
}

function responseOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { text, ...rest } = rename(value as JsonObject, { text: texts, label: labels, source: sources }).row;
  return { text: asText(text), ...rest };
}

/** Where chosen and rejected repeat the prompt's messages, the answer is what comes after them. */
function answerOf(value: unknown, prompt: unknown): unknown {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isMessage)) return asText(value);
  const repeated = Array.isArray(prompt) ? prompt.length : 1;
  return asText(repeated < value.length ? value.slice(repeated) : value.slice(-1));
}
