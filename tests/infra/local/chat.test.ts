import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { chatEnvironment, inheritedEnvironment } from "../../../infra/local/environment.ts";
import { startLocal } from "../../../infra/local/stack.ts";
import { createClient } from "../../../shared/client/client.ts";
import { waitForRun } from "../../../shared/client/wait.ts";
import { readChatEnvironment } from "../../../shared/llm/environment.ts";
import { useChatServer } from "../../llm/chat-server.ts";
import { openai, testKey } from "../../llm/providers.ts";

const server = useChatServer();
afterEach(() => {
  vi.unstubAllEnvs();
});

const names = (text: string) => text.split("\0").flatMap((pair) => pair.match(/^TENFOLD_LLM_\w+/) ?? []);

test("the local stack's workers, and no other of its processes, have the user's chat model", async () => {
  const stateDir = await mkdtemp(join(tmpdir(), "tenfold-chat-"));
  vi.stubEnv("TENFOLD_LLM_PROVIDER", "openai");
  vi.stubEnv("TENFOLD_LLM_MODEL", "test-model");
  vi.stubEnv("TENFOLD_LLM_URL", `${server.url}/v1`);
  vi.stubEnv("TENFOLD_LLM_KEY", testKey);
  server.script({ body: openai.answered({ answer: "forty-two" }) });
  const methods = [import.meta.resolve("./fixtures/asker.ts")];
  const stack = await startLocal({ stateDir, methods, quiet: true });
  try {
    const client = createClient({ url: stack.url });
    const { id } = await client.createRun("asker", {});
    const run = await waitForRun(client, id);
    expect(run).toMatchObject({ output: { answer: "forty-two", model: "test-model" } });
    expect(server.received[0]?.headers.authorization).toBe(`Bearer ${testKey}`);
    if (existsSync("/proc/self/environ")) {
      const workers = new Set(stack.workers());
      for (const pid of stack.processes()) {
        const found = names(await readFile(`/proc/${pid}/environ`, "utf8"));
        expect(found.includes("TENFOLD_LLM_KEY")).toBe(workers.has(pid));
      }
    }
  } finally {
    await stack.stop();
  }
  // Nor is the key in anything that the stack left on the disk.
  const files = (await readdir(stateDir, { recursive: true, withFileTypes: true })).filter((one) =>
    one.isFile(),
  );
  expect(files.length).toBeGreaterThan(3);
  for (const { parentPath, name } of files)
    expect((await readFile(join(parentPath, name))).includes(testKey)).toBe(false);
  await rm(stateDir, { recursive: true });
});

test("a stack does not start with a chat model that is named wrongly", async () => {
  vi.stubEnv("TENFOLD_LLM_PROVIDER", "openai");
  const stateDir = join(tmpdir(), "tenfold-never-made");
  await expect(startLocal({ stateDir, quiet: true })).rejects.toThrow("TENFOLD_LLM_MODEL");
  expect(existsSync(stateDir)).toBe(false);
});

describe("the workers' environment", () => {
  const aws = {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "A",
    AWS_SECRET_ACCESS_KEY: "B",
    AWS_SESSION_TOKEN: "C",
  };
  const bedrock = { TENFOLD_LLM_PROVIDER: "bedrock", TENFOLD_LLM_MODEL: "m" };
  const local = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
  const seen = (given: NodeJS.ProcessEnv) => readChatEnvironment({ ...local, ...chatEnvironment(given) });

  test("has the user's own AWS credentials for the chat model alone", () => {
    expect(seen({ ...aws, ...bedrock })).toMatchObject({
      region: "eu-west-1",
      credentials: { accessKeyId: "A", secretAccessKey: "B", sessionToken: "C" },
    });
    const own = {
      TENFOLD_LLM_ACCESS_KEY_ID: "D",
      TENFOLD_LLM_SECRET_ACCESS_KEY: "E",
      TENFOLD_LLM_REGION: "eu-north-1",
    };
    const configuration = seen({ ...aws, ...bedrock, ...own });
    expect(configuration).toMatchObject({ region: "eu-north-1" });
    expect(configuration?.credentials).toEqual({ accessKeyId: "D", secretAccessKey: "E" });
  });

  test("is empty without a chat model, and nobody inherits one", () => {
    expect(chatEnvironment({ ...aws, TENFOLD_LLM_PROVIDER: "", TENFOLD_LLM_KEY: "k" })).toEqual({});
    vi.stubEnv("TENFOLD_LLM_KEY", testKey);
    expect(JSON.stringify(inheritedEnvironment())).not.toContain(testKey);
  });
});
