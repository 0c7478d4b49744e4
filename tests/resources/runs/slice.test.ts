import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import type { Method } from "../../../shared/methods/contract.ts";
import type { Backend } from "../../../shared/resources/backend.ts";
import { listModels } from "../../../shared/resources/models/store.ts";
import { cancelRun } from "../../../shared/resources/runs/cancel.ts";
import { createRun } from "../../../shared/resources/runs/create.ts";
import { deleteRun } from "../../../shared/resources/runs/delete.ts";
import { readEvents } from "../../../shared/resources/runs/events.ts";
import { readInput, readOutput } from "../../../shared/resources/runs/json.ts";
import { readMetrics } from "../../../shared/resources/runs/metrics.ts";
import { performSlice } from "../../../shared/resources/runs/slice.ts";
import { needRun, readRun } from "../../../shared/resources/runs/store.ts";
import { artifactKey } from "../../../shared/resources/runs/stored.ts";
import { tidy } from "../../../shared/resources/tidy.ts";
import count, { expectedCount } from "../../fixtures/count-method.ts";
import { type MemoryBackend, memoryBackend } from "../../fixtures/memory-backend.ts";
import { method } from "../../fixtures/method.ts";

const tenant = "t";
let memory: MemoryBackend;
beforeEach(() => {
  memory = memoryBackend();
});

async function start(of: Method, given: unknown = {}): Promise<string> {
  return (await createRun(memory, { tenant, method: of, seed: 3, given })).run.id;
}
const slice = (of: Method, run: string, remaining = () => 60_000, on: Backend = memory) =>
  performSlice(on, { tenant, run, remainingMilliseconds: remaining, find: () => of });

const eventTypes = async (run: string) =>
  (await readEvents(memory, await needRun(memory, tenant, run), 0, 1000)).items.map(({ type }) => type);

describe("a run", () => {
  test("leaves its result, its files, its curves and its events", async () => {
    const id = await start(count, { to: 5 });
    expect(await slice(count, id)).toBe("succeeded");
    const run = await needRun(memory, tenant, id);
    expect(await readOutput(memory, run, 1e6)).toEqual(expectedCount(5, 3));
    expect(run).toMatchObject({ status: "succeeded", progress: { fraction: 1 }, slices: 1, deaths: 0 });
    const result = memory.objects.get(
      artifactKey(run, "result.json", run.artifacts["result.json"]?.revision ?? ""),
    );
    expect(new TextDecoder().decode(result)).toBe(`${JSON.stringify(expectedCount(5, 3), undefined, 2)}\n`);
    const { items } = await readMetrics(memory, run, 0);
    expect(items.map(({ labels, points }) => [labels.parity, points.map(([step]) => step)])).toEqual([
      ["odd", [1, 3, 5]],
      ["even", [2, 4]],
    ]);
    expect(await eventTypes(id)).toEqual(
      expect.arrayContaining(["created", "started", "progress", "artifact", "succeeded"]),
    );
  });

  test("keeps only the last checkpoint", async () => {
    const id = await start(count, { to: 9, artifacts: [] });
    await slice(count, id);
    expect([...memory.objects.keys()].filter((key) => key.includes("/checkpoints/"))).toHaveLength(1);
  });

  test("goes on where it paused, in as many slices as it takes", async () => {
    const id = await start(count, { to: 7 });
    let ends = 0;
    for (let end = ""; end !== "succeeded"; ends++) {
      memory.messages.splice(0);
      let asked = 0;
      end = await slice(count, id, () => (++asked > 14 ? 0 : 60_000));
      if (end === "paused") expect(memory.messages).toEqual([{ tenant, run: id, fence: ends + 1 }]);
    }
    expect(ends).toBeGreaterThan(1);
    const run = await needRun(memory, tenant, id);
    expect(run).toMatchObject({ slices: ends, deaths: 0 });
    expect(await readOutput(memory, run, 1e6)).toEqual(expectedCount(7, 3));
  });

  test("takes and gives back large inputs and outputs", async () => {
    const big = { value: 1, text: "x".repeat(100_000) };
    const wide = { ...method(async () => big), output: z.looseObject({}) };
    const id = await start(wide, { text: big.text });
    await slice(wide, id);
    const run = await needRun(memory, tenant, id);
    expect(run.outputJson).toBeUndefined();
    expect(JSON.stringify(run).length).toBeLessThan(5000);
    expect(await readInput(memory, run)).toEqual({ text: big.text });
    expect(await readOutput(memory, run, 1e6)).toEqual(big);
    expect(await readOutput(memory, run, 1000)).toBeUndefined();
  });

  test("is dropped by every later delivery of its message", async () => {
    const id = await start(count, { to: 3 });
    await slice(count, id);
    const items = structuredClone([...memory.items]);
    const objects = [...memory.objects.keys()];
    for (let delivery = 0; delivery < 3; delivery++) expect(await slice(count, id)).toBe("dropped");
    expect([...memory.items]).toEqual(items);
    expect([...memory.objects.keys()]).toEqual(objects);
    expect(await slice(count, "unknown")).toBe("dropped");
  });

  test("is worked on once when its message is delivered to many at once", async () => {
    const id = await start(count, { to: 3, milliseconds: 1 });
    const ends = await Promise.all(Array.from({ length: 20 }, () => slice(count, id)));
    expect(ends.filter((end) => end === "succeeded")).toHaveLength(1);
    expect(ends.filter((end) => end === "dropped")).toHaveLength(19);
    expect((await needRun(memory, tenant, id)).slices).toBe(1);
  });
});

