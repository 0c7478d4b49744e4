import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Backend } from "../../../shared/resources/backend.ts";
import { cancelRun } from "../../../shared/resources/runs/cancel.ts";
import { createRun } from "../../../shared/resources/runs/create.ts";
import { deleteRun } from "../../../shared/resources/runs/delete.ts";
import { readEvents } from "../../../shared/resources/runs/events.ts";
import { maxDeaths } from "../../../shared/resources/runs/machine.ts";
import { readMetrics } from "../../../shared/resources/runs/metrics.ts";
import { isTerminal } from "../../../shared/resources/runs/record.ts";
import { performSlice } from "../../../shared/resources/runs/slice.ts";
import { readRun } from "../../../shared/resources/runs/store.ts";
import { artifactKey, fromItem, type StoredRun } from "../../../shared/resources/runs/stored.ts";
import { buryRun } from "../../../shared/resources/runs/tidy.ts";
import type { Item } from "../../../shared/resources/table.ts";
import { tidy } from "../../../shared/resources/tidy.ts";
import count, { expectedCount } from "../../fixtures/count-method.ts";
import { type MemoryBackend, memoryBackend } from "../../fixtures/memory-backend.ts";

const tenant = "t";
const steps = 12;
const seed = 5;
const find = () => count;

/**
 * Lets every operation on the backend wait until it is chosen: the choices, not the machine, decide in which
 * order the operations of all who work at once take effect. A backend made with `lives` takes that many
 * operations and then none ever again, as if its process had been killed.
 */
function gate(memory: MemoryBackend, choices: readonly number[]) {
  let waiting: (() => void)[] = [];
  let chosen = 0;
  const enter = () => new Promise<void>((resolve) => waiting.push(resolve));

  function through(lives = Number.POSITIVE_INFINITY): Backend {
    let left = lives;
    const gated = <T extends object>(service: T): T =>
      new Proxy(service, {
        get: (target, name) => {
          const operation: unknown = Reflect.get(target, name);
          if (typeof operation !== "function") return operation;
          return async (...given: unknown[]) => {
            await enter();
            if (left-- <= 0) return new Promise(() => undefined);
            memory.time++;
            // Its answer gets lost and the SDK sends it again: a write finds its own work there already.
            if (name === "put" && (choices[chosen % choices.length] ?? 0) % 5 === 0) {
              await Reflect.apply(operation, target, given);
            }
            const done: unknown = await Reflect.apply(operation, target, given);
            // The operation took effect, and its answer never arrives.
            return left === 0 ? new Promise(() => undefined) : done;
          };
        },
      });
    return {
      ...memory,
      now: memory.now,
      table: gated(memory.table),
      bucket: gated(memory.bucket),
      queue: gated(memory.queue),
    };
  }

  async function drive(actions: readonly Promise<unknown>[]) {
    let done = false;
    void Promise.allSettled(actions).then(() => {
      done = true;
    });
    for (let idle = 0; !done && idle < 30; ) {
      await setImmediate();
      if (waiting.length === 0) {
        idle++;
        await sleep(1);
        continue;
      }
      idle = 0;
      const at = (choices[chosen++ % choices.length] ?? 0) % waiting.length;
      const [one] = waiting.splice(at, 1);
      one?.();
    }
    waiting = [];
  }
  return { enter, through, drive };
}

