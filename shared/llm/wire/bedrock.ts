import * as z from "zod";
import { type Call, type Feature, type Reply, systemPrompt, toolDescription, type Wire } from "./wire.ts";

const tokens = z.int().nonnegative().nullish();
const converse = z.looseObject({
  output: z.looseObject({
    message: z.looseObject({
      content: z.array(
        z.looseObject({
          text: z.string().optional(),
          toolUse: z.looseObject({ input: z.unknown() }).optional(),
        }),
      ),
    }),
  }),
  stopReason: z.string(),
  usage: z.looseObject({
    inputTokens: z.int().nonnegative(),
    outputTokens: z.int().nonnegative(),
    cacheReadInputTokens: tokens,
    cacheWriteInputTokens: tokens,
  }),
});

/** Amazon Bedrock's Converse. Many of its models can be given a tool, fewer be forced to call it. */
export const bedrock: Wire = {
  manner: (_, unknown) => (unknown.has("tool") ? "text" : "tool"),
  request(call, unknown) {
    const manner = bedrock.manner(call, unknown);
    const system = systemPrompt(call, manner);
    return {
      path: `/model/${encodeURIComponent(call.model)}/converse`,
      headers: {},
      body: {
        ...(system !== undefined && { system: [{ text: system }] }),
        messages: call.messages.map(({ role, content }) => ({ role, content: [{ text: content }] })),
        inferenceConfig: {
          maxTokens: call.maxTokens,
          ...(!unknown.has("temperature") && { temperature: call.temperature }),
        },
        ...(manner === "tool" && { toolConfig: toolConfig(call, unknown) }),
      },
    };
  },
  reply(body): Reply {
    const { output, stopReason, usage } = converse.parse(body);
    const { content } = output.message;
    const call = content.find(({ toolUse }) => toolUse !== undefined)?.toolUse;
    const cached = (usage.cacheReadInputTokens ?? 0) + (usage.cacheWriteInputTokens ?? 0);
    return {
      text: call === undefined ? content.map((part) => part.text ?? "").join("") : JSON.stringify(call.input),
      ...stopped(stopReason),
      usage: { inputTokens: usage.inputTokens + cached, outputTokens: usage.outputTokens },
    };
  },
  authorization: (key) => ({ authorization: `Bearer ${key}` }),
  complaints: [
    ["temperature", /temperature/i],
    ["choice-any", /toolChoice\.any/i],
    ["choice-tool", /toolChoice/i],
    ["tool", /\btools?\b|toolConfig/i],
  ],
};

function stopped(reason: string): Pick<Reply, "stop" | "reason"> {
  if (reason === "guardrail_intervened") return { stop: "refusal", reason: "a guardrail intervened" };
  if (reason === "content_filtered") return { stop: "refusal", reason: "the content filter stopped it" };
  return { stop: reason === "max_tokens" || reason === "model_context_window_exceeded" ? "length" : "end" };
}

function toolConfig({ form: { name, schema } }: Call, unknown: ReadonlySet<Feature>): object {
  const tools = [{ toolSpec: { name, description: toolDescription, inputSchema: { json: schema } } }];
  if (!unknown.has("choice-tool")) return { tools, toolChoice: { tool: { name } } };
  return unknown.has("choice-any") ? { tools } : { tools, toolChoice: { any: {} } };
}