describe("failure", () => {
  test.each<[string, Method, string, RegExp]>([
    [
      "what the method throws",
      method(async () => Promise.reject(new Error("no such luck"))),
      "method-failed",
      /^no such luck$/,
    ],
    [
      "an output that is not as declared",
      method(async () => ({ value: Number.NaN })),
      "invalid-output",
      /value/,
    ],
    [
      "a checkpoint that is not as expected",
      method(async (ctx) => {
        await ctx.checkpoint.save({ step: 1 });
        return ctx.checkpoint.load(z.strictObject({ other: z.string() }));
      }),
      "method-failed",
      /other/,
    ],
    ["a bad name of a file", method(async (ctx) => ctx.artifact("../x", "", "")), "method-failed", /name/],
    ["an unknown data set", method(async (ctx) => ctx.dataset("nope")), "method-failed", /no data set nope/],
    ["an unknown model", method(async (ctx) => ctx.model("nope")), "method-failed", /no model nope/],
    [
      "a bad type of a file",
      method(async (ctx) => ctx.artifact("x", "", "text/html\r\nx: y")),
      "method-failed",
      /media type/,
    ],
    [
      "too many files",
      method(async (ctx) => {
        for (let i = 0; i <= 200; i++) await ctx.artifact(`${i}`, "", "text/plain");
      }),
      "method-failed",
      /at most 200/,
    ],
  ])("names %s", async (_, failing, type, detail) => {
    const id = await start(failing);
    expect(await slice(failing, id)).toBe("failed");
    const { error } = await needRun(memory, tenant, id);
    expect(error?.type).toBe(`urn:tenfold:problem:${type}`);
    expect(error?.detail).toMatch(detail);
    expect(await eventTypes(id)).toContain("failed");
  });

  test("ends a run whose method is no longer there, or takes its input no more", async () => {
    const gone = await start(count);
    expect(
      await performSlice(memory, {
        tenant,
        run: gone,
        remainingMilliseconds: () => 1e4,
        find: () => undefined,
      }),
    ).toBe("failed");
    const changed = await start(count);
    expect(await slice({ ...count, input: z.strictObject({ other: z.string() }) }, changed)).toBe("failed");
    expect((await needRun(memory, tenant, changed)).error?.title).toBe("The input no longer fits the method");
  });

  test("of the bucket, as when the disk is full, ends the run with a readable record", async () => {
    const full = {
      ...memory.bucket,
      put: () => Promise.reject(new Error("ENOSPC: no space left on device")),
    };
    const id = await start(count, { to: 3 });
    expect(await slice(count, id, undefined, { ...memory, bucket: full })).toBe("failed");
    const run = await needRun(memory, tenant, id);
    expect(run.error?.title).toBe("What the run left could not be stored");
    expect(run.error?.detail).toMatch(/ENOSPC/);
  });

  test("of the table leaves the run to be taken up again", async () => {
    let broken = false;
    const put: Backend["table"]["put"] = (...given) =>
      broken ? Promise.reject(new Error("the table is away")) : memory.table.put(...given);
    const on = { ...memory, table: { ...memory.table, put } };
    const breaking = method(async (ctx) => {
      await ctx.checkpoint.save(1);
      broken = true;
      await ctx.checkpoint.save(2);
    });
    const id = await start(breaking);
    await expect(slice(breaking, id, undefined, on)).rejects.toThrow("the table is away");
    broken = false;
    memory.time += 2 * memory.leaseMilliseconds;
    memory.messages.splice(0);
    expect(await tidy(memory)).toEqual({ sent: 1, ended: 0 });
    expect(memory.messages).toHaveLength(1);
    const from = method(async (ctx) => ({ value: (await ctx.checkpoint.load(z.number())) ?? -1 }));
    expect(await slice(from, id)).toBe("succeeded");
    expect(await readOutput(memory, await needRun(memory, tenant, id), 1e6)).toEqual({ value: 1 });
  });
});

