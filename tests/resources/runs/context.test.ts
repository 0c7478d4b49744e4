import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Method, RunContext } from "../../../shared/methods/contract.ts";
import type { Backend } from "../../../shared/resources/backend.ts";
import { openModel } from "../../../shared/resources/models/read.ts";
import { listModels } from "../../../shared/resources/models/store.ts";
import { createRun } from "../../../shared/resources/runs/create.ts";
import { readEvents } from "../../../shared/resources/runs/events.ts";
import { take } from "../../../shared/resources/runs/machine.ts";
import { readMetrics, thinMetrics } from "../../../shared/resources/runs/metrics.ts";
import { performSlice } from "../../../shared/resources/runs/slice.ts";
import { type Changed, changeRun, needRun } from "../../../shared/resources/runs/store.ts";
import { artifactKey, fromItem, type StoredRun } from "../../../shared/resources/runs/stored.ts";
import type { Item } from "../../../shared/resources/table.ts";
import count from "../../fixtures/count-method.ts";
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

describe("curves", () => {
  test("of 200,000 points are kept in segments that the table takes, and thinned out on request", async () => {
    const points = 200_000;
    const long = method(async (ctx) => {
      for (let step = 0; step < points; step++)
        ctx.metric("loss", step, 1 / (step + 1), { seed: String(step % 2) });
      ctx.metric("loss", 0, 7, { seed: "0" });
      ctx.metric("rate", 0, Number.NaN);
      return { value: 1 };
    });
    const id = await start(long);
    await slice(long, id);
    const run = await needRun(memory, tenant, id);
    for (const item of memory.items.values()) expect(JSON.stringify(item).length).toBeLessThan(300_000);
    const found = new Map<string, number | null>();
    let position = 0;
    for (let more = true; more; ) {
      const page = await readMetrics(memory, run, position, "loss");
      for (const { labels, points: some } of page.items) {
        for (const [step, value] of some) found.set(`${labels.seed} ${step}`, value);
      }
      ({ position, more } = page);
    }
    expect(found.size).toBe(points);
    expect(found.get("0 0")).toBe(7);
    const thin = await thinMetrics(memory, run, 100);
    expect(thin.items.map(({ name, points: some }) => [name, some.length])).toEqual([
      ["loss", 100],
      ["loss", 100],
      ["rate", 1],
    ]);
    expect(thin.items[1]?.points.at(0)).toEqual([1, 1 / 2]);
    expect(thin.items[1]?.points.at(-1)?.[0]).toBe(points - 1);
    expect(thin.items[2]?.points).toEqual([[0, null]]);
  });
});

describe("events", () => {
  test("keep their ids when they move from the record into a segment, and page", async () => {
    const busy = method(async (ctx) => {
      for (let i = 0; i < 60; i++) {
        ctx.progress(i / 60, `part ${i}`);
        await ctx.checkpoint.save(i);
      }
      return { value: 1 };
    });
    const id = await start(busy);
    const early = (await readEvents(memory, await needRun(memory, tenant, id), 0, 1000)).items;
    await slice(busy, id);
    const run = await needRun(memory, tenant, id);
    expect(run.eventsHead).toBeGreaterThan(1);
    const all = (await readEvents(memory, run, 0, 1000)).items;
    expect(all[0]).toEqual(early[0]);
    expect(all.filter(({ type }) => type === "progress").map(({ message }) => message)).toEqual(
      Array.from({ length: 60 }, (_, i) => `part ${i}`),
    );
    const paged: unknown[] = [];
    for (let after: string | undefined = "0"; after !== undefined; ) {
      const page: Awaited<ReturnType<typeof readEvents>> = await readEvents(memory, run, Number(after), 7);
      paged.push(...page.items);
      after = page.next;
    }
    expect(paged).toEqual(all);
  });
});

describe("models", () => {
  test("are saved under an id that the run and the name decide", async () => {
    const id = await start(count, { to: 2, model: true });
    await slice(count, id);
    const {
      items: [model],
    } = await listModels(memory, tenant, {}, 10);
    expect(model).toMatchObject({
      name: "counter",
      run: id,
      summary: { architecture: "count", vocabulary: 3, contextLength: 2 },
    });
    const { files } = await openModel(memory, tenant, model?.id ?? "");
    expect(files.map(({ name }) => name)).toEqual(["config.json", "README.md"]);
  });

  test("are the same when the run was cut after saving", async () => {
    const save = (value: string) =>
      method(async (ctx) => {
        const saved = await ctx.saveModel("m", new Map([["config.json", new TextEncoder().encode(value)]]));
        if (value === "{}") throw new Error("cut");
        const config = await (await ctx.model(saved)).read("config.json", 0, value.length);
        expect(new TextDecoder().decode(config)).toBe(value);
        return { value: 1 };
      });
    const cut = Promise.withResolvers<never>();
    const dying = method(async (ctx) => {
      await ctx.saveModel("m", new Map([["config.json", new TextEncoder().encode("{}")]]));
      memory.time += memory.leaseMilliseconds + 1;
      return cut.promise;
    });
    const id = await start(dying);
    void slice(dying, id, () => 0);
    await vi.waitFor(async () => expect((await listModels(memory, tenant, {}, 10)).items).toHaveLength(1));
    const again = save('{"vocab_size":1}');
    await vi.waitFor(async () => expect(await slice(again, id)).toBe("succeeded"));
    const { items } = await listModels(memory, tenant, {}, 10);
    expect(items.map(({ summary }) => summary)).toEqual([{ vocabulary: 1 }]);
  });
});

describe("a write whose answer came when the run was another's", () => {
  /** The table, but the first run write that `points` to a new object takes effect and is told to have been refused. */
  function late(points: (item: Record<string, unknown>) => boolean): Backend {
    let told = false;
    const table: Backend["table"] = {
      ...memory.table,
      async put(item, condition): Promise<boolean> {
        const done = await memory.table.put(item, condition);
        if (told || !item.SK.startsWith("RUN#") || !points(item)) return done;
        told = true;
        memory.time += 10 * memory.leaseMilliseconds;
        const taken: Changed = await changeRun(memory, fromItem(item) as StoredRun, (run) =>
          take(run, memory.time, memory.time + memory.leaseMilliseconds),
        );
        expect("run" in taken).toBe(true);
        return false;
      },
    };
    return { ...memory, now: memory.now, table };
  }

  test.each([
    ["a checkpoint", async (ctx: RunContext): Promise<void> => ctx.checkpoint.save({ at: 1 })],
    [
      "an artifact",
      async (ctx: RunContext): Promise<void> => void (await ctx.artifact("a.txt", "a", "text/plain")),
    ],
  ] as const)("leaves %s that the run points to", async (_, leave) => {
    const leaving = method(async (ctx) => {
      await leave(ctx);
      return { value: 1 };
    });
    const id = await start(leaving);
    const points = (item: Record<string, unknown>) => {
      const run = fromItem(item as Item);
      return run?.checkpoint !== undefined || Object.keys(run?.artifacts ?? {}).length > 0;
    };
    expect(await slice(leaving, id, undefined, late(points))).toBe("lost");
    const run = await needRun(memory, tenant, id);
    const kept = Object.entries(run.artifacts).map(([name, { revision }]) =>
      artifactKey(run, name, revision),
    );
    const keys = [...kept, ...(run.checkpoint === undefined ? [] : [run.checkpoint.key])];
    expect(keys).toHaveLength(1);
    expect([...memory.objects.keys()]).toEqual(expect.arrayContaining(keys));
  });
});
