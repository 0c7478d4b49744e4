import { aborting, type Clock, pause } from "./clock.ts";

export interface Limits {
  readonly requestsPerMinute?: number | undefined;
  /** Of input and output together. */
  readonly tokensPerMinute?: number | undefined;
  /** Requests at the same time. */
  readonly concurrency: number;
}

/** A request that was let in. */
export interface Admitted {
  /** Makes room for the next one; `tokens` is what it took, where that is known. */
  leave(tokens?: number): void;
}

/** Lets requests in, in the order in which they come. */
export interface Admission {
  /** Resolves when the limits allow a request of about so many tokens. Rejects with the signal's reason. */
  enter(tokens: number, signal?: AbortSignal): Promise<Admitted>;
  /** Lets nobody in for so long: the server has had enough. */
  hold(milliseconds: number): void;
}

const minute = 60_000;

/**
 * Holds requests to the limits: no 60 seconds, wherever they begin, see more of them or of their tokens than allowed.
 * A single request of more tokens than a minute has goes alone.
 */
export function admission(limits: Limits, clock: Clock): Admission {
  const { requestsPerMinute = Number.POSITIVE_INFINITY, tokensPerMinute = Number.POSITIVE_INFINITY } = limits;
  let recent: { readonly at: number; tokens: number }[] = [];
  let inside = 0;
  let heldUntil = Number.NEGATIVE_INFINITY;
  let turn: Promise<unknown> = Promise.resolve();
  let freed = Promise.withResolvers<void>();

  /** Milliseconds until a request of so many tokens fits into the minute. */
  function wait(tokens: number): number {
    const now = clock.now();
    recent = recent.filter(({ at }) => at > now - minute);
    let [count, sum] = [recent.length, recent.reduce((total, one) => total + one.tokens, 0)];
    let until = heldUntil;
    for (const one of recent) {
      if (count < requestsPerMinute && (sum + tokens <= tokensPerMinute || count === 0)) break;
      until = Math.max(until, one.at + minute);
      count--;
      sum -= one.tokens;
    }
    return Math.max(0, until - now);
  }

  async function admit(tokens: number, signal: AbortSignal | undefined): Promise<Admitted> {
    for (;;) {
      signal?.throwIfAborted();
      const milliseconds = wait(tokens);
      if (milliseconds > 0) await pause(clock, milliseconds, signal);
      else if (inside >= limits.concurrency) await aborting(freed.promise, signal);
      else break;
    }
    const entry = { at: clock.now(), tokens };
    recent.push(entry);
    inside++;
    return {
      leave(actual = entry.tokens) {
        entry.tokens = actual;
        inside--;
        freed.resolve();
        freed = Promise.withResolvers();
      },
    };
  }

  return {
    async enter(tokens, signal) {
      const before = turn;
      const admitted = before.then(() => admit(tokens, signal));
      turn = admitted.catch(() => undefined);
      try {
        return await aborting(admitted, signal);
      } catch (error) {
        // It may be let in at the very instant at which nobody waits for it any more.
        admitted.then(
          (one) => one.leave(0),
          () => undefined,
        );
        throw error;
      }
    },
    hold(milliseconds) {
      heldUntil = Math.max(heldUntil, clock.now() + milliseconds);
    },
  };
}
