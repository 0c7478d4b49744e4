import type { ChatConfiguration, Provider } from "../../shared/llm/environment.ts";
import type { Received } from "./chat-server.ts";

/** A provider's wire format, written by hand from its public reference. */
export interface Spoken {
  readonly provider: Provider;
  readonly path: string;
  /** A completed answer: held to a schema, or, for those that have no such output, the call of a tool. */
  answered(value: unknown): object;
  /** The call of a tool. */
  called(value: unknown): object;
  said(text: string): object;
  cut(text: string): object;
  refused(): object;
  failed(message: string, type?: string): object;
  /** What of an error's body names a model or a URL that is not there. */
  readonly key: { readonly header: string; readonly value: (key: string) => string };
  /** Manner in which a request asks for its form. */
  manner(received: Received): string;
}

export const tokens = { inputTokens: 120, outputTokens: 30 };
export const testKey = "sk-test-0123456789abcdef";

const completion = (message: object, finish: string) => ({
  id: "chatcmpl-B9MBs8Cjcv",
  object: "chat.completion",
  created: 1_741_569_952,
  model: "test-model-2026-01-01",
  choices: [
    {
      index: 0,
      message: { role: "assistant", content: null, refusal: null, annotations: [], ...message },
      logprobs: null,
      finish_reason: finish,
    },
  ],
  usage: {
    prompt_tokens: 120,
    completion_tokens: 30,
    total_tokens: 150,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  },
  service_tier: "default",
  system_fingerprint: null,
});

export const openai: Spoken = {
  provider: "openai",
  path: "/v1/chat/completions",
  answered: (value) => completion({ content: JSON.stringify(value) }, "stop"),
  called: (value) =>
    completion(
      {
        tool_calls: [
          {
            id: "call_abc123",
            type: "function",
            function: { name: "verdict", arguments: JSON.stringify(value) },
          },
        ],
      },
      "tool_calls",
    ),
  said: (content) => completion({ content }, "stop"),
  cut: (content) => completion({ content }, "length"),
  refused: () => completion({ refusal: "I'm sorry, I cannot assist with that request." }, "stop"),
  failed: (message, type = "invalid_request_error") => ({
    error: { message, type, param: null, code: null },
  }),
  key: { header: "authorization", value: (key) => `Bearer ${key}` },
  manner: ({ body }) => (body.response_format ? "schema" : body.tools ? "tool" : "text"),
};

const message = (content: object[], stop: string) => ({
  id: "msg_01XFDUDYJgAACzvnptvVoYEL",
  type: "message",
  role: "assistant",
  model: "test-model",
  content,
  stop_reason: stop,
  stop_sequence: null,
  usage: {
    input_tokens: 100,
    cache_creation_input_tokens: 15,
    cache_read_input_tokens: 5,
    output_tokens: 30,
    service_tier: "standard",
  },
});

export const anthropic: Spoken = {
  provider: "anthropic",
  path: "/v1/messages",
  answered: (value) => message([{ type: "text", text: JSON.stringify(value) }], "end_turn"),
  called: (value) =>
    message(
      [
        { type: "text", text: "Here it is." },
        { type: "tool_use", id: "toolu_01A09q90qw90lq917835lq9", name: "verdict", input: value },
      ],
      "tool_use",
    ),
  said: (text) => message([{ type: "text", text }], "end_turn"),
  cut: (text) => message([{ type: "text", text }], "max_tokens"),
  refused: () => message([], "refusal"),
  failed: (text, type = "invalid_request_error") => ({
    type: "error",
    error: { type, message: text },
    request_id: "req_011CSHoEeqs5C35K2UUqR7Fy",
  }),
  key: { header: "x-api-key", value: (key) => key },
  manner: ({ body }) => (body.output_config ? "schema" : body.tools ? "tool" : "text"),
};

const converse = (content: object[], stopReason: string) => ({
  output: { message: { role: "assistant", content } },
  stopReason,
  usage: { inputTokens: 110, outputTokens: 30, totalTokens: 150, cacheReadInputTokens: 10 },
  metrics: { latencyMs: 1275 },
});

const toolUse = (input: unknown) => ({
  toolUse: { toolUseId: "tooluse_kZJMlvQmRJ6eAyJE5GIl7Q", name: "verdict", input },
});

export const bedrock: Spoken = {
  provider: "bedrock",
  path: "/model/test-model/converse",
  answered: (value) => converse([toolUse(value)], "tool_use"),
  called: (value) => converse([{ text: "Here it is." }, toolUse(value)], "tool_use"),
  said: (text) => converse([{ text }], "end_turn"),
  cut: (text) => converse([{ text }], "max_tokens"),
  refused: () => converse([{ text: "Blocked." }], "guardrail_intervened"),
  failed: (text) => ({ message: text }),
  key: { header: "authorization", value: (key) => `Bearer ${key}` },
  manner: ({ body }) => (body.toolConfig ? "tool" : "text"),
};

export const spoken = [openai, anthropic, bedrock] as const;

/** A configuration that asks the server at `url`, without limits. */
export const configured = (
  { provider }: Pick<Spoken, "provider">,
  url: string,
  given: Partial<ChatConfiguration> = {},
): ChatConfiguration => ({
  provider,
  model: "test-model",
  url: provider === "openai" ? `${url}/v1` : url,
  key: testKey,
  region: "eu-west-1",
  concurrency: 4,
  timeoutMilliseconds: 120_000,
  attempts: 5,
  ...given,
});
