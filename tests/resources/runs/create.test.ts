import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Backend } from "../../../shared/resources/backend.ts";
import { Problem } from "../../../shared/resources/problem.ts";
import { cancelRun } from "../../../shared/resources/runs/cancel.ts";
import { createRun, type NewRun } from "../../../shared/resources/runs/create.ts";
import { deleteRun } from "../../../shared/resources/runs/delete.ts";
import { listRuns } from "../../../shared/resources/runs/list.ts";
import { performSlice } from "../../../shared/resources/runs/slice.ts";
import { readRun } from "../../../shared/resources/runs/store.ts";
import { tidy } from "../../../shared/resources/tidy.ts";
import { type LocalAws, startLocalAws } from "../../fixtures/aws.ts";
import count from "../../fixtures/count-method.ts";
import { type MemoryBackend, memoryBackend } from "../../fixtures/memory-backend.ts";

const tenant = "t";
const request = (given: unknown, idempotencyKey?: string): NewRun => ({
  tenant,
  method: count,
  seed: 0,
  given,
  idempotencyKey,
});

async function problemOf(doing: Promise<unknown>) {
  const error = await doing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Problem)) throw new Error(`not a problem: ${error}`);
  return error.json;
}

describe("an Idempotency-Key, on the embedded endpoints", () => {
  let aws: LocalAws;
  beforeAll(async () => {
    aws = await startLocalAws();
  });
  afterAll(() => aws.stop());

  test("makes one run of 200 calls at once", async () => {
    const calls = Array.from({ length: 200 }, () => createRun(aws.backend, request({ to: 2 }, "same")));
    const answers = await Promise.all(calls);
    expect(new Set(answers.map(({ run }) => run.id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect((await listRuns(aws.backend, tenant, {}, 100)).items).toHaveLength(1);
    expect(aws.drainQueue()).toHaveLength(1);
  });

  test("makes one run per key, whatever the order", async () => {
    const keys = Array.from({ length: 60 }, (_, i) => `key-${i % 6}`);
    const ids = await Promise.all(
      keys.map(async (key) => (await createRun(aws.backend, request({}, key))).run.id),
    );
    expect(new Set(ids).size).toBe(6);
    expect(new Set(ids.map((id, i) => `${id} ${i % 6}`)).size).toBe(6);
    expect(aws.drainQueue()).toHaveLength(6);
  });
});

describe("an Idempotency-Key", () => {
  let memory: MemoryBackend;
  beforeEach(() => {
    memory = memoryBackend();
  });
  const finishOne = async (id: string) =>
    performSlice(memory, { tenant, run: id, remainingMilliseconds: () => 1e5, find: () => count });

  test("replays the run as it now is, also with the fields in another order", async () => {
    const { run } = await createRun(memory, request({ to: 2, milliseconds: 0 }, "k"));
    await finishOne(run.id);
    const again = await createRun(memory, request({ milliseconds: 0, to: 2 }, "k"));
    expect(again).toMatchObject({ replayed: true, run: { id: run.id, status: "succeeded" } });
    expect(memory.messages).toHaveLength(1);
  });

  test("refuses another input, seed or method, and leaves the run alone", async () => {
    await createRun(memory, request({ to: 2 }, "k"));
    for (const other of [request({ to: 3 }, "k"), { ...request({ to: 2 }, "k"), seed: 1 }]) {
      const problem = await problemOf(createRun(memory, other));
      expect(problem).toMatchObject({ status: 422, errors: [{ path: "/Idempotency-Key" }] });
    }
    expect((await listRuns(memory, tenant, {}, 10)).items).toHaveLength(1);
  });

  test("belongs to its tenant", async () => {
    const mine = await createRun(memory, request({}, "k"));
    const theirs = await createRun(memory, { ...request({}, "k"), tenant: "other" });
    expect(theirs.run.id).not.toBe(mine.run.id);
    expect(await readRun(memory, "other", mine.run.id)).toBeUndefined();
  });

  test("is gone with its run, also for a call that had begun before", async () => {
    const resume = Promise.withResolvers<void>();
    let held = true;
    const put: Backend["table"]["put"] = async (item, condition) => {
      if (item.SK.startsWith("RUN#") && held) {
        held = false;
        await resume.promise;
      }
      return memory.table.put(item, condition);
    };
    const slow = problemOf(
      createRun({ ...memory, table: { ...memory.table, put } }, request({ to: 2 }, "k")),
    );
    while (held) await new Promise(setImmediate);
    const { run } = await createRun(memory, request({ to: 2 }, "k"));
    await cancelRun(memory, tenant, run.id);
    await deleteRun(memory, tenant, run.id);
    resume.resolve();
    expect(await slow).toMatchObject({ status: 410 });
    expect(await readRun(memory, tenant, run.id)).toBeUndefined();
    expect(await problemOf(createRun(memory, request({ to: 2 }, "k")))).toMatchObject({ status: 410 });
    expect(memory.objects.size).toBe(0);
  });

  test.each([1, 2, 3, 4])(
    "survives a crash after the first %i operations: the next call goes on",
    async (lives) => {
      let left = lives;
      const mortal = async <T>(operation: () => Promise<T>): Promise<T> => {
        if (left-- <= 0) throw new Error("killed");
        return operation();
      };
      const on: Backend = {
        ...memory,
        table: {
          ...memory.table,
          get: (key) => mortal(() => memory.table.get(key)),
          put: (item, condition) => mortal(() => memory.table.put(item, condition)),
        },
        queue: { send: (message) => mortal(() => memory.queue.send(message)) },
      };
      await expect(createRun(on, request({ to: 2 }, "k"))).rejects.toThrow("killed");
      const { run } = await createRun(memory, request({ to: 2 }, "k"));
      memory.time += 10 * memory.leaseMilliseconds;
      await tidy(memory);
      expect((await listRuns(memory, tenant, {}, 10)).items).toHaveLength(1);
      expect(new Set(memory.messages.map((message) => message.run))).toEqual(new Set([run.id]));
    },
  );
});

test("a run whose message was never sent is found by tidy, and only once it is late", async () => {
  const memory = memoryBackend();
  const lost = { ...memory, queue: { send: () => Promise.reject(new Error("killed")) } };
  await expect(createRun(lost, request({ to: 1 }))).rejects.toThrow("killed");
  expect(await tidy(memory)).toEqual({ sent: 0, ended: 0 });
  memory.time += 4 * memory.leaseMilliseconds;
  expect(await tidy(memory)).toEqual({ sent: 1, ended: 0 });
  expect(await tidy(memory)).toEqual({ sent: 0, ended: 0 });
  expect(memory.messages).toHaveLength(1);
});

test("tidy looks after every other run when one cannot be read, and says so", async () => {
  const memory = memoryBackend();
  const broken = await createRun(memory, request({ to: 1 }));
  const whole = await createRun(memory, request({ to: 1 }));
  for (const [id, item] of memory.items) {
    if (item.SK.endsWith(broken.run.id)) memory.items.set(id, { ...item, status: "unheard of" });
  }
  memory.messages.splice(0);
  memory.time += 4 * memory.leaseMilliseconds;
  await expect(tidy(memory)).rejects.toThrow("1 runs, data sets or models could not be looked after");
  expect(memory.messages.map(({ run }) => run)).toEqual([whole.run.id]);
});

test("lists page through all runs, newest first, also under a filter", async () => {
  const memory = memoryBackend();
  const ids: string[] = [];
  for (let i = 0; i < 23; i++) ids.push((await createRun(memory, request({ to: 1 }))).run.id);
  for (const id of ids.filter((_, i) => i % 5 === 0)) await cancelRun(memory, tenant, id);
  await deleteRun(memory, tenant, ids[5] ?? "");
  const collect = async (filter: Parameters<typeof listRuns>[2]) => {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listRuns(memory, tenant, filter, 4, cursor);
      expect(page.items.length).toBeLessThanOrEqual(4);
      found.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    } while (cursor !== undefined);
    return found;
  };
  expect(await collect({})).toEqual(ids.filter((_, i) => i !== 5).reverse());
  expect(await collect({ status: "canceled" })).toEqual([20, 15, 10, 0].map((i) => ids[i]));
  expect(await collect({ method: "count", status: "queued" })).toEqual(
    ids.filter((_, i) => i % 5 !== 0).reverse(),
  );
  expect(await collect({ method: "other" })).toEqual([]);
});
