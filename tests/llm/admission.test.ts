import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Admitted, admission } from "../../shared/llm/admission.ts";
import { type ManualClock, manualClock } from "./manual-clock.ts";

const minute = 60_000;
/** Lets everything run that waits for no time. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Lets so much time pass in steps, in each of which everybody has his turn. */
async function pass(clock: ManualClock, milliseconds: number, step = 1000) {
  for (let passed = 0; passed < milliseconds; passed += step) {
    await settle();
    clock.advance(step);
  }
  await settle();
}

describe("admission", () => {
  it("lets in as many at once as it may, in their order", async () => {
    const gate = admission({ concurrency: 2 }, manualClock());
    const inside: { readonly at: number; readonly admitted: Admitted }[] = [];
    for (const at of [1, 2, 3, 4]) void gate.enter(1).then((admitted) => void inside.push({ at, admitted }));
    await settle();
    expect(inside.map(({ at }) => at)).toEqual([1, 2]);
    inside[1]?.admitted.leave();
    await settle();
    expect(inside.map(({ at }) => at)).toEqual([1, 2, 3]);
    inside[0]?.admitted.leave();
    inside[2]?.admitted.leave();
    await settle();
    expect(inside.map(({ at }) => at)).toEqual([1, 2, 3, 4]);
  });

  it("never lets more requests and tokens into any 60 seconds than it may, and everybody in the end", async () => {
    const request = fc.record({
      after: fc.integer({ min: 0, max: 20_000 }),
      tokens: fc.integer({ min: 1, max: 50 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(request, { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 50, max: 120 }),
        async (requests, requestsPerMinute, tokensPerMinute) => {
          const clock = manualClock(0);
          const gate = admission({ concurrency: 3, requestsPerMinute, tokensPerMinute }, clock);
          const entered: { readonly at: number; readonly tokens: number }[] = [];
          const enter = async (tokens: number) => {
            const admitted = await gate.enter(tokens);
            entered.push({ at: clock.now(), tokens });
            admitted.leave();
          };
          const all: Promise<void>[] = [];
          for (const { after, tokens } of requests) {
            await pass(clock, after);
            all.push(enter(tokens));
          }
          await pass(clock, requests.length * minute, 5000);
          await Promise.all(all);
          expect(entered.map(({ tokens }) => tokens)).toEqual(requests.map(({ tokens }) => tokens));
          for (const { at } of entered) {
            const window = entered.filter((one) => one.at >= at && one.at < at + minute);
            expect(window.length).toBeLessThanOrEqual(requestsPerMinute);
            expect(window.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThanOrEqual(tokensPerMinute);
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it("counts what a request took in the place of what it was thought to take", async () => {
    const clock = manualClock();
    const gate = admission({ concurrency: 9, tokensPerMinute: 100 }, clock);
    (await gate.enter(90)).leave(10);
    (await gate.enter(90)).leave(90);
    let third = false;
    void gate.enter(1).then(() => {
      third = true;
    });
    await pass(clock, minute - 1000);
    expect(third).toBe(false);
    await pass(clock, 1000);
    expect(third).toBe(true);
  });

  it("lets a request of more tokens than a minute has in alone", async () => {
    const clock = manualClock();
    const gate = admission({ concurrency: 9, tokensPerMinute: 100 }, clock);
    (await gate.enter(1)).leave();
    let entered = false;
    void gate.enter(1000).then(() => {
      entered = true;
    });
    await pass(clock, minute - 1000);
    expect(entered).toBe(false);
    await pass(clock, 1000);
    expect(entered).toBe(true);
  });

  it("lets nobody in while the server has had enough", async () => {
    const clock = manualClock();
    const gate = admission({ concurrency: 9 }, clock);
    gate.hold(5000);
    let entered = false;
    void gate.enter(1).then(() => {
      entered = true;
    });
    await pass(clock, 4000);
    expect(entered).toBe(false);
    await pass(clock, 1000);
    expect(entered).toBe(true);
  });

  it("forgets those who no longer wait, and keeps no place for them", async () => {
    const clock = manualClock();
    const gate = admission({ concurrency: 1 }, clock);
    const first = await gate.enter(1);
    const stop = new AbortController();
    const reason = new Error("enough");
    const given = [gate.enter(1, stop.signal), gate.enter(1, stop.signal)];
    const last = gate.enter(1);
    stop.abort(reason);
    for (const one of given) await expect(one).rejects.toBe(reason);
    await expect(gate.enter(1, stop.signal)).rejects.toBe(reason);
    first.leave();
    (await last).leave();
    (await gate.enter(1)).leave();
    expect(clock.pending()).toEqual([]);
  });

  it("keeps no place for one who stops at the very instant of being let in", async () => {
    const gate = admission({ concurrency: 1 }, manualClock());
    const first = await gate.enter(1);
    const stop = new AbortController();
    const second = gate.enter(1, stop.signal);
    await settle();
    first.leave();
    stop.abort(new Error("enough"));
    await expect(second).rejects.toThrow("enough");
    (await gate.enter(1)).leave();
  });
});
