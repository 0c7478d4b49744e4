import type { AnswerForm } from "./answer-form.ts";
import { type Asked, ask, type Line } from "./ask.ts";
import type { Ledger } from "./ledger.ts";
import { LlmError } from "./llm-error.ts";
import type { ChatUsage } from "./port.ts";
import type { Call } from "./wire/wire.ts";

export interface Answer {
  /** JSON that the form reads. */
  readonly raw: string;
  /** Of all that was asked for it. */
  readonly usage: ChatUsage;
}

/** Characters of what is told of a fault: a long answer can have very many. */
const maxFault = 500;

/** Asks for an answer in the form, and once more where the first is not in it. Throws an `LlmError` without one. */
export async function answer(
  line: Line,
  ledger: Ledger,
  { call, form }: { readonly call: Call; readonly form: AnswerForm<unknown> },
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const first = await ask(line, ledger, call, signal);
  const said = finished(first, line, call);
  const reading = form.read(said);
  if ("json" in reading) return { raw: reading.json, usage: first.usage };
  if (!reading.isJson && said.trim() !== "") distrust(line, call);
  const second = await ask(line, ledger, corrected(call, said, reading.fault), signal);
  const again = form.read(finished(second, line, call));
  if ("json" in again) {
    ledger.note("repaired");
    return { raw: again.json, usage: sum(first.usage, second.usage) };
  }
  throw new LlmError(
    "invalid-output",
    `${line.exchange.server} gave no ${form.name} that fits its schema, nor when told what was wrong: ` +
      `${again.fault.replaceAll(/\s+/g, " ").slice(0, maxFault)}; choose a model that keeps to schemas, or a simpler schema`,
  );
}

/** The text of an answer that the model ended by itself. */
function finished({ reply }: Asked, { exchange }: Line, { maxTokens }: Call): string {
  if (reply.stop === "end") return reply.text;
  if (reply.stop === "refusal") {
    const reason = (reply.reason ?? "it gave no reason").slice(0, maxFault);
    throw new LlmError(
      "refused",
      `${exchange.server} refuses to answer: ${reason}; change the request, or the model`,
    );
  }
  throw new LlmError(
    "truncated",
    `the answer of ${exchange.server} was cut off: it needs more than maxTokens ${maxTokens}, the model's thinking ` +
      "included, or the request fills the model's context; allow more tokens, or ask for less",
  );
}

/** A server that holds its output to a form cannot give what is no JSON: this one does not, and is not asked to again. */
function distrust({ exchange, unknown }: Line, call: Call): void {
  const manner = exchange.wire.manner(call, unknown);
  if (manner !== "text") unknown.add(manner);
}

const corrected = (call: Call, said: string, fault: string): Call => ({
  ...call,
  messages: [
    ...call.messages,
    // No provider takes an empty message.
    { role: "assistant", content: said.trim() === "" ? "(nothing)" : said },
    {
      role: "user",
      content:
        `That is not in the form that was asked for: ${fault.slice(0, maxFault)}\n` +
        `Give the whole answer again, as JSON that fits this JSON Schema, and nothing else:\n${JSON.stringify(call.form.schema)}`,
    },
  ],
});

const sum = (a: ChatUsage, b: ChatUsage): ChatUsage => ({
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  ...(a.cost !== undefined && b.cost !== undefined && { cost: a.cost + b.cost }),
});
