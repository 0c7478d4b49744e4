import type { JsonObject } from "../reading/json-row.ts";
import { asText, type Named, rename } from "./fields.ts";

export const instructionFields = {
  instruction: ["instruction", "prompt", "question"],
  input: ["input", "context"],
  output: ["output", "completion", "response", "answer"],
  task: ["task", "task_name", "category"],
} as const;

/** An instruction row as Alpaca, T0, Dolly or a list of questions with answers has it. */
export function nameInstruction(given: JsonObject): Named {
  const named = rename(given, instructionFields);
  const { instruction, output } = named.row;
  if (typeof instruction === "string" && typeof output === "string") return named;
  return { ...named, row: { ...named.row, instruction: asText(instruction), output: asText(output) } };
}
