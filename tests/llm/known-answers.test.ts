import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import type { ChatConfiguration } from "../../shared/llm/environment.ts";
import { openSession } from "../../shared/llm/session.ts";
import { folderStore, memoryStore } from "../../shared/llm/store.ts";
import { useChatServer } from "./chat-server.ts";
import { skippingClock } from "./manual-clock.ts";
import { configured, openai } from "./providers.ts";
import { good, question } from "./verdict.ts";

const server = useChatServer();
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-chat-"));
});
afterEach(() => rm(folder, { recursive: true }));

const prices = { input: 3, output: 15 };
const cost = (120 * 3 + 30 * 15) / 1e6;
const open = (given: Partial<ChatConfiguration> = {}) =>
  openSession(configured(openai, server.url, given), { clock: skippingClock(), random: () => 0 });
const answered = { body: openai.answered(good) };

describe.each([
  ["in memory", () => memoryStore()],
  ["in a folder", () => folderStore(join(folder, "answers"))],
])("answers that are kept %s", (_, makeStore) => {
  it("are given again, the same to the last digit, and cost nothing more", async () => {
    server.script(answered);
    const store = makeStore();
    const first = await open({ prices }).model({ store }).complete(question());
    const again = await open({ prices }).model({ store }).complete(question());
    expect(first.cached).toBe(false);
    expect(again).toEqual({ ...first, cached: true });
    expect(server.received).toHaveLength(1);
  });

  it("are no answer to another question", async () => {
    server.script(...Array.from({ length: 6 }, () => answered));
    const store = makeStore();
    const others = [
      question(),
      question({ system: "You are strict." }),
      question({ messages: [{ role: "user", content: "Which is worse?" }] }),
      question({ maxTokens: 501 }),
      question({ seed: 1 }),
      question({ temperature: 0.5 }),
    ];
    for (const other of others) await open().model({ store }).complete(other);
    expect(server.received).toHaveLength(6);
    for (const other of others) expect((await open().model({ store }).complete(other)).cached).toBe(true);
  });

  it("are asked for again where they were damaged, or no longer fit what zod asks beyond the schema", async () => {
    const store = makeStore();
    const hashes: string[] = [];
    const watched = {
      get: store.get,
      put: async (name: string, bytes: Uint8Array) => {
        if (name !== "spending") hashes.push(name);
        await store.put(name, bytes);
      },
    };
    server.script(answered, answered, answered);
    await open().model({ store: watched }).complete(question());
    await store.put(hashes[0] ?? "", new TextEncoder().encode("{"));
    await open().model({ store }).complete(question());
    expect(server.received).toHaveLength(2);
    const schema = question().schema.refine(({ why }) => why.includes("year"));
    const failed = open()
      .model({ store })
      .complete({ ...question(), schema });
    await expect(failed).rejects.toThrow();
    expect(server.received.length).toBeGreaterThan(2);
  });
});

it("asks once for what is asked for twice at the same time", async () => {
  server.script(answered);
  const model = open().model();
  const answers = await Promise.all([1, 2, 3].map(() => model.complete(question())));
  expect(answers.map(({ cached }) => cached)).toEqual([false, true, true]);
  expect(server.received).toHaveLength(1);
});

it("asks for the second of two where the first was given up", async () => {
  const stop = new AbortController();
  server.script(() => stop.abort(new Error("enough")), answered);
  const model = open().model();
  const first = model.complete(question({ signal: stop.signal }));
  const second = model.complete(question());
  await expect(first).rejects.toThrow("enough");
  expect((await second).cached).toBe(false);
});

