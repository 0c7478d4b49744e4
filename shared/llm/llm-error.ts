/**
 * Why there is no answer.
 * - `not-configured`: no model, or one that is not there.
 * - `refused`: the model, a filter or the server does not take this request.
 * - `truncated`: the answer is longer than `maxTokens` or the context.
 * - `invalid-output`: the answer does not fit the schema, nor does its repair.
 * - `rate-limited`, `timeout`, `unavailable`: the server did not answer, however often it was asked.
 * - `unauthorised`: the key is missing, wrong, or may not do this.
 * - `budget`: the call could pass the budget.
 * - `replay-miss`: the replay file has no answer to this request.
 */
export type LlmErrorKind =
  | "not-configured"
  | "refused"
  | "truncated"
  | "invalid-output"
  | "rate-limited"
  | "timeout"
  | "unavailable"
  | "unauthorised"
  | "budget"
  | "replay-miss";

/** A chat model gave no answer. The message says what to do; no key is ever in it. */
export class LlmError extends Error {
  override readonly name = "LlmError";
  readonly kind: LlmErrorKind;

  constructor(kind: LlmErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }
}
