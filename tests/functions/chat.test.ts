import type { SQSEvent } from "aws-lambda";
import { afterAll, expect, test, vi } from "vitest";
import { createRun } from "../../shared/resources/runs/create.ts";
import { needRun } from "../../shared/resources/runs/store.ts";
import { useLocalAws } from "../fixtures/aws.ts";
import { lambdaContext } from "../fixtures/call.ts";
import asker from "../infra/local/fixtures/asker.ts";
import { useChatServer } from "../llm/chat-server.ts";
import { anthropic, testKey } from "../llm/providers.ts";

const aws = useLocalAws();
const server = useChatServer();
afterAll(() => {
  vi.unstubAllEnvs();
});

test("work gives a run the chat model of its environment, and logs nothing of its key", async () => {
  vi.stubEnv("TENFOLD_EXTRA_METHODS", new URL("../infra/local/fixtures/asker.ts", import.meta.url).href);
  vi.stubEnv("TENFOLD_LLM_PROVIDER", "anthropic");
  vi.stubEnv("TENFOLD_LLM_MODEL", "test-model");
  vi.stubEnv("TENFOLD_LLM_URL", server.url);
  vi.stubEnv("TENFOLD_LLM_KEY", testKey);
  vi.stubEnv("POWERTOOLS_LOG_LEVEL", "DEBUG");
  vi.stubEnv("POWERTOOLS_DEV", "true");
  const logged: unknown[] = [];
  for (const name of ["log", "info", "warn", "error", "debug"] as const)
    vi.spyOn(console, name).mockImplementation((...words) => void logged.push(words));
  const { handler } = await import("../../functions/events/work.ts");
  const work = async () => {
    const { run } = await createRun(aws.backend, { tenant: "t", method: asker, seed: 0, given: {} });
    const body = JSON.stringify({ tenant: "t", run: run.id });
    const record = { messageId: run.id, body, eventSource: "aws:sqs" };
    await handler({ Records: [record] } as SQSEvent, lambdaContext());
    return await needRun(aws.backend, "t", run.id);
  };

  server.script({ body: anthropic.answered({ answer: "forty-two" }) });
  expect(JSON.parse((await work()).outputJson ?? "{}")).toEqual({ answer: "forty-two", model: "test-model" });
  expect(server.received[0]?.headers["x-api-key"]).toBe(testKey);

  server.script({
    status: 401,
    body: anthropic.failed(`invalid x-api-key ${testKey}`, "authentication_error"),
  });
  const failed = await work();
  expect(failed).toMatchObject({
    status: "failed",
    error: { detail: expect.stringContaining("invalid x-api-key") },
  });
  expect(JSON.stringify(failed)).not.toContain(testKey);
  expect(JSON.stringify(logged)).toContain("invalid x-api-key");
  expect(JSON.stringify(logged)).not.toContain(testKey);
});
