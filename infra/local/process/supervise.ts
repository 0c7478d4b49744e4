import { setTimeout as sleep } from "node:timers/promises";
import { type ChildOptions, logFile, startChild } from "./child.ts";

export interface SuperviseOptions<Ready> extends Omit<ChildOptions, "options"> {
  /** Options of the next process, from what the last one said: a restarted server takes the same port. */
  readonly options: (last: Ready | undefined) => unknown;
  readonly warn: (message: string) => void;
}

/** A child process that is started again whenever it ends by itself. */
export interface Supervised<Ready> {
  /** What the process said when it came up; while it is being restarted, what the next one will say. */
  ready(): Promise<Ready>;
  pid(): number | undefined;
  /** Calls a function of the process. Rejects with `ProcessDiedError` when it ends before the answer. */
  call(name: string, argument: unknown): Promise<unknown>;
  /** Ends the process at once (SIGKILL); a new one is started. */
  kill(): void;
  /** Asks the process to end for good and waits; after `graceMs` it is killed. */
  stop(graceMs: number): Promise<void>;
}

/** Waits between starts that fail; after the last one the process is given up. */
const RETRY_MS = [100, 500, 2_000, 5_000];

/** Starts a process and keeps it running until it is stopped. */
export function supervise<Ready>(options: SuperviseOptions<Ready>): Supervised<Ready> {
  const begin = (last?: Ready) => startChild<Ready>({ ...options, options: options.options(last) });
  let child = begin();
  let stopping = false;
  let up = unheard<Ready>();

  const untilUp = async (last?: Ready): Promise<Ready> => {
    for (const delay of [...RETRY_MS, undefined]) {
      try {
        return await child.ready;
      } catch (error) {
        if (stopping || delay === undefined) throw error;
        options.warn(`${options.name} did not start, trying again; see ${logFile(options)}`);
        await sleep(delay);
        if (stopping) throw error;
        child = begin(last);
      }
    }
    throw new Error("unreachable");
  };

  const keepUp = async () => {
    let last: Ready | undefined;
    try {
      while (!stopping) {
        last = await untilUp(last);
        up.resolve(last);
        await child.ended;
        up = unheard<Ready>();
        if (!stopping) child = begin(last);
      }
      up.reject(new Error(`${options.name} was stopped`));
    } catch (error) {
      up.reject(error);
    }
  };
  void keepUp();

  return {
    ready: () => up.promise,
    pid: () => child.pid(),
    async call(name, argument) {
      await up.promise;
      return await child.call(name, argument);
    },
    kill: () => child.kill(),
    async stop(graceMs) {
      stopping = true;
      await child.stop(graceMs);
    },
  };
}

/** A promise whose rejection need not be handled: whoever asks for it later still gets it. */
function unheard<T>(): PromiseWithResolvers<T> {
  const settler = Promise.withResolvers<T>();
  settler.promise.catch(() => {});
  return settler;
}