test("writes whose answers get lost, and which the SDK sends again, are known for one's own", async () => {
  const put: Backend["table"]["put"] = async (...given) => {
    await memory.table.put(...given);
    return memory.table.put(...given);
  };
  const on = { ...memory, table: { ...memory.table, put } };
  const { run } = await createRun(on, { tenant, method: count, seed: 3, given: { to: 30, model: true } });
  expect(memory.messages).toHaveLength(1);
  expect(await slice(count, run.id, undefined, on)).toBe("succeeded");
  const done = await needRun(memory, tenant, run.id);
  expect(done).toMatchObject({ slices: 1, deaths: 0 });
  const { items } = await readEvents(memory, done, 0, 1000);
  expect(items.filter(({ type }) => type === "progress")).toHaveLength(30);
  expect((await readMetrics(memory, done, 0)).items.flatMap(({ points }) => points)).toHaveLength(30);
});

describe("a slice that lost its run", () => {
  test("leaves no trace, and sees its signal", async () => {
    const seen: unknown[] = [];
    const resume = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const zombie = method(async (ctx) => {
      await ctx.checkpoint.save("mine");
      reached.resolve();
      await resume.promise;
      for (const write of [
        () => ctx.artifact("zombie.txt", "boo", "text/plain"),
        () => ctx.checkpoint.save("zombie"),
        () => ctx.saveModel("zombie", new Map([["config.json", new Uint8Array(1)]])),
      ]) {
        ctx.metric("zombie", 1, 1);
        ctx.progress(0.99, "zombie");
        await write().catch((error: Error) => seen.push(error.name));
      }
      seen.push(ctx.signal.aborted);
      return { value: 666 };
    });
    const id = await start(zombie);
    const late = slice(zombie, id);
    await reached.promise;
    memory.time += memory.leaseMilliseconds + 1;
    const healthy = method(async (ctx) => {
      ctx.metric("healthy", 1, 2);
      await ctx.artifact("mine.txt", "x", "text/plain");
      return { value: 1 };
    });
    expect(await slice(healthy, id)).toBe("succeeded");
    const items = structuredClone([...memory.items]);
    const objects = [...memory.objects.keys()].sort();
    resume.resolve();
    expect(await late).toBe("lost");
    expect(seen).toEqual(["LeaseLost", "LeaseLost", "LeaseLost", true]);
    expect([...memory.items]).toEqual(items);
    expect([...memory.objects.keys()].sort()).toEqual(objects);
    expect((await listModels(memory, tenant, {}, 10)).items).toEqual([]);
    expect((await needRun(memory, tenant, id)).deaths).toBe(1);
  });

  test("sweeps up after itself when the run was deleted", async () => {
    const reached = Promise.withResolvers<void>();
    const resume = Promise.withResolvers<void>();
    const slow = method(async (ctx) => {
      reached.resolve();
      await resume.promise;
      ctx.metric("late", 1, 1);
      await ctx.artifact("late.txt", "x", "text/plain");
    });
    const id = await start(slow);
    const late = slice(slow, id);
    await reached.promise;
    memory.time += memory.leaseMilliseconds + 1;
    await cancelRun(memory, tenant, id);
    await deleteRun(memory, tenant, id);
    resume.resolve();
    expect(await late).toBe("lost");
    expect(memory.objects.size).toBe(0);
    expect([...memory.items.values()].every((item) => item.deletedAt !== undefined)).toBe(true);
  });
});

