import { describe, expect, test } from "vitest";
import {
  bury,
  cancel,
  type Decision,
  finish,
  maxDeaths,
  maxStrikes,
  nudge,
  pause,
  report,
  take,
} from "../../../shared/resources/runs/machine.ts";
import type { StoredRun } from "../../../shared/resources/runs/stored.ts";

const time = "2026-01-01T00:00:00.000Z";
const queued: StoredRun = {
  ...{
    tenant: "t",
    id: "1",
    method: "count",
    status: "queued",
    createdAt: time,
    seed: 0,
    version: 1,
    nonce: "a",
  },
  ...{ input: { json: "{}" }, progress: { fraction: 0, message: "" }, slices: 0, deaths: 0, strikes: 0 },
  ...{ cancelRequested: false, fence: 0, due: 1000, nudges: 0, eventsHead: 0, tail: [], metricsHead: 0 },
  ...{ artifacts: {}, models: {} },
};
const error = { type: "x", title: "y", detail: "z" };
const checkpoint = { key: "k", savedAt: time, fraction: 0 };

function run(decision: Decision): StoredRun {
  if ("refused" in decision) throw new Error(`refused: ${decision.refused}`);
  return decision.run;
}
const take1 = (from: StoredRun, now: number) => run(take(from, now, now + 100));
const taken = take1(queued, 0);

