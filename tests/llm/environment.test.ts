import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { readChatEnvironment } from "../../shared/llm/environment.ts";

const read = (given: Readonly<Record<string, string>>, others: Readonly<Record<string, string>> = {}) =>
  readChatEnvironment({
    ...Object.fromEntries(Object.entries(given).map(([name, value]) => [`TENFOLD_LLM_${name}`, value])),
    ...others,
  });
const arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:chat-a1B2c3";
const openai = { PROVIDER: "openai", MODEL: "m", KEY: "sk-0123456789" };

describe("the environment", () => {
  it("names no model where nothing is set, or all is empty", () => {
    expect(readChatEnvironment({ PATH: "/bin", AWS_REGION: "eu-west-1" })).toBeUndefined();
    expect(read({ PROVIDER: "", MODEL: " " })).toBeUndefined();
    expect(read({ PROVIDER: " ", MODEL: "m", KEY: "sk-0123456789" })).toBeUndefined();
  });

  it.each([
    ["OpenAI", openai, "https://api.openai.com/v1"],
    ["Anthropic", { ...openai, PROVIDER: "anthropic" }, "https://api.anthropic.com"],
    [
      "a server without a key",
      { PROVIDER: "openai", MODEL: "m", URL: "http://127.0.0.1:11434/v1/" },
      "http://127.0.0.1:11434/v1",
    ],
    [
      "Bedrock",
      { PROVIDER: "bedrock", MODEL: "m", REGION: "eu-west-1" },
      "https://bedrock-runtime.eu-west-1.amazonaws.com",
    ],
    [
      "Bedrock in China",
      { PROVIDER: "bedrock", MODEL: "m", REGION: "cn-north-1" },
      "https://bedrock-runtime.cn-north-1.amazonaws.com.cn",
    ],
    ["recorded answers", { PROVIDER: "openai", MODEL: "m", REPLAY: "a.jsonl" }, "https://api.openai.com/v1"],
  ])("names %s", (_, given, url) => {
    expect(read(given)).toMatchObject({
      provider: given.PROVIDER,
      model: "m",
      url,
      concurrency: 4,
      timeoutMilliseconds: 120_000,
      attempts: 5,
      prices: undefined,
    });
  });

  it("gives prices, limits and a budget", () => {
    const given = {
      INPUT_PRICE: "2.5",
      OUTPUT_PRICE: "10",
      BUDGET: "3",
      REQUESTS_PER_MINUTE: "50",
      TOKENS_PER_MINUTE: "10000",
      CONCURRENCY: "2",
      TIMEOUT_SECONDS: "30",
      ATTEMPTS: "2",
    };
    expect(read({ ...openai, ...given })).toMatchObject({
      prices: { input: 2.5, output: 10 },
      budget: 3,
      requestsPerMinute: 50,
      tokensPerMinute: 10_000,
      concurrency: 2,
      timeoutMilliseconds: 30_000,
      attempts: 2,
    });
  });

  it("takes AWS credentials and region from its own variables before those of the function", () => {
    const aws = {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "A",
      AWS_SECRET_ACCESS_KEY: "B",
      AWS_SESSION_TOKEN: "C",
    };
    const bedrock = { PROVIDER: "bedrock", MODEL: "m" };
    expect(read(bedrock, aws)).toMatchObject({
      region: "us-east-1",
      credentials: { accessKeyId: "A", secretAccessKey: "B", sessionToken: "C" },
    });
    const own = { ...bedrock, REGION: "eu-west-1", ACCESS_KEY_ID: "D", SECRET_ACCESS_KEY: "E" };
    expect(read(own, aws)).toMatchObject({
      region: "eu-west-1",
      credentials: { accessKeyId: "D", secretAccessKey: "E" },
    });
    expect(read(own, aws)?.credentials).not.toHaveProperty("sessionToken");
  });

  it.each([
    ["TENFOLD_LLM_PROVIDER", { PROVIDER: "closedai", MODEL: "m" }],
    ["TENFOLD_LLM_MODEL", { PROVIDER: "openai" }],
    ["TENFOLD_LLM_KEY", { PROVIDER: "openai", MODEL: "m" }],
    ["TENFOLD_LLM_KEY", { ...openai, KEY: "two words" }],
    ["TENFOLD_LLM_KEY", { ...openai, KEY: "schl\u00fcssel" }],
    ["TENFOLD_LLM_SECRET_ARN", { ...openai, SECRET_ARN: arn }],
    ["TENFOLD_LLM_SECRET_ARN", { PROVIDER: "openai", MODEL: "m", SECRET_ARN: "my-secret" }],
    ["TENFOLD_LLM_URL", { ...openai, URL: "ftp://127.0.0.1" }],
    ["TENFOLD_LLM_URL", { ...openai, URL: "http://user:secret-word@127.0.0.1" }],
    ["TENFOLD_LLM_URL", { ...openai, URL: "http://127.0.0.1/?key=secret-word" }],
    ["TENFOLD_LLM_REGION", { PROVIDER: "bedrock", MODEL: "m" }],
    ["TENFOLD_LLM_OUTPUT_PRICE", { ...openai, INPUT_PRICE: "1" }],
    ["TENFOLD_LLM_INPUT_PRICE", { ...openai, BUDGET: "1" }],
    ["TENFOLD_LLM_INPUT_PRICE", { ...openai, INPUT_PRICE: "-1", OUTPUT_PRICE: "1" }],
    ["TENFOLD_LLM_BUDGET", { ...openai, BUDGET: "much" }],
    ["TENFOLD_LLM_CONCURRENCY", { ...openai, CONCURRENCY: "0" }],
    ["TENFOLD_LLM_TIMEOUT_SECONDS", { ...openai, TIMEOUT_SECONDS: "3600" }],
    ["TENFOLD_LLM_REPLAY", { ...openai, REPLAY: "a", RECORD: "b" }],
    ["TENFOLD_LLM_MODLE", { ...openai, MODLE: "m" }],
  ])("that is wrong is an error that names %s: %j", (name, given) => {
    let thrown: unknown;
    try {
      read(given);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      name: "LlmError",
      kind: "not-configured",
      message: expect.stringContaining(name),
    });
    const { KEY = "no key", URL = "" } = given as { KEY?: string; URL?: string };
    expect(inspect(thrown, { depth: 9 })).not.toContain(KEY);
    if (URL.includes("secret-word")) expect(inspect(thrown, { depth: 9 })).not.toContain("secret-word");
  });
});
