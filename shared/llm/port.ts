import type * as z from "zod";

export interface ChatMessage {
  readonly role: "user" | "assistant";
  readonly content: string;
}

export interface ChatRequest<T> {
  readonly system?: string;
  /** Begins and ends with the user's, by turns. */
  readonly messages: readonly ChatMessage[];
  readonly schema: z.ZodType<T>;
  /** Letters, digits, `_` and `-`, at most 64: the model sees it. */
  readonly schemaName: string;
  /** The most that the model may write, its thinking included; also what an answer is held to cost beforehand. */
  readonly maxTokens: number;
  readonly seed?: number;
  /** Default 0. */
  readonly temperature?: number;
  readonly signal?: AbortSignal;
}

export interface ChatUsage {
  /** 0 where the server does not say. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In the currency of the prices that were given; absent without prices. */
  readonly cost?: number;
}

export interface ChatAnswer<T> {
  readonly value: T;
  /** The JSON as the model wrote it. */
  readonly raw: string;
  /** What the answer took when it was made, a repair included; the same when it comes from a cache. */
  readonly usage: ChatUsage;
  readonly provider: string;
  readonly model: string;
  /** Whether it was known already, and nothing was paid for it now. */
  readonly cached: boolean;
}

/** A chat model that answers in the form of a schema. */
export interface ChatModel {
  readonly provider: string;
  readonly model: string;
  /**
   * One answer that fits `schema`; as deterministic as the provider can be, and the same again for a request that was
   * answered before.
   *
   * @throws {LlmError} with a kind that says what to do, {RangeError} for a request that no model could take, and the
   * signal's reason when it is aborted.
   */
  complete<T>(request: ChatRequest<T>): Promise<ChatAnswer<T>>;
}
