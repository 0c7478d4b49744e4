import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ChatConfiguration } from "../../shared/llm/environment.ts";
import { openSession } from "../../shared/llm/session.ts";
import type { AnswerStore } from "../../shared/llm/store.ts";
import { type Turn, useChatServer } from "./chat-server.ts";
import { skippingClock } from "./manual-clock.ts";
import { bedrock, configured, openai, spoken, testKey } from "./providers.ts";
import { good, question } from "./verdict.ts";

const server = useChatServer();
const arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:chat-model-a1B2c3";
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "the-secret-access-key" };
const secrets = [testKey, credentials.secretAccessKey];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-chat-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** Everything that leaves a call: what it threw or answered, what was kept, recorded and printed. */
async function leavings(configuration: ChatConfiguration, timeouts = false): Promise<string> {
  const printed: unknown[] = [];
  for (const name of ["log", "info", "warn", "error", "debug"] as const)
    vi.spyOn(console, name).mockImplementation((...words) => void printed.push(words));
  const kept: string[] = [];
  const store: AnswerStore = {
    get: async () => undefined,
    put: async (name, bytes) => void kept.push(name, new TextDecoder().decode(bytes)),
  };
  const clock = skippingClock();
  const record = join(folder, "record.jsonl");
  const model = openSession({ ...configuration, record }, { clock }).model({ store });
  const asked = model.complete(question());
  if (timeouts) asked.catch(() => undefined);
  const outcome = await asked.catch((error: unknown) => error);
  const recorded = await readFile(record, "utf8").catch(() => "");
  return inspect([outcome, String(outcome), kept, recorded, printed], {
    depth: 20,
    showHidden: true,
    maxStringLength: null,
  });
}

/** A server that says the key back wherever it can. */
const echoes: readonly (readonly [string, (text: string) => Turn])[] = [
  ["an error's message", (text) => ({ status: 400, body: openai.failed(`who is ${text}?`) })],
  ["an error without a form", (text) => ({ status: 401, body: `bad key ${text}` })],
  ["an escaped error", (text) => ({ status: 403, body: openai.failed(`${JSON.stringify(text)}`) })],
  ["a redirect", (text) => ({ status: 307, headers: { location: `http://x.test/?key=${text}` }, body: "" })],
  ["a refusal", (text) => ({ body: { choices: [{ finish_reason: "stop", message: { refusal: text } }] } })],
  ["an answer", (text) => ({ body: openai.answered({ ...good, why: `the key is ${text}` }) })],
  ["a body that is none", (text) => ({ body: `<p>${text}</p>` })],
  ["an answer in another form", (text) => ({ body: { choices: text } })],
];

describe("a key", () => {
  it.each(echoes)("never leaves a call, also where the server repeats it in %s", async (_, turn) => {
    server.script(...Array.from({ length: 5 }, () => turn(testKey)));
    const left = await leavings(configured(openai, server.url));
    expect(server.received.length).toBeGreaterThan(0);
    expect(server.received[0]?.headers.authorization).toContain(testKey);
    expect(left.length).toBeGreaterThan(50);
    for (const secret of secrets) expect(left).not.toContain(secret);
  });

  it.each(spoken)("never leaves a call of $provider that breaks", async (provider) => {
    server.script(...Array.from({ length: 5 }, (): Turn => (response) => response.destroy()));
    const left = await leavings(configured(provider, server.url));
    expect(left).toContain("cannot be reached or broke off");
    for (const secret of secrets) expect(left).not.toContain(secret);
  });

  it("never leaves a call that AWS signs", async () => {
    server.script({ status: 403, body: { message: "The security token is invalid." } });
    const left = await leavings(configured(bedrock, server.url, { key: undefined, credentials }));
    expect(left).toContain("security token is invalid");
    for (const secret of secrets) expect(left).not.toContain(secret);
  });
});

describe("a key in AWS Secrets Manager", () => {
  const secret = (SecretString: unknown): Turn => ({ body: { ARN: arn, Name: "chat-model", SecretString } });
  const stored = (given: Partial<ChatConfiguration> = {}) =>
    configured(openai, server.url, {
      key: undefined,
      secretArn: arn,
      secretEndpoint: server.url,
      credentials,
      ...given,
    });
  const open = (given?: Partial<ChatConfiguration>) =>
    openSession(stored(given), { clock: skippingClock(), random: () => 0 });

  it.each([
    ["as it stands", testKey],
    ["with a line feed behind it", `${testKey}\n`],
    ["as field of a JSON object", JSON.stringify({ key: testKey, owner: "us" })],
  ])("is read once, %s", async (_, text) => {
    server.script(secret(text), { body: openai.answered(good) }, { body: openai.answered(good) });
    const session = open();
    await session.model().complete(question());
    await session.model().complete(question());
    expect(server.received.map(({ path }) => path)).toEqual([
      "/",
      "/v1/chat/completions",
      "/v1/chat/completions",
    ]);
    const [read, asked] = server.received;
    expect(read?.body).toEqual({ SecretId: arn });
    expect(read?.headers).toMatchObject({
      "x-amz-target": "secretsmanager.GetSecretValue",
      "content-type": "application/x-amz-json-1.1",
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20260101\/eu-west-1\/secretsmanager\/aws4_request/,
      ),
    });
    expect(asked?.headers.authorization).toBe(`Bearer ${testKey}`);
  });

  it("is read again where the server does not take it: it may have been replaced", async () => {
    server.script(
      secret("an-old-key-0123"),
      { status: 401, body: openai.failed("Incorrect API key provided") },
      secret(testKey),
      { body: openai.answered(good) },
    );
    const model = open().model();
    await expect(model.complete(question())).rejects.toMatchObject({ kind: "unauthorised" });
    expect((await model.complete(question())).value).toEqual(good);
  });

  it.each([
    ["is not there", { status: 400, body: { __type: "ResourceNotFoundException" } }, /see that it exists/],
    ["may not be read", { status: 400, body: { __type: "AccessDeniedException" } }, /GetSecretValue/],
    ["is binary", { body: { SecretBinary: "AAAA" } }, /holds no text/],
    ["is empty", { body: { SecretString: " " } }, /holds no text/],
    ["is no key", { body: { SecretString: "two words" } }, /printable ASCII/],
  ])("that %s is an error that says so", async (_, turn, message) => {
    server.script(turn);
    await expect(open().model().complete(question())).rejects.toMatchObject({
      kind: "unauthorised",
      message: expect.stringMatching(message),
    });
    expect(server.received).toHaveLength(1);
  });

  it("is asked for again where it cannot be had for a moment", async () => {
    const down = { status: 503, body: "" };
    server.script(down, secret(testKey), { body: openai.answered(good) }, down, down, down);
    expect((await open().model().complete(question())).value).toEqual(good);
    const model = open().model();
    await expect(model.complete(question())).rejects.toMatchObject({ kind: "unavailable" });
    server.script(secret(testKey), { body: openai.answered(good) });
    expect((await model.complete(question())).value).toEqual(good);
  });

  it("needs credentials to be read with", async () => {
    await expect(open({ credentials: undefined }).model().complete(question())).rejects.toMatchObject({
      kind: "unauthorised",
      message: expect.stringContaining(arn),
    });
  });

  it("never leaves a call", async () => {
    server.script(secret(testKey), { status: 400, body: openai.failed(`who is ${testKey}?`) });
    const left = await leavings(stored());
    expect(left).toContain("who is [key]?");
    for (const one of secrets) expect(left).not.toContain(one);
  });
});
