import type { AnswerForm } from "./answer-form.ts";
import type { ChatRequest } from "./port.ts";
import type { Call } from "./wire/wire.ts";

const schemaName = /^[A-Za-z0-9_-]{1,64}$/;

/** Throws a `RangeError` that names the field for a request that no model could take. */
export function checkRequest(request: Omit<ChatRequest<unknown>, "schema">): void {
  const { messages, maxTokens, temperature = 0, seed = 0 } = request;
  if (!schemaName.test(request.schemaName)) {
    throw new RangeError(
      `schemaName ${JSON.stringify(request.schemaName)}: letters, digits, '_' and '-', at most 64 of them`,
    );
  }
  if (!Number.isInteger(maxTokens) || maxTokens < 1) {
    throw new RangeError(`maxTokens ${maxTokens}: a whole number from 1`);
  }
  if (!(temperature >= 0 && temperature <= 2))
    throw new RangeError(`temperature ${temperature}: from 0 to 2`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed ${seed}: a whole number`);
  if (messages.length % 2 === 0) {
    throw new RangeError(`messages: ${messages.length} of them; they begin and end with the user's`);
  }
  for (const [at, { role, content }] of messages.entries()) {
    const due = at % 2 === 0 ? "user" : "assistant";
    if (role !== due) throw new RangeError(`messages/${at}: of the ${role}; user and assistant take turns`);
    if (content.trim() === "") throw new RangeError(`messages/${at}: is empty`);
  }
}

export const toCall = (
  { system, messages, maxTokens, temperature = 0, seed }: Omit<ChatRequest<unknown>, "schema">,
  model: string,
  form: AnswerForm<unknown>,
): Call => ({
  model,
  system,
  messages: messages.map(({ role, content }) => ({ role, content })),
  form: { name: form.name, schema: form.schema, strict: form.strict },
  maxTokens,
  temperature,
  seed,
});