describe("the account of a run", () => {
  it("counts what was paid, and is told of each change", async () => {
    const told: unknown[] = [];
    server.script(
      { body: openai.answered({ ...good, score: 7 }) },
      answered,
      (response) => response.destroy(),
      answered,
    );
    const model = open({ prices }).model({ report: (spending) => void told.push(spending) });
    await model.complete(question());
    await model.complete(question());
    await model.complete(question({ seed: 1 }));
    expect(told).toHaveLength(2);
    expect(told.at(-1)).toEqual({
      requests: 3,
      cached: 1,
      repaired: 1,
      unanswered: 1,
      inputTokens: 360,
      outputTokens: 90,
      cost: expect.closeTo(3 * cost, 12),
      unknownCost: expect.closeTo((boundTokens() * 3 + 500 * 15) / 1e6, 12),
    });
  });

  /** The most input that a question can be: every byte a token, and 1,000 of the provider's. */
  const boundTokens = () => {
    const { messages, response_format: form } = server.received[0]?.body ?? {};
    const texts: string[] = messages.map(({ content }: { content: string }) => content);
    return 1000 + [...texts, JSON.stringify(form.json_schema.schema)].join("").length;
  };

  it("goes on where the run goes on", async () => {
    const store = memoryStore();
    let told: { requests: number; cost: number } | undefined;
    const run = {
      store,
      report(spending: { requests: number; cost: number }) {
        told = spending;
      },
    };
    server.script(answered, answered);
    await open({ prices }).model(run).complete(question());
    await open({ prices }).model(run).complete(question());
    await open({ prices })
      .model(run)
      .complete(question({ seed: 2 }));
    expect(told).toMatchObject({ requests: 2, cost: expect.closeTo(2 * cost, 12) });
  });

  it("refuses the call that could pass the budget, before it is sent, also when the run was cut", async () => {
    const store = memoryStore();
    server.script(answered, answered);
    await open({ prices }).model().complete(question());
    const bound = (boundTokens() * 3 + 500 * 15) / 1e6;
    const budget = bound + cost;
    await open({ prices, budget })
      .model({ store })
      .complete(question({ seed: 1 }));
    server.script(answered);
    await open({ prices, budget })
      .model({ store })
      .complete(question({ seed: 2 }));
    const failed = open({ prices, budget })
      .model({ store })
      .complete(question({ seed: 3 }));
    await expect(failed).rejects.toMatchObject({
      kind: "budget",
      message: expect.stringMatching(/can cost up to .+ is spent.+TENFOLD_LLM_BUDGET/),
    });
    expect(server.received).toHaveLength(3);
    expect(
      (
        await open({ prices, budget })
          .model({ store })
          .complete(question({ seed: 1 }))
      ).cached,
    ).toBe(true);
  });

  it("sets aside what calls in progress may cost", async () => {
    server.script(answered);
    const model = open({ prices, budget: 0.015 }).model();
    const both = await Promise.allSettled([
      model.complete(question()),
      model.complete(question({ seed: 1 })),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(server.received).toHaveLength(1);
  });
});

describe("a recorded file", () => {
  const path = () => join(folder, "judges.jsonl");

  it("answers without a network, or a key", async () => {
    server.script(answered, { body: openai.answered({ ...good, winner: "b" }) });
    const recording = open({ record: path(), prices });
    const first = await recording.model().complete(question());
    await recording.model().complete(question({ seed: 2 }));
    expect((await recording.model().complete(question())).cached).toBe(true);
    expect((await open({ record: path() }).model().complete(question())).cached).toBe(true);
    expect(server.received).toHaveLength(2);
    expect((await readFile(path(), "utf8")).trim().split("\n")).toHaveLength(2);

    const replaying = open({ replay: path(), key: undefined, url: "http://127.0.0.1:9/v1" });
    expect(await replaying.model().complete(question())).toEqual({ ...first, cached: true });
    expect((await replaying.model().complete(question({ seed: 2 }))).value.winner).toBe("b");
  });

  it("names the request that it has no answer to", async () => {
    await writeFile(path(), "");
    const failed = open({ replay: path() }).model().complete(question());
    await expect(failed).rejects.toMatchObject({
      kind: "replay-miss",
      message: expect.stringMatching(
        /request [0-9a-f]{64} \(verdict\): record again with TENFOLD_LLM_RECORD/,
      ),
    });
    expect(server.received).toHaveLength(0);
  });

  it("says that an answer no longer fits", async () => {
    server.script(answered);
    await open({ record: path() }).model().complete(question());
    const schema = question().schema.refine(() => false);
    const failed = open({ replay: path() })
      .model()
      .complete({ ...question(), schema });
    await expect(failed).rejects.toMatchObject({
      kind: "replay-miss",
      message: expect.stringMatching(/still fits/),
    });
  });

  it("names the line that is no answer, and the file that is not there", async () => {
    server.script(answered);
    await open({ record: path() }).model().complete(question());
    await appendFile(path(), '\n{"hash":"x"}\n');
    await expect(open({ replay: path() }).model().complete(question())).rejects.toMatchObject({
      kind: "not-configured",
      message: expect.stringMatching(/judges\.jsonl, line 3/),
    });
    await expect(
      open({ replay: join(folder, "none") })
        .model()
        .complete(question()),
    ).rejects.toMatchObject({
      kind: "not-configured",
      message: expect.stringMatching(/no such file/),
    });
  });
});

it("leaves no half-written answer in a folder", async () => {
  const answers = join(folder, "answers");
  server.script(answered);
  await open()
    .model({ store: folderStore(answers) })
    .complete(question());
  const names = await readdir(answers);
  expect(names.filter((name) => !/^(spending|[0-9a-f]{64})\.json$/.test(name))).toEqual([]);
  expect(names).toHaveLength(2);
});

it.each([
  ["schemaName", { schemaName: "no spaces" }],
  ["schemaName", { schemaName: "" }],
  ["maxTokens", { maxTokens: 0 }],
  ["maxTokens", { maxTokens: 1.5 }],
  ["temperature", { temperature: Number.NaN }],
  ["seed", { seed: 0.5 }],
  ["messages: 0", { messages: [] }],
  ["messages/0", { messages: [{ role: "assistant", content: "x" }] }],
  ["messages/0: is empty", { messages: [{ role: "user", content: " \n" }] }],
  [
    "messages/1",
    { messages: ["user", "user", "user"].map((role) => ({ role: role as "user", content: "x" })) },
  ],
] as const)("refuses a request that no model could take, by %s", async (field, given) => {
  const failed = open()
    .model()
    .complete({ ...question(), ...given, schema: z.object({}) });
  await expect(failed).rejects.toThrow(RangeError);
  await expect(failed).rejects.toThrow(field);
});
