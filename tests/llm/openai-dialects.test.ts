import { once } from "node:events";
import { expect, it } from "vitest";
import * as z from "zod";
import { openSession } from "../../shared/llm/session.ts";
import { useChatServer } from "./chat-server.ts";
import { skippingClock } from "./manual-clock.ts";
import { anthropic, configured, openai } from "./providers.ts";
import { good, question } from "./verdict.ts";

const server = useChatServer();
const open = () => openSession(configured(openai, server.url), { clock: skippingClock() });

it("asks OpenAI-compatible servers for strict output, without bounds that they do not know", async () => {
  server.script({ body: openai.answered(good) });
  await open()
    .model()
    .complete(question({ seed: 7 }));
  expect(server.received[0]?.body).toEqual({
    model: "test-model",
    messages: [
      { role: "system", content: "You compare answers." },
      { role: "user", content: "Which is better?" },
    ],
    max_tokens: 500,
    temperature: 0,
    seed: 7,
    response_format: {
      type: "json_schema",
      json_schema: {
        name: "verdict",
        strict: true,
        schema: {
          type: "object",
          properties: {
            winner: { type: "string", enum: ["a", "b", "same"] },
            score: { type: "integer", description: "minimum 0, maximum 5" },
            why: { type: "string", description: "In one sentence; maxLength 200" },
          },
          required: ["winner", "score", "why"],
          additionalProperties: false,
        },
      },
    },
  });
});

it("asks for nothing strict where the schema has fields that may be absent", async () => {
  server.script({ body: openai.answered({}) });
  const schema = z.strictObject({ note: z.string().optional() });
  await open()
    .model()
    .complete({ ...question(), schema });
  expect(server.received[0]?.body.response_format.json_schema.strict).toBe(false);
});

it("takes the new name of max_tokens, and keeps to it", async () => {
  const message =
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
  server.script(
    { status: 400, body: openai.failed(message) },
    { body: openai.answered(good) },
    { body: openai.answered(good) },
  );
  const session = open();
  await session.model().complete(question());
  await session.model().complete(question());
  expect(server.received.map(({ body }) => [body.max_tokens, body.max_completion_tokens])).toEqual([
    [500, undefined],
    [undefined, 500],
    [undefined, 500],
  ]);
});

it("takes a server's 500 for what it is: llama.cpp says so that it has no tools", async () => {
  server.script(
    { status: 400, body: openai.failed("json_schema: failed to parse grammar") },
    { status: 500, body: { code: 500, message: "Unsupported param: tools", type: "server_error" } },
    { body: openai.said(JSON.stringify(good)) },
  );
  expect((await open().model().complete(question())).value).toEqual(good);
  expect(server.received.map(openai.manner)).toEqual(["schema", "tool", "text"]);
});

it("goes from one way to ask to the next where a server takes no notice of it", async () => {
  const session = open();
  server.script({ body: openai.said("I think that a is better.") }, { body: openai.said("It is a.") });
  await expect(session.model().complete(question())).rejects.toMatchObject({ kind: "invalid-output" });
  server.script({ body: openai.said("It is a!") }, { body: openai.said(JSON.stringify(good)) });
  await session.model().complete(question());
  server.script({ body: openai.said(JSON.stringify(good)) });
  await session.model().complete(question());
  expect(server.received.map(openai.manner)).toEqual(["schema", "tool", "tool", "text", "text"]);
});

it("stays with a way to ask where one answer came out wrong, but in JSON", async () => {
  server.script({ body: openai.said('{"winner":"none"}') }, { body: openai.said(JSON.stringify(good)) });
  await open().model().complete(question());
  expect(server.received.map(openai.manner)).toEqual(["schema", "schema"]);
});

it("reads content in parts, and usage that is not there as 0 tokens", async () => {
  const { usage: _, ...body } = openai.said("") as { usage: object; choices: [{ message: object }] };
  Object.assign(body.choices[0].message, { content: [{ type: "text", text: JSON.stringify(good) }] });
  server.script({ body });
  expect(await open().model().complete(question())).toMatchObject({
    value: good,
    usage: { inputTokens: 0, outputTokens: 0 },
  });
});

it.each([
  ["content_filter", null],
  ["stop", "I cannot help with that."],
])("takes finish reason %s with refusal %j for a refusal", async (finish, refusal) => {
  const body = openai.said("") as { choices: [{ message: object; finish_reason: string }] };
  body.choices[0].finish_reason = finish;
  Object.assign(body.choices[0].message, { refusal });
  server.script({ body });
  await expect(open().model().complete(question())).rejects.toMatchObject({ kind: "refused" });
});

it("does not ask again where the account's quota is used up", async () => {
  const body = {
    error: { message: "You exceeded your quota", type: "insufficient_quota", code: "insufficient_quota" },
  };
  server.script({ status: 429, body });
  await expect(open().model().complete(question())).rejects.toMatchObject({
    kind: "rate-limited",
    message: expect.stringMatching(/billing/),
  });
});

it("does not read an answer without an end", async () => {
  const chunk = Buffer.alloc(1024 * 1024, " ");
  let closed: Promise<unknown> | undefined;
  server.script((response) => {
    closed = once(response, "close");
    const pour = () => {
      while (!response.destroyed && response.write(chunk)) {}
    };
    response.on("drain", pour);
    pour();
  });
  await expect(open().model().complete(question())).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringMatching(/more than 16777216 bytes/),
  });
  await closed;
});

it("gives Anthropic a tool where its structured output cannot hold the schema", async () => {
  const schema = z.record(z.string(), z.number());
  server.script({ body: anthropic.called({ a: 1 }) });
  const session = openSession(configured(anthropic, server.url), { clock: skippingClock() });
  expect((await session.model().complete({ ...question(), schema })).value).toEqual({ a: 1 });
  expect(server.received[0]?.body.tool_choice).toEqual({ type: "tool", name: "verdict" });
  expect(server.received[0]?.headers["anthropic-version"]).toBe("2023-06-01");
});