type Action =
  | { readonly do: "slice"; readonly lives?: number; readonly outOfTimeAfter?: number }
  | { readonly do: "cancel" | "delete" | "tidy" | "bury" }
  | { readonly do: "pass"; readonly milliseconds: number };

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("slice" as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("slice" as const), lives: fc.integer({ min: 1, max: 60 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("slice" as const),
      outOfTimeAfter: fc.integer({ min: 2, max: 8 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("cancel" as const, "delete" as const, "bury" as const) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("tidy" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      milliseconds: fc.integer({ min: 10, max: 200 }),
    }),
  },
);

/** What must hold between a run's record and the next, and between the record and the bucket. */
function checkStep(memory: () => MemoryBackend, beforeItem: Item | undefined, afterItem: Item) {
  if (!afterItem.SK.startsWith("RUN#")) return;
  const before = beforeItem && fromItem(beforeItem);
  const after = fromItem(afterItem);
  if (before === undefined) return expect(beforeItem).toBeUndefined();
  if (after === undefined) return expect(isTerminal(before.status)).toBe(true);
  expect(isTerminal(before.status)).toBe(false);
  expect(after.version).toBe(before.version + 1);
  expect(after.fence).toBeGreaterThanOrEqual(before.fence);
  expect(after.metricsHead).toBeGreaterThanOrEqual(before.metricsHead);
  expect(after.eventsHead).toBeGreaterThanOrEqual(before.eventsHead);
  expect(after.slices - before.slices).toBe(after.fence === before.fence || isTerminal(after.status) ? 0 : 1);
  const { objects } = memory();
  if (after.checkpoint !== undefined) expect([...objects.keys()]).toContain(after.checkpoint.key);
  for (const [name, { revision }] of Object.entries(after.artifacts)) {
    expect([...objects.keys()]).toContain(artifactKey(after, name, revision));
  }
}

async function checkEnd(memory: MemoryBackend, run: StoredRun, cancelled: boolean, buried: boolean) {
  if (run.status === "canceled") expect(cancelled).toBe(true);
  if (run.status === "failed" && !buried)
    expect(run.strikes >= 3 || run.deaths >= maxDeaths, run.error?.detail).toBe(true);
  expect(run.leaseUntil).toBeUndefined();
  const { items } = await readMetrics(memory, run, 0);
  const values = new Map(items.flatMap(({ points }) => points));
  for (const [step, value] of values) expect(value).toBe(expectedCount(step, seed).checksum);
  const events = (await readEvents(memory, run, -1, 1000)).items;
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  expect(
    events.filter(({ type }) => isTerminal(type as StoredRun["status"]) && type === run.status),
  ).toHaveLength(1);
  if (run.status !== "succeeded") return;
  expect(JSON.parse(run.outputJson ?? "")).toEqual(expectedCount(steps, seed));
  expect(values.size).toBe(steps);
  expect(Object.keys(run.artifacts).sort()).toEqual(["count.txt", "result.json"]);
}

/** Delivers every message until nothing is left to do, as a queue with one healthy worker would. */
async function settle(memory: MemoryBackend) {
  for (let round = 0; round < 20; round++) {
    memory.time += 10 * memory.leaseMilliseconds * 2 ** Math.min(round, 6);
    await tidy(memory);
    for (const message of memory.messages.splice(0)) {
      await performSlice(memory, { ...message, remainingMilliseconds: () => 60_000, find });
    }
  }
}

test("whatever happens in whatever order, a run ends once, whole, and right", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { minLength: 4, maxLength: 16 }),
      fc.array(fc.nat(1000), { minLength: 20, maxLength: 200 }),
      async (actions, choices) => {
        const memory: MemoryBackend = memoryBackend({
          leaseMilliseconds: 40,
          onPut: (before, after) => checkStep(() => memory, before, after),
        });
        const { enter, through, drive } = gate(memory, choices);
        const given = { to: steps, checkpointEvery: 2 };
        const {
          run: { id },
        } = await createRun(memory, { tenant, method: count, seed, given });
        const ignore = () => undefined;
        const perform = async (one: Action, index: number) => {
          for (let wait = 0; wait < (choices[index] ?? 0) % 60; wait++) await enter();
          if (one.do === "pass") memory.time += one.milliseconds;
          if (one.do === "cancel") await cancelRun(through(), tenant, id).catch(ignore);
          if (one.do === "delete") await deleteRun(through(), tenant, id).catch(ignore);
          if (one.do === "tidy") await tidy(through());
          if (one.do === "bury") await buryRun(through(), { tenant, run: id, fence: 1 });
          if (one.do !== "slice") return;
          let asked = 0;
          const remainingMilliseconds = () => (++asked > (one.outOfTimeAfter ?? 1e9) * 3 ? 0 : 60_000);
          await performSlice(through(one.lives), { tenant, run: id, remainingMilliseconds, find });
        };
        await drive(actions.map(perform));
        await settle(memory);

        const run = await readRun(memory, tenant, id);
        const did = (what: Action["do"]) => actions.some((one) => one.do === what);
        if (run === undefined) expect(did("delete")).toBe(true);
        else await checkEnd(memory, run, did("cancel"), did("bury"));

        if (run !== undefined) await deleteRun(memory, tenant, id);
        expect([...memory.objects.keys()]).toEqual([]);
        expect([...memory.items.values()].filter((item) => item.deletedAt === undefined)).toEqual([]);
      },
    ),
    { numRuns: 120, endOnFailure: true },
  );
});
