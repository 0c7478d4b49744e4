import type * as z from "zod";
import { LlmError } from "../../../llm/llm-error.ts";
import type { ChatModel } from "../../../llm/port.ts";
import { addTallies, noTally, type Tally } from "../passes.ts";

/** What a judge is asked, and the form of its answer. */
export interface JudgeQuestion<T> {
  readonly system: string;
  readonly content: string;
  readonly schema: z.ZodType<T>;
  readonly schemaName: string;
}

export interface JudgeOptions {
  readonly llm: ChatModel;
  readonly maxTokens: number;
  readonly signal: AbortSignal;
}

/** An answer, or undefined where the model gave none that can be read; and what it took. */
export interface Asked<T> {
  readonly value: T | undefined;
  readonly tally: Tally;
}

/** Errors after which an answer counts as one without a verdict; the others say that something has to be mended. */
const unreadable: ReadonlySet<string> = new Set(["refused", "truncated", "invalid-output"]);

/** Asks a judge at temperature 0. */
export async function ask<T>(question: JudgeQuestion<T>, options: JudgeOptions): Promise<Asked<T>> {
  const { system, content, schema, schemaName } = question;
  const { llm, maxTokens, signal } = options;
  const one = { ...noTally(), calls: 1 };
  try {
    const { value, usage } = await llm.complete({
      ...{ system, schema, schemaName, maxTokens, signal, seed: 0, temperature: 0 },
      messages: [{ role: "user", content }],
    });
    const { inputTokens, outputTokens, cost = null } = usage;
    return { value, tally: { ...one, inputTokens, outputTokens, cost } };
  } catch (error) {
    if (error instanceof LlmError && unreadable.has(error.kind)) return { value: undefined, tally: one };
    throw error;
  }
}

/** What several answers took. */
export const tallied = (asked: readonly Pick<Asked<unknown>, "tally">[]): Tally =>
  asked.reduce((sum, { tally }) => addTallies(sum, tally), noTally());