describe("cancel", () => {
  test("reaches the method within a beat", async () => {
    const reached = Promise.withResolvers<void>();
    const waiting = method(async (ctx) => {
      reached.resolve();
      await sleep(60_000, undefined, { signal: ctx.signal });
    });
    const id = await start(waiting);
    const end = slice(waiting, id);
    await reached.promise;
    expect((await cancelRun(memory, tenant, id)).status).toBe("running");
    expect(await end).toBe("canceled");
    expect(await eventTypes(id)).toEqual(["created", "started", "cancel-requested", "canceled"]);
  });

  test("is told to a method that only writes", async () => {
    const busy = method(async (ctx) => {
      await cancelRun(memory, tenant, ctx.runId);
      await ctx.artifact("a.txt", "", "text/plain");
      ctx.signal.throwIfAborted();
      return { value: 1 };
    });
    const id = await start(busy);
    expect(await slice(busy, id)).toBe("canceled");
    expect(Object.keys((await needRun(memory, tenant, id)).artifacts)).toEqual(["a.txt"]);
  });
});

describe("beats", () => {
  test("keep the lease for as long as the slice may live, and no longer", async () => {
    memory = memoryBackend({ leaseMilliseconds: 200 });
    let remaining = 60_000;
    const reached = Promise.withResolvers<void>();
    const resume = Promise.withResolvers<void>();
    const slow = method(async () => {
      reached.resolve();
      await resume.promise;
      return { value: 1 };
    });
    const id = await start(slow);
    const end = slice(slow, id, () => remaining);
    await reached.promise;
    const until = async () => (await needRun(memory, tenant, id)).leaseUntil ?? 0;
    memory.time += 150;
    await vi.waitFor(async () => expect(await until()).toBe(memory.time + 200));
    remaining = 30;
    memory.time += 150;
    await vi.waitFor(async () => expect(await until()).toBe(memory.time + 30));
    resume.resolve();
    await end;
  });

  test("carry progress and curves while the method computes", async () => {
    memory = memoryBackend({ leaseMilliseconds: 100 });
    const resume = Promise.withResolvers<void>();
    const slow = method(async (ctx) => {
      ctx.progress(0.5, "half way");
      ctx.metric("loss", 1, 0.25);
      await resume.promise;
      return { value: 1 };
    });
    const id = await start(slow);
    const end = slice(slow, id);
    await vi.waitFor(async () =>
      expect((await needRun(memory, tenant, id)).progress.message).toBe("half way"),
    );
    memory.time += 20_000;
    await vi.waitFor(async () => {
      const { items } = await readMetrics(memory, await needRun(memory, tenant, id), 0);
      expect(items).toEqual([{ name: "loss", labels: {}, points: [[1, 0.25]] }]);
    });
    resume.resolve();
    expect(await end).toBe("succeeded");
  });
});

test("a run that dies again and again is failed with the reason", async () => {
  const dying = method(async (ctx) => {
    ctx.progress(0.25, "filling the memory");
    await ctx.artifact("a.txt", "", "text/plain");
    return new Promise<never>(() => undefined);
  });
  const id = await start(dying);
  for (let death = 0; death < 3; death++) {
    void slice(dying, id, () => 500);
    await vi.waitFor(async () => expect((await needRun(memory, tenant, id)).progress.fraction).toBe(0.25));
    await vi.waitFor(async () => expect((await needRun(memory, tenant, id)).slices).toBe(death + 1));
    await sleep(5);
    memory.time += 5 * memory.leaseMilliseconds;
    memory.messages.splice(0);
    expect((await tidy(memory)).sent).toBe(1);
  }
  expect(await slice(dying, id)).toBe("failed");
  const run = await readRun(memory, tenant, id);
  expect(run?.error?.detail).toMatch(/3 slices in a row .*25 %: filling the memory/);
  expect(run?.deaths).toBe(3);
});
