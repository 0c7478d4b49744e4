import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Who holds a state directory, for the message to whoever comes second. */
interface Holder {
  readonly pid: number;
  readonly url?: string;
}

export interface StateLock {
  /** Tells those who come later where the stack is to be reached. */
  announce(url: string): void;
  release(): void;
}

export class StateInUseError extends Error {
  override readonly name = "StateInUseError";
}

/**
 * Takes the state directory for this process, creating it when it is missing.
 *
 * The lock is an open SQLite transaction: the operating system lets go of it when the process ends, however
 * it ends, so there is no stale lock to recognise.
 *
 * @throws {StateInUseError} when another stack, in this or another process, holds it.
 */
export function lockState(stateDir: string): StateLock {
  mkdirSync(stateDir, { recursive: true });
  const holderFile = join(stateDir, "stack.json");
  const database = new DatabaseSync(join(stateDir, "lock"));
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch {
    database.close();
    throw new StateInUseError(`${stateDir} is in use by another Tenfold stack${describe(holderFile)}`);
  }
  const announce = (holder: Holder) => writeFileSync(holderFile, JSON.stringify(holder));
  announce({ pid: process.pid });
  return {
    announce: (url) => announce({ pid: process.pid, url }),
    release() {
      rmSync(holderFile, { force: true });
      database.close();
    },
  };
}

function describe(holderFile: string): string {
  try {
    const { pid, url } = JSON.parse(readFileSync(holderFile, "utf8")) as Holder;
    return ` (process ${pid}${url ? `, ${url}` : ""}). Stop it, or name another state directory.`;
  } catch {
    return ". Stop it, or name another state directory.";
  }
}
