import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { ChatConfiguration } from "../../shared/llm/environment.ts";
import { openSession, type SessionPorts } from "../../shared/llm/session.ts";
import { useChatServer } from "./chat-server.ts";
import { skippingClock } from "./manual-clock.ts";
import { configured, type Spoken, spoken, testKey, tokens } from "./providers.ts";
import { good, question } from "./verdict.ts";

const server = useChatServer();

function open(provider: Spoken, given: Partial<ChatConfiguration> = {}, ports: SessionPorts = {}) {
  const clock = skippingClock();
  const session = openSession(configured(provider, server.url, given), { clock, random: () => 0, ...ports });
  return { clock, session, model: session.model() };
}

describe.each(spoken)("$provider", (provider) => {
  it("answers in the form of the schema, with its tokens, and shows its key", async () => {
    server.script({ body: provider.answered(good) });
    const { model } = open(provider, { prices: { input: 3, output: 15 } });
    const answer = await model.complete(question());
    const cost = (120 * 3 + 30 * 15) / 1e6;
    expect(answer).toEqual({
      value: good,
      raw: JSON.stringify(good),
      usage: { ...tokens, cost },
      provider: provider.provider,
      model: "test-model",
      cached: false,
    });
    expect(server.received).toHaveLength(1);
    expect(server.received[0]?.path).toBe(provider.path);
    expect(server.received[0]?.headers[provider.key.header]).toBe(provider.key.value(testKey));
  });

  it("takes the arguments of a tool's call", async () => {
    server.script({ body: provider.called(good) });
    expect((await open(provider).model.complete(question())).value).toEqual(good);
  });

  it("takes JSON out of a text around it", async () => {
    server.script({
      body: provider.said(`<think>{"a"}</think>Gladly:\n\`\`\`json\n${JSON.stringify(good)}\n\`\`\``),
    });
    expect((await open(provider).model.complete(question())).value).toEqual(good);
  });

  it("has a wrong answer repaired once, and counts both", async () => {
    const wrong = { ...good, score: 9 };
    server.script({ body: provider.answered(wrong) }, { body: provider.answered(good) });
    const answer = await open(provider).model.complete(question());
    expect(answer).toMatchObject({ value: good, usage: { inputTokens: 240, outputTokens: 60 } });
    const repair = JSON.stringify(server.received[1]?.body.messages);
    expect(repair).toContain("Too big");
    expect(repair).toContain(JSON.stringify(JSON.stringify(wrong)).slice(1, -1));
    expect(server.received[1]?.body.messages).toHaveLength(server.received[0]?.body.messages.length + 2);
  });

  it("gives up an answer that is wrong twice, and says what is wrong with it", async () => {
    const wrong = { body: provider.answered({ ...good, winner: "c" }) };
    server.script(wrong, wrong);
    await expect(open(provider).model.complete(question())).rejects.toMatchObject({
      kind: "invalid-output",
      message: expect.stringMatching(/test-model at 127\.0\.0\.1.+no verdict.+winner/),
    });
    expect(server.received).toHaveLength(2);
  });

  it("asks again for an answer with nothing in it, without an empty message", async () => {
    server.script({ body: provider.said("") }, { body: provider.answered(good) });
    expect((await open(provider).model.complete(question())).value).toEqual(good);
    const messages: { content: unknown }[] = server.received[1]?.body.messages;
    for (const { content } of messages) {
      const parts = Array.isArray(content) ? content : [{ text: content }];
      expect(parts.length).toBeGreaterThan(0);
      for (const { text } of parts) expect(text.trim()).not.toBe("");
    }
  });

  it("says that an answer was cut off", async () => {
    server.script({ body: provider.cut('{"winner":"a","sco') });
    await expect(open(provider).model.complete(question())).rejects.toMatchObject({
      kind: "truncated",
      message: expect.stringContaining("maxTokens 500"),
    });
    expect(server.received).toHaveLength(1);
  });

  it("says that the model refuses", async () => {
    server.script({ body: provider.refused() });
    await expect(open(provider).model.complete(question())).rejects.toMatchObject({ kind: "refused" });
    expect(server.received).toHaveLength(1);
  });

  it.each([
    [400, "refused", /does not take this request/],
    [401, "unauthorised", /the key is right/],
    [403, "unauthorised", /the key is right/],
    [404, "not-configured", /TENFOLD_LLM_MODEL/],
    [413, "refused", /shorten it/],
    [302, "not-configured", /TENFOLD_LLM_URL/],
  ])("does not ask again after %i", async (status, kind, message) => {
    const headers = { location: "http://example.com/elsewhere" };
    server.script({ status, headers, body: provider.failed("no, and this is why") });
    const failed = open(provider).model.complete(question());
    await expect(failed).rejects.toMatchObject({
      name: "LlmError",
      kind,
      message: expect.stringMatching(message),
    });
    await expect(failed).rejects.toThrow(/no, and this is why/);
    expect(server.received).toHaveLength(1);
  });

  it.each([408, 409, 429, 500, 502, 503, 529])("asks again after %i, ever later", async (status) => {
    const failure = { status, body: provider.failed("busy", "overloaded_error") };
    server.script(failure, failure, { body: provider.answered(good) });
    const { model, clock } = open(provider);
    expect((await model.complete(question())).value).toEqual(good);
    expect(clock.waits).toEqual([500, 1000]);
  });

  it("gives up after as many tries as are configured", async () => {
    const failure = { status: 503, body: "<html>Service Unavailable</html>" };
    server.script(failure, failure, failure);
    await expect(open(provider, { attempts: 3 }).model.complete(question())).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringMatching(/answered 503, asked 3 times; try later/),
    });
    expect(server.left()).toBe(0);
  });

  it("waits as long as the server asks", async () => {
    const failure = (after: string) => ({
      status: 429,
      headers: { "retry-after": after },
      body: provider.failed("Too many requests", "rate_limit_error"),
    });
    const { model, clock } = open(provider, {}, { random: () => 0.5 });
    const date = new Date(clock.now() + 60_000).toUTCString();
    server.script(failure("17"), failure(date), { body: provider.answered(good) });
    await model.complete(question());
    // The server's wish, and a tenth of the own wait beyond it; the date is counted from the second try.
    expect(clock.waits).toEqual([17_075, 60_000 - 17_075 + 150]);
  });

  it("gives up at once where the server asks to wait for an hour", async () => {
    server.script({ status: 429, headers: { "retry-after": "3600" }, body: provider.failed("later") });
    await expect(open(provider).model.complete(question())).rejects.toMatchObject({
      kind: "rate-limited",
      message: expect.stringMatching(/TENFOLD_LLM_REQUESTS_PER_MINUTE.+wait for 3600 s/),
    });
  });

  it("asks again where the answer does not come, or not to its end, in time", async () => {
    const { model, clock } = open(provider);
    const whole = JSON.stringify(provider.answered(good));
    server.script(
      () => clock.expire(),
      (response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.write(whole.slice(0, 10), () => setImmediate(() => clock.expire()));
      },
      { body: whole },
    );
    expect((await model.complete(question())).value).toEqual(good);
    expect(server.received).toHaveLength(3);
  });

  it("says that there was no answer in time", async () => {
    const { model, clock } = open(provider, { attempts: 2 });
    server.script(
      () => clock.expire(),
      () => clock.expire(),
    );
    await expect(model.complete(question())).rejects.toMatchObject({
      kind: "timeout",
      message: expect.stringMatching(/no answer in 120 s, asked 2 times; raise TENFOLD_LLM_TIMEOUT_SECONDS/),
    });
  });

  it("asks again where the connection breaks", async () => {
    server.script(
      (response) => response.destroy(),
      (response) => {
        response.writeHead(200, { "content-length": 100 });
        response.write("{", () => response.destroy());
      },
      { body: provider.answered(good) },
    );
    expect((await open(provider).model.complete(question())).value).toEqual(good);
  });

  it.each([
    ["no JSON", "Bad gateway, sorry"],
    ["another form", { object: "list", data: [] }],
    ["an error", { error: { message: "the upstream failed" } }],
  ])("asks again where the body is %s, and gives up", async (_, body) => {
    server.script({ body }, { body });
    await expect(open(provider, { attempts: 2 }).model.complete(question())).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringMatching(/TENFOLD_LLM_PROVIDER/),
    });
    expect(server.received).toHaveLength(2);
  });

  it("stops at once when it is told to, whatever it waits for", async () => {
    const stop = new AbortController();
    const reason = new Error("the run was cancelled");
    server.script(() => stop.abort(reason));
    await expect(open(provider).model.complete(question({ signal: stop.signal }))).rejects.toBe(reason);
    await expect(open(provider).model.complete(question({ signal: stop.signal }))).rejects.toBe(reason);
    expect(server.received).toHaveLength(1);
  });

  it("learns that a server has no structured output, and does not ask for it again", async () => {
    const complaint = (words: string) => ({ status: 400, body: provider.failed(words) });
    const words = {
      openai: ["'response_format' of type 'json_schema' is not supported", "tools are not supported"],
      anthropic: [
        "output_config.format: Extra inputs are not permitted",
        "tools: not supported by this model",
      ],
      bedrock: [
        "This model doesn't support the toolConfig.toolChoice.tool field.",
        "This model doesn't support the toolConfig.toolChoice.any field.",
        "This model doesn't support tool use.",
      ],
    }[provider.provider];
    const { model, session } = open(provider);
    server.script(...words.map(complaint), { body: provider.said(JSON.stringify(good)) });
    expect((await model.complete(question())).value).toEqual(good);
    const [first, last] = [server.received[0], server.received.at(-1)];
    expect(first && provider.manner(first)).not.toBe("text");
    expect(last && provider.manner(last)).toBe("text");
    expect(JSON.stringify(last?.body)).toContain("JSON Schema");

    server.script({ body: provider.said(JSON.stringify(good)) });
    await session.model().complete(question());
    expect(server.received).toHaveLength(words.length + 2);
  });

  it("does without a temperature where the model takes none", async () => {
    const { session } = open(provider);
    server.script(
      { status: 400, body: provider.failed("`temperature` is deprecated for this model.") },
      { body: provider.answered(good) },
      { body: provider.answered(good) },
    );
    await session.model().complete(question());
    await session.model().complete(question());
    expect(server.received.map(({ body }) => JSON.stringify(body).includes('"temperature":0'))).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("unlearns what a complaint did not mend", async () => {
    const { session } = open(provider);
    const complaint = { status: 400, body: provider.failed("the temperature outside is too high") };
    server.script(complaint, complaint, { body: provider.answered(good) });
    await expect(session.model().complete(question())).rejects.toMatchObject({ kind: "refused" });
    await session.model().complete(question());
    expect(JSON.stringify(server.received.at(-1)?.body)).toContain('"temperature":0');
  });

  it("takes an answer that is no object", async () => {
    server.script({ body: provider.answered({ value: ["a", "b"] }) }, { body: provider.said('["c"]') });
    const schema = z.array(z.string()).max(2);
    const { session } = open(provider);
    expect((await session.model().complete({ ...question(), schema })).value).toEqual(["a", "b"]);
    expect((await session.model().complete({ ...question(), schema })).value).toEqual(["c"]);
  });

  it("sends the conversation, and no system prompt where there is none", async () => {
    server.script({ body: provider.answered(good) });
    const messages = [
      { role: "user", content: "One" },
      { role: "assistant", content: "Two" },
      { role: "user", content: "Three" },
    ] as const;
    const { system: _, ...rest } = question({ messages });
    await open(provider).model.complete(rest);
    const body = server.received[0]?.body;
    expect(body.system).toBeUndefined();
    expect(body.messages.map(({ role }: { role: string }) => role)).toEqual(["user", "assistant", "user"]);
  });
});
