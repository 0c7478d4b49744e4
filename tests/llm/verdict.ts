import * as z from "zod";
import type { ChatRequest } from "../../shared/llm/port.ts";

/** A judge's answer, with bounds that no provider enforces. */
export const verdict = z.strictObject({
  winner: z.enum(["a", "b", "same"]),
  score: z.int().min(0).max(5),
  why: z.string().max(200).describe("In one sentence"),
});
export const good = { winner: "a", score: 4, why: "It names the date." } as const;

export const question = (given: Partial<ChatRequest<z.infer<typeof verdict>>> = {}) => ({
  system: "You compare answers.",
  messages: [{ role: "user", content: "Which is better?" }] as const,
  schema: verdict,
  schemaName: "verdict",
  maxTokens: 500,
  ...given,
});
