import { useEffect, useState } from "preact/hooks";
import { pollDelay } from "./poll-delay.ts";
import { ApiError } from "./problem.ts";

/**
 * Calls `step` again and again: it answers after how many milliseconds it wants to be called next, or
 * undefined when there is nothing more to come. A tab in the background asks for nothing, and at once when
 * it is looked at again; after an error the waits double, and what is gone is not asked for again. Answers the last error until a step succeeds.
 */
export function usePoll(
  step: (signal: AbortSignal) => Promise<number | undefined>,
  inputs: readonly unknown[],
): unknown {
  const [failure, setFailure] = useState<unknown>();
  // The caller says what a poll depends on.
  useEffect(() => {
    const abort = new AbortController();
    poll(step, abort.signal, setFailure);
    return () => abort.abort();
  }, inputs);
  return failure;
}

async function poll(
  step: (signal: AbortSignal) => Promise<number | undefined>,
  signal: AbortSignal,
  report: (failure: unknown) => void,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    let wanted: number | undefined = 0;
    try {
      wanted = await step(signal);
      failures = 0;
      if (!signal.aborted) report(undefined);
    } catch (error) {
      if (signal.aborted) return;
      report(error);
      if (error instanceof ApiError && error.status === 404) return;
      failures++;
    }
    const delay = pollDelay(wanted, failures);
    if (delay === undefined) return;
    await pause(delay, signal);
    await untilVisible(signal);
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  const wake = () => {
    clearTimeout(timer);
    resolve();
  };
  signal.addEventListener("abort", wake, { once: true });
  return promise.finally(() => signal.removeEventListener("abort", wake));
}

async function untilVisible(signal: AbortSignal): Promise<void> {
  while (document.hidden && !signal.aborted) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    document.addEventListener("visibilitychange", wake, { once: true });
    signal.addEventListener("abort", wake, { once: true });
    await promise;
    document.removeEventListener("visibilitychange", wake);
    signal.removeEventListener("abort", wake);
  }
}
