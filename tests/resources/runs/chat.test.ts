import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { LlmError } from "../../../shared/llm/llm-error.ts";
import { environmentSession, openSession } from "../../../shared/llm/session.ts";
import type { RunContext } from "../../../shared/methods/contract.ts";
import { cancelRun } from "../../../shared/resources/runs/cancel.ts";
import type { ChatSource } from "../../../shared/resources/runs/chat.ts";
import { createRun } from "../../../shared/resources/runs/create.ts";
import { deleteRun } from "../../../shared/resources/runs/delete.ts";
import { readOutput } from "../../../shared/resources/runs/json.ts";
import { readMetrics } from "../../../shared/resources/runs/metrics.ts";
import { performSlice, type SliceEnd } from "../../../shared/resources/runs/slice.ts";
import { needRun } from "../../../shared/resources/runs/store.ts";
import { type MemoryBackend, memoryBackend } from "../../fixtures/memory-backend.ts";
import { method } from "../../fixtures/method.ts";
import { useChatServer } from "../../llm/chat-server.ts";
import { configured, openai } from "../../llm/providers.ts";

const tenant = "t";
const server = useChatServer();
let memory: MemoryBackend;
beforeEach(() => {
  memory = memoryBackend();
});

const prices = { input: 3, output: 15 };
const session = () => openSession(configured(openai, server.url, { prices }));
const mark = z.strictObject({ mark: z.int() });
const marked = (value: number) => ({ body: openai.answered({ mark: value }) });

/** Asks for the mark of one text. */
async function ask(ctx: RunContext, item: number): Promise<number> {
  if (ctx.llm === undefined) throw new Error("no chat model");
  const messages = [{ role: "user", content: `Text ${item}` }] as const;
  return (await ctx.llm.complete({ messages, schema: mark, schemaName: "mark", maxTokens: 50 })).value.mark;
}

/** Sums the marks of texts, with a checkpoint after each `every` of them. */
const judge = (texts: number, every = texts) =>
  method(async (ctx) => {
    let { at, value } = (await ctx.checkpoint.load(z.object({ at: z.int(), value: z.int() }))) ?? {
      at: 0,
      value: 0,
    };
    while (at < texts) {
      if (ctx.outOfTime()) return ctx.pause();
      value += await ask(ctx, at++);
      if (at % every === 0) await ctx.checkpoint.save({ at, value });
    }
    return { value };
  });

const start = async (of: ReturnType<typeof method>) =>
  (await createRun(memory, { tenant, method: of, seed: 3, given: {} })).run.id;
const slice = (
  of: ReturnType<typeof method>,
  run: string,
  chat: ChatSource | undefined = session(),
  remainingMilliseconds = () => 60_000,
): Promise<SliceEnd> => performSlice(memory, { tenant, run, chat, remainingMilliseconds, find: () => of });
const output = async (id: string) => readOutput(memory, await needRun(memory, tenant, id), 1e6);
const chatObjects = () => [...memory.objects.keys()].filter((key) => key.includes("/chat/"));

