import type { AnswerForm } from "../answer-form.ts";
import type { ChatMessage } from "../port.ts";

/** What is asked of a model, whoever serves it. */
export interface Call {
  readonly model: string;
  readonly system: string | undefined;
  readonly messages: readonly ChatMessage[];
  readonly form: Pick<AnswerForm<unknown>, "name" | "schema" | "strict">;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed: number | undefined;
}

/**
 * What a server may not know. `schema`: output held to a JSON Schema; `tool`: tools; `choice-tool` and `choice-any`:
 * forcing a call of one tool, or of any; `max_tokens` and the others: parameters of that name.
 */
export type Feature =
  | "schema"
  | "tool"
  | "choice-tool"
  | "choice-any"
  | "temperature"
  | "seed"
  | "max_tokens";

/** How the answer's form is asked for. */
export type Manner = "schema" | "tool" | "text";

export interface WireRequest {
  /** Behind the base URL. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a server answered. */
export interface Reply {
  readonly text: string;
  /** `length`: cut off; `refusal`: the model, or a filter, does not want to. */
  readonly stop: "end" | "length" | "refusal";
  /** The words in which it was refused. */
  readonly reason?: string;
  readonly usage?: { readonly inputTokens: number; readonly outputTokens: number };
}

/** The wire format of a provider. */
export interface Wire {
  /** The way to ask for this form that the server knows, as far as is known. */
  manner(call: Call, unknown: ReadonlySet<Feature>): Manner;
  request(call: Call, unknown: ReadonlySet<Feature>): WireRequest;
  /** Throws on a body that is none of the provider's. */
  reply(body: unknown): Reply;
  /** Headers that show who asks. */
  authorization(key: string): Readonly<Record<string, string>>;
  /** By what words of an error a server says that it does not know a feature. */
  readonly complaints: readonly (readonly [Feature, RegExp])[];
}

/** What takes the place of structured output where a server has none. */
export const formInWords = ({ form }: Call): string =>
  `Answer with one JSON object alone, without a word before or after it, that fits this JSON Schema:\n${JSON.stringify(form.schema)}`;

/** The system prompt, with the form in words where it is asked for in that way; undefined where nothing is to be said. */
export function systemPrompt(call: Call, manner: Manner): string | undefined {
  const parts = [call.system, manner === "text" ? formInWords(call) : undefined];
  const said = parts.filter((part) => part !== undefined && part.trim() !== "");
  return said.length === 0 ? undefined : said.join("\n\n");
}

export const toolDescription = "Gives the answer.";
