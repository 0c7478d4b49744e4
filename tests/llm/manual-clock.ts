import type { Clock } from "../../shared/llm/clock.ts";

export interface ManualClock extends Clock {
  /** Milliseconds of every wait, in their order. */
  readonly waits: readonly number[];
  /** Lets time pass: timers that are due run, in their order. */
  advance(milliseconds: number): void;
  /** Milliseconds of the timers that still run. */
  pending(): number[];
}

/** Time that stands still until a test moves it. */
export function manualClock(start = Date.UTC(2026, 0, 1)): ManualClock {
  let time = start;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  const waits: number[] = [];
  return {
    waits,
    now: () => time,
    after(milliseconds, run) {
      const timer = { at: time + milliseconds, run };
      timers.push(timer);
      waits.push(milliseconds);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    advance(milliseconds) {
      const end = time + milliseconds;
      for (;;) {
        const [due] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (due === undefined) break;
        time = Math.max(time, due.at);
        timers = timers.filter((one) => one !== due);
        due.run();
      }
      time = end;
    },
    pending: () => timers.map(({ at }) => at - time),
  };
}

/**
 * Time in which no wait takes any: a timer runs at once, and its milliseconds have passed, but for timeouts,
 * which run when a test calls `expire`: those of a question and of reading a secret.
 */
export function skippingClock(
  timeouts: readonly number[] = [120_000, 10_000],
): ManualClock & { expire(): void } {
  const clock = manualClock();
  let held: (() => void)[] = [];
  const waits: number[] = [];
  return {
    ...clock,
    waits,
    after(milliseconds, run) {
      if (timeouts.includes(milliseconds)) {
        held.push(run);
        return () => {
          held = held.filter((one) => one !== run);
        };
      }
      waits.push(milliseconds);
      const cancel = clock.after(milliseconds, run);
      queueMicrotask(() => clock.advance(milliseconds));
      return cancel;
    },
    expire() {
      for (const run of held.splice(0)) run();
    },
  };
}