describe("take", () => {
  test("starts a queued run and owns it", () => {
    expect(taken).toMatchObject({
      status: "running",
      fence: 1,
      slices: 1,
      leaseUntil: 100,
      due: 100,
      startedAt: "1970-01-01T00:00:00.000Z",
    });
  });

  test("leaves a run to a slice that may be alive, to the millisecond", () => {
    expect(take(taken, 99, 199)).toEqual({ refused: "held" });
    expect(take1(taken, 100)).toMatchObject({ fence: 2, slices: 2, deaths: 1, strikes: 1, leaseUntil: 200 });
  });

  test("counts no death after a pause", () => {
    const saved = run(report(taken, 1, { checkpoint }, 100));
    const paused = run(pause(saved, 1, 50, 500));
    expect(take1(paused, 60)).toMatchObject({ deaths: 0, strikes: 0, slices: 2, fence: 2 });
  });

  test(`begins again after a pause without a checkpoint, and gives up after ${maxStrikes} of them`, () => {
    let one = queued;
    for (let slice = 0; slice < maxStrikes; slice++) {
      one = take1(one, slice * 100);
      expect(one).toMatchObject({ status: "running", deaths: 0, strikes: slice });
      one = run(pause(one, one.fence, slice * 100 + 50, 0));
      expect(one.tail.at(-1)?.message).toBe("out of time, to be begun again");
    }
    const ended = take1(one, 1000);
    expect(ended).toMatchObject({ status: "failed", deaths: 0 });
    expect(ended.error?.detail).toMatch(/3 slices in a row ended without a new checkpoint \(0 workers/);
  });

  test(`gives a run up after ${maxStrikes} deaths without a checkpoint, and says what it was doing`, () => {
    let one = queued;
    for (let slice = 0; slice < maxStrikes; slice++) {
      one = take1(one, slice * 100);
      expect(one.status).toBe("running");
      one = run(
        report(one, one.fence, { progress: { fraction: 0.4, message: "step 4" } }, (slice + 1) * 100),
      );
    }
    const ended = take1(one, 1000);
    expect(ended).toMatchObject({ status: "failed", deaths: maxStrikes });
    expect(ended.error?.detail).toMatch(/3 slices in a row .* 40 %: step 4\. Most likely out of memory/);
    expect(ended.due).toBeUndefined();
  });

  test("forgives deaths once the run has got on, but not for ever", () => {
    let one = taken;
    for (let death = 1; death < maxDeaths; death++) {
      one = take1(run(report(one, one.fence, { checkpoint }, death * 100)), death * 100);
      expect(one).toMatchObject({ status: "running", deaths: death, strikes: 1 });
    }
    expect(take1(run(report(one, one.fence, { checkpoint }, 1e6)), 1e6).status).toBe("failed");
  });

  test("ends a run that was to be cancelled and whose slice died", () => {
    expect(take1(run(cancel(taken, 50)), 100).status).toBe("canceled");
  });
});

describe("the slice that lost its run", () => {
  const again = take1(taken, 100);
  test.each([
    ["reports", report(again, 1, { metricsHead: 5 }, 300)],
    ["pauses", pause(again, 1, 150, 500)],
    ["finishes", finish(again, 1, 150, { status: "succeeded" })],
  ])("%s in vain", (_, decision) => {
    expect(decision).toEqual({ refused: "lost" });
  });

  test("keeps its run when its lease ran out but nobody took it", () => {
    expect(run(report(taken, 1, {}, 900))).toMatchObject({ leaseUntil: 900, due: 900 });
  });
});

describe("cancel", () => {
  test("ends at once what nobody works on", () => {
    expect(run(cancel(queued, 0))).toMatchObject({
      status: "canceled",
      finishedAt: "1970-01-01T00:00:00.000Z",
    });
    expect(run(cancel(run(pause(taken, 1, 50, 500)), 60)).status).toBe("canceled");
    expect(run(cancel(taken, 100)).status).toBe("canceled");
  });

  test("tells a slice that is alive, once", () => {
    const told = run(cancel(taken, 50));
    expect(told).toMatchObject({ status: "running", cancelRequested: true, fence: 1 });
    expect(run(cancel(told, 60))).toBe(told);
    expect(run(pause(told, 1, 70, 500)).status).toBe("canceled");
    expect(run(finish(told, 1, 70, { status: "failed", error })).status).toBe("canceled");
  });

  test("does not throw away a result that came first", () => {
    const told = run(cancel(taken, 50));
    expect(run(finish(told, 1, 60, { status: "succeeded", outputJson: "1" }))).toMatchObject({
      status: "succeeded",
      outputJson: "1",
      progress: { fraction: 1 },
    });
  });

  test("changes nothing that is over", () => {
    const done = run(finish(taken, 1, 60, { status: "failed", error }));
    expect(cancel(done, 70)).toEqual({ refused: "finished" });
    const canceled = run(cancel(queued, 0));
    expect(run(cancel(canceled, 5))).toBe(canceled);
  });
});

describe("nudge", () => {
  test("sends for a run once it is due, then ever more seldom", () => {
    expect(nudge(queued, 999, 100)).toEqual({ refused: "not-due" });
    const once = run(nudge(queued, 1000, 100));
    expect(once).toMatchObject({ due: 1100, nudges: 1 });
    expect(run(nudge(once, 1100, 100))).toMatchObject({ due: 1300, nudges: 2 });
    expect(take1(once, 1200).nudges).toBe(0);
  });

  test("leaves a held run alone, and sends for one whose slice died", () => {
    expect(nudge(taken, 99, 100)).toEqual({ refused: "held" });
    expect(run(nudge(taken, 100, 100))).toMatchObject({ due: 200, nudges: 1, leaseUntil: 100, fence: 1 });
    expect(run(nudge(run(cancel(taken, 50)), 100, 100)).status).toBe("canceled");
  });
});

describe("bury", () => {
  test("ends a run that nobody has taken since the message was sent", () => {
    expect(run(bury(queued, 0, 5, error))).toMatchObject({ status: "failed", error });
  });

  test("leaves a run that is in other hands", () => {
    expect(bury(taken, 1, 50, error)).toEqual({ refused: "held" });
    expect(bury(taken, 0, 200, error)).toEqual({ refused: "lost" });
    expect(bury(run(pause(taken, 1, 50, 500)), 0, 60, error)).toEqual({ refused: "lost" });
    expect(bury(run(cancel(queued, 0)), 1, 60, error)).toEqual({ refused: "finished" });
  });
});

describe("events", () => {
  const event = { time, type: "progress", message: "m" } as const;
  test("go to the tail, and leave it when they are in a segment", () => {
    const noted = run(report(taken, 1, { events: [event, event] }, 200));
    expect(noted.tail.map(({ type }) => type)).toEqual(["started", "progress", "progress"]);
    const told = run(cancel(noted, 60));
    const spilled = run(report(told, 1, { eventsHead: 1, spilled: 3 }, 200));
    expect(spilled.tail.map(({ type }) => type)).toEqual(["cancel-requested"]);
    const twice = run(report(spilled, 1, { eventsHead: 1, spilled: 3 }, 200));
    expect(twice.tail.map(({ type }) => type)).toEqual(["cancel-requested"]);
  });

  test("tell the whole life of a run", () => {
    const died = take1(taken, 100);
    const done = run(finish(died, 2, 150, { status: "succeeded", outputJson: "1" }));
    expect(done.tail.map(({ type }) => type)).toEqual(["started", "died", "started", "succeeded"]);
    expect(take(done, 1e6, 1e6)).toEqual({ refused: "finished" });
    expect(nudge(done, 1e6, 1)).toEqual({ refused: "finished" });
    expect(bury(done, 2, 1e6, error)).toEqual({ refused: "finished" });
  });
});