describe("a run that asks a chat model", () => {
  test("pays nothing twice where it goes on, and has one account in its metrics", async () => {
    const of = judge(4, 2);
    const id = await start(of);
    let asked = 0;
    server.script(marked(1), marked(2), marked(4), marked(8));
    // It is cut after three answers: two are in a checkpoint, the third is not.
    const cut = {
      model: (...run: Parameters<ChatSource["model"]>) => {
        const chat = session().model(...run);
        const complete: typeof chat.complete = (request) => {
          if (++asked > 3) throw new Error("cut off");
          return chat.complete(request);
        };
        return { ...chat, complete };
      },
    };
    const cutOff = method(async (ctx) => {
      const result = of.run({ text: "" }, ctx);
      return await result.catch(() => ctx.pause());
    });
    expect(await slice(cutOff, id, cut)).toBe("paused");
    expect(server.received).toHaveLength(3);
    expect(await slice(of, id)).toBe("succeeded");
    expect(server.received).toHaveLength(4);
    expect(await output(id)).toEqual({ value: 15 });

    const { items } = await readMetrics(memory, await needRun(memory, tenant, id), 0);
    const labels = { model: "test-model" };
    expect(items.map(({ name, labels: given, points }) => [name, given, points.at(-1)])).toEqual([
      ["chat_input_tokens", labels, [4, 480]],
      ["chat_output_tokens", labels, [4, 120]],
      ["chat_cost", labels, [4, expect.closeTo((480 * 3 + 120 * 15) / 1e6, 12)]],
    ]);
    expect(items[0]?.points.map(([step]) => step)).toEqual([1, 2, 3, 4]);
  });

  test("keeps its answers with itself, and takes them along when it is deleted", async () => {
    const of = judge(1);
    const id = await start(of);
    server.script(marked(7));
    await slice(of, id);
    expect(chatObjects().sort()).toEqual([
      expect.stringMatching(new RegExp(`^t/runs/${id}/chat/[0-9a-f]{64}\\.json$`)),
      `t/runs/${id}/chat/spending.json`,
    ]);
    const other = await start(of);
    server.script(marked(7));
    await slice(of, other);
    expect(server.received).toHaveLength(2);
    await deleteRun(memory, tenant, id);
    expect(chatObjects()).toHaveLength(2);
    expect(chatObjects().every((key) => key.startsWith(`t/runs/${other}/`))).toBe(true);
  });

  test.each([
    ["lets the error pass", judge(2, 1)],
    [
      "takes it for a wrong answer",
      method(async (ctx) => {
        let value = 0;
        for (const item of [0, 1]) {
          value += await ask(ctx, item).catch(() => -100);
          await ctx.checkpoint.save({ value }).catch(() => undefined);
        }
        return { value };
      }),
    ],
  ])(
    "pauses where its slice ends before the answer comes, and asks again in the next: it %s",
    async (_, of) => {
      const id = await start(of);
      let left = 200;
      server.script(marked(1), () => {
        left = 0;
      });
      expect(await slice(of, id, session(), () => left)).toBe("paused");
      expect(memory.messages.at(-1)).toMatchObject({ run: id });
      server.script(marked(2));
      expect(await slice(of, id)).toBe("succeeded");
      expect(await output(id)).toEqual({ value: 3 });
      expect(server.received).toHaveLength(3);
    },
  );

  test("stops asking when it is cancelled", async () => {
    const of = judge(1);
    const id = await start(of);
    server.script(() => void cancelRun(memory, tenant, id));
    expect(await slice(of, id)).toBe("canceled");
    expect(server.received).toHaveLength(1);
  });

  test("fails with what to do", async () => {
    const of = judge(1);
    const id = await start(of);
    server.script({ status: 401, body: openai.failed("Incorrect API key provided") });
    expect(await slice(of, id)).toBe("failed");
    expect((await needRun(memory, tenant, id)).error?.detail).toMatch(
      /Incorrect API key provided; see that the key is right/,
    );
  });
});

describe("without a chat model", () => {
  test("a run sees that there is none", async () => {
    const of = method(async (ctx) => ({ value: ctx.llm === undefined ? 1 : 0 }));
    const id = await start(of);
    expect(
      await performSlice(memory, { tenant, run: id, remainingMilliseconds: () => 60_000, find: () => of }),
    ).toBe("succeeded");
    expect(await output(id)).toEqual({ value: 1 });
  });

  test("that works, only a run that asks for it is troubled", async () => {
    const source = environmentSession({ TENFOLD_LLM_PROVIDER: "openai", TENFOLD_LLM_MODEL: "m" });
    const asks = judge(1);
    const id = await start(asks);
    expect(await slice(asks, id, source)).toBe("failed");
    expect((await needRun(memory, tenant, id)).error?.detail).toMatch(/TENFOLD_LLM_KEY/);
    const other = method(async () => ({ value: 1 }));
    expect(await slice(other, await start(other), source)).toBe("succeeded");
    const model = source?.model({});
    const request = { messages: [], schema: mark, schemaName: "x", maxTokens: 1 };
    await expect(model?.complete(request)).rejects.toBeInstanceOf(LlmError);
    expect(environmentSession({})).toBeUndefined();
  });
});
