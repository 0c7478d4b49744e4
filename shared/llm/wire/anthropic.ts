import * as z from "zod";
import { type Call, type Manner, type Reply, systemPrompt, toolDescription, type Wire } from "./wire.ts";

const tokens = z.int().nonnegative().nullish();
const message = z.looseObject({
  content: z.array(
    z.looseObject({ type: z.string(), text: z.string().optional(), input: z.unknown().optional() }),
  ),
  stop_reason: z.string().nullish(),
  usage: z.looseObject({
    input_tokens: z.int().nonnegative(),
    output_tokens: z.int().nonnegative(),
    cache_creation_input_tokens: tokens,
    cache_read_input_tokens: tokens,
  }),
});

/** Anthropic's Messages. */
export const anthropic: Wire = {
  manner: ({ form }, unknown) =>
    form.strict && !unknown.has("schema") ? "schema" : !unknown.has("tool") ? "tool" : "text",
  request(call, unknown) {
    const manner = anthropic.manner(call, unknown);
    const system = systemPrompt(call, manner);
    return {
      path: "/v1/messages",
      headers: { "anthropic-version": "2023-06-01" },
      body: {
        model: call.model,
        max_tokens: call.maxTokens,
        ...(system !== undefined && { system }),
        messages: call.messages,
        ...(!unknown.has("temperature") && { temperature: call.temperature }),
        ...structure(call, manner),
      },
    };
  },
  reply(body): Reply {
    const { content, stop_reason: stop, usage } = message.parse(body);
    const call = content.find(({ type }) => type === "tool_use");
    const said = content.flatMap((part) => (part.type === "text" ? [part.text ?? ""] : [])).join("");
    const cached = (usage.cache_creation_input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0);
    return {
      text: call === undefined ? said : JSON.stringify(call.input ?? {}),
      ...stopped(stop),
      usage: { inputTokens: usage.input_tokens + cached, outputTokens: usage.output_tokens },
    };
  },
  authorization: (key) => ({ "x-api-key": key }),
  complaints: [
    ["temperature", /temperature/i],
    ["schema", /output_config|output_format|structured output|json_schema/i],
    ["tool", /\btools?\b|tool_choice/i],
  ],
};

function stopped(reason: string | null | undefined): Pick<Reply, "stop" | "reason"> {
  if (reason === "refusal") return { stop: "refusal", reason: "the model declined" };
  return { stop: reason === "max_tokens" || reason === "model_context_window_exceeded" ? "length" : "end" };
}

function structure({ form: { name, schema } }: Call, manner: Manner): object {
  if (manner === "text") return {};
  if (manner === "schema") return { output_config: { format: { type: "json_schema", schema } } };
  return {
    tools: [{ name, description: toolDescription, input_schema: schema }],
    tool_choice: { type: "tool", name },
  };
}
