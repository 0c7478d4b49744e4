import type * as z from "zod";
import { LlmError } from "../../../llm/llm-error.ts";
import type { ChatModel } from "../../../llm/port.ts";

export interface Question<T> {
  readonly system: string;
  readonly content: string;
  readonly schema: z.ZodType<T>;
  readonly schemaName: string;
  readonly maxTokens: number;
  /** Which of several samples it is, from 0: the others are drawn with a temperature. */
  readonly sample?: number;
}

/** A chat model that is asked no more once its tokens are spent or it failed to answer. */
export interface Metered {
  readonly provider: string;
  readonly model: string;
  /** The answer; undefined where there is none. */
  ask<T>(question: Question<T>): Promise<T | undefined>;
  tokens(): number;
  /** Why answers are missing; undefined where none is. */
  failure(): string | undefined;
}

/** Meters a chat model. Passes over its own errors alone: an abort and everything else go on up. */
export function meteredModel(
  llm: ChatModel,
  { cap, seed, signal }: { readonly cap: number; readonly seed: number; readonly signal: AbortSignal },
): Metered {
  let used = 0;
  let why: string | undefined;
  return {
    provider: llm.provider,
    model: llm.model,
    tokens: () => used,
    failure: () => why,
    async ask({ system, content, schema, schemaName, maxTokens, sample = 0 }) {
      if (used >= cap) {
        why ??= `the ${cap} tokens that the run may take are spent`;
        return undefined;
      }
      try {
        const { value, usage } = await llm.complete({
          system,
          messages: [{ role: "user", content }],
          schema,
          schemaName,
          maxTokens,
          seed: seed + sample,
          temperature: sample === 0 ? 0 : 0.7,
          signal,
        });
        used += usage.inputTokens + usage.outputTokens;
        return value;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof LlmError)) throw error;
        why ??= `the model gave no answer (${error.kind})`;
        return undefined;
      }
    },
  };
}
