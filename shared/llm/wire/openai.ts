import * as z from "zod";
import {
  type Call,
  type Feature,
  type Manner,
  type Reply,
  systemPrompt,
  toolDescription,
  type Wire,
} from "./wire.ts";

const text = z.union([z.string(), z.array(z.looseObject({ text: z.string().optional() }))]);
const completion = z.looseObject({
  choices: z.tuple(
    [
      z.looseObject({
        finish_reason: z.string().nullish(),
        message: z.looseObject({
          content: text.nullish(),
          refusal: z.string().nullish(),
          tool_calls: z
            .array(z.looseObject({ function: z.looseObject({ arguments: z.string() }) }))
            .nullish(),
        }),
      }),
    ],
    z.unknown(),
  ),
  usage: z
    .looseObject({ prompt_tokens: z.int().nonnegative(), completion_tokens: z.int().nonnegative() })
    .nullish(),
});

/** Chat completions as OpenAI has them, and with it llama.cpp, Ollama, vLLM and many others. */
export const openai: Wire = {
  manner: (_, unknown) => (!unknown.has("schema") ? "schema" : !unknown.has("tool") ? "tool" : "text"),
  request(call, unknown) {
    const manner = openai.manner(call, unknown);
    const system = systemPrompt(call, manner);
    return {
      path: "/chat/completions",
      headers: {},
      body: {
        model: call.model,
        messages: [...(system === undefined ? [] : [{ role: "system", content: system }]), ...call.messages],
        ...parameters(call, unknown),
        ...structure(call, manner),
      },
    };
  },
  reply(body): Reply {
    const { choices, usage } = completion.parse(body);
    const [{ message, finish_reason: finish }] = choices;
    const { content, refusal, tool_calls: calls } = message;
    const said =
      typeof content === "string" ? content : (content ?? []).map((part) => part.text ?? "").join("");
    const refused = finish === "content_filter" || (typeof refusal === "string" && refusal !== "");
    return {
      text: calls?.[0]?.function.arguments ?? said,
      stop: refused ? "refusal" : finish === "length" ? "length" : "end",
      ...(refused && { reason: refusal || "the content filter stopped it" }),
      ...(usage && { usage: { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens } }),
    };
  },
  authorization: (key) => ({ authorization: `Bearer ${key}` }),
  complaints: [
    ["max_tokens", /max_completion_tokens/],
    ["temperature", /temperature/i],
    ["seed", /\bseed\b/i],
    ["schema", /response_format|json_schema|structured output|grammar|guided/i],
    ["tool", /\btools?\b|tool_choice|function call/i],
  ],
};

const parameters = (call: Call, unknown: ReadonlySet<Feature>) => ({
  [unknown.has("max_tokens") ? "max_completion_tokens" : "max_tokens"]: call.maxTokens,
  ...(!unknown.has("temperature") && { temperature: call.temperature }),
  ...(!unknown.has("seed") && call.seed !== undefined && { seed: call.seed }),
});

function structure({ form: { name, schema, strict } }: Call, manner: Manner): object {
  if (manner === "text") return {};
  if (manner === "schema") {
    return { response_format: { type: "json_schema", json_schema: { name, strict, schema } } };
  }
  return {
    tools: [
      {
        type: "function",
        function: { name, description: toolDescription, parameters: schema, ...(strict && { strict }) },
      },
    ],
    tool_choice: { type: "function", function: { name } },
  };
}
