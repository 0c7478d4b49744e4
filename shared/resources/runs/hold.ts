import { setTimeout as sleep } from "node:timers/promises";
import type { Backend } from "../backend.ts";
import { finish, maxTail, type Outcome, type Progressed, pause, report } from "./machine.ts";
import { type MetricBuffer, metricBuffer } from "./metrics.ts";
import { type LogName, rankOf, toSegment } from "./segments.ts";
import { type Changed, changeRun, readRun } from "./store.ts";
import type { LoggedEvent, StoredRun } from "./stored.ts";

/** The run is another's now: nothing of this slice is kept any more. */
export class LeaseLost extends Error {
  constructor() {
    super("the run was given to another worker");
    this.name = "LeaseLost";
  }
}

/** The slice's time ended while it waited for somebody else; the next one goes on from the checkpoint. */
export class SliceOver extends Error {
  constructor() {
    super("the slice is out of time");
    this.name = "SliceOver";
  }
}

/** Somebody asked the run to stop. */
export class RunCanceled extends Error {
  constructor() {
    super("the run was cancelled");
    this.name = "RunCanceled";
  }
}

/** A run in the hands of one slice. Its writes go one after the other, and throw `LeaseLost` once it is lost. */
export interface Hold {
  /** The run as last written or read. */
  run(): StoredRun;
  /** Aborted with `RunCanceled`, `LeaseLost` or `SliceOver`. */
  readonly signal: AbortSignal;
  readonly metrics: MetricBuffer;
  /** To be written with the next report or beat. */
  later(progress: StoredRun["progress"], event?: LoggedEvent): void;
  /** Writes all that waits, and `change` with it in one atomic step. */
  report(change?: (run: StoredRun) => Progressed): Promise<void>;
  /** Stops the work where it stands, for the run to be paused. */
  endSlice(): void;
  pause(): Promise<StoredRun>;
  finish(outcome: Outcome): Promise<StoredRun>;
  /** A number of its own for each object that the slice writes. */
  nextWrite(): number;
  /** Ends the beats. */
  stop(): Promise<void>;
}

export interface HoldOptions {
  /** How much longer the slice may live; the lease never outlives it. */
  readonly remainingMilliseconds: () => number;
  readonly warn: (message: string, error: unknown) => void;
}

/** Points wait no longer than a share of the slice's age, so that a long run does not leave a segment a second. */
const metricsWait = (age: number) => Math.min(Math.max(age / 60, 1000), 10_000);
const metricsBytes = 128 * 1024;

/** Holds a run that was just taken: beats about once a second until it is stopped. */
export function holdRun(backend: Backend, taken: StoredRun, options: HoldOptions): Hold {
  const { fence } = taken;
  const metrics = metricBuffer();
  const abort = new AbortController();
  const beatMilliseconds = Math.min(1000, backend.leaseMilliseconds / 4);
  const began = backend.now();
  let run = taken;
  let waiting: { progress?: StoredRun["progress"]; event?: LoggedEvent } = {};
  let bodies: string[] = [];
  let metricsWritten = taken.metricsHead;
  let metricsAt = began;
  let writes = 0;
  let lost = false;
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const result = turn.then(() => {
      if (lost) throw new LeaseLost();
      return task();
    });
    turn = result.catch(() => undefined);
    return result;
  };
  const leaseUntil = () =>
    backend.now() + Math.min(backend.leaseMilliseconds, Math.max(0, options.remainingMilliseconds()));
  const lose = (): never => {
    lost = true;
    abort.abort(new LeaseLost());
    throw new LeaseLost();
  };
  const keep = (changed: Changed): StoredRun => {
    if ("refused" in changed) return lose();
    run = changed.run;
    if (run.cancelRequested && !abort.signal.aborted) abort.abort(new RunCanceled());
    return run;
  };
  const write = async (patch: Progressed) =>
    keep(await changeRun(backend, run, (now) => report(now, fence, patch, leaseUntil()), run));

  async function putSegment(log: LogName, sequence: number, body: string) {
    const rank = rankOf(fence, ++writes);
    const segment = toSegment(run, log, sequence, rank, body);
    // Up to and with its own rank: should the answer get lost, the SDK sends the very same write again.
    if (!(await backend.table.put(segment, { attribute: "rank", below: rank + 1 }))) lose();
  }
  async function putMetrics() {
    bodies.push(...metrics.drain());
    metricsAt = backend.now();
    for (let body = bodies[0]; body !== undefined; body = bodies[0]) {
      await putSegment("METRICS", metricsWritten + 1, body);
      metricsWritten++;
      bodies = bodies.slice(1);
    }
  }
  async function spill() {
    if (run.tail.length < maxTail) return;
    const { tail, eventsHead } = run;
    await putSegment("EVENTS", eventsHead + 1, JSON.stringify(tail));
    await write({ eventsHead: eventsHead + 1, spilled: tail.length });
  }
  async function flush(change: Progressed = {}, withMetrics = true) {
    if (withMetrics) await putMetrics();
    const { progress, event } = waiting;
    waiting = {};
    try {
      await write({
        ...(progress !== undefined && { progress }),
        metricsHead: metricsWritten,
        ...change,
        events: [...(event === undefined ? [] : [event]), ...(change.events ?? [])],
      });
    } catch (error) {
      // What could not be written waits for the next time, unless something newer already does.
      waiting = { ...(progress && { progress }), ...(event && { event }), ...waiting };
      throw error;
    }
    await spill();
  }
  async function beat() {
    const now = backend.now();
    const metricsDue = metrics.bytes() > metricsBytes || now - metricsAt > metricsWait(now - began);
    const points = bodies.length > 0 || (metrics.bytes() > 0 && metricsDue);
    const leaseDue = (run.leaseUntil ?? 0) - now < (backend.leaseMilliseconds * 2) / 3;
    if (points || waiting.progress !== undefined || leaseDue) return flush({}, points);
    const seen = await readRun(backend, run.tenant, run.id);
    keep(seen === undefined || seen.fence !== fence ? { refused: "lost" } : { run: seen });
  }

  const stopped = new AbortController();
  const beating = (async () => {
    while (!lost && !stopped.signal.aborted) {
      await sleep(beatMilliseconds, undefined, { signal: stopped.signal }).catch(() => undefined);
      if (stopped.signal.aborted) return;
      await inTurn(beat).catch((error: unknown) => {
        if (!(error instanceof LeaseLost)) options.warn("a beat failed", error);
      });
    }
  })();

  return {
    run: () => run,
    signal: abort.signal,
    metrics,
    later(progress, event) {
      waiting = { ...waiting, progress, ...(event && { event }) };
    },
    report: (change) => inTurn(() => flush(change?.(run))),
    endSlice() {
      if (!abort.signal.aborted) abort.abort(new SliceOver());
    },
    pause: () =>
      inTurn(async () => {
        await flush();
        const now = backend.now();
        const due = now + 3 * backend.leaseMilliseconds;
        return keep(await changeRun(backend, run, (current) => pause(current, fence, now, due), run));
      }),
    finish: (outcome) =>
      inTurn(async () =>
        keep(await changeRun(backend, run, (current) => finish(current, fence, backend.now(), outcome), run)),
      ),
    nextWrite: () => ++writes,
    async stop() {
      stopped.abort();
      await beating;
      await turn;
    },
  };
}
