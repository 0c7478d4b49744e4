import { type ChildProcess, fork } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ToChild, ToParent } from "./serve.ts";

export interface ChildOptions {
  readonly name: string;
  /** URL of the module that the process runs; it calls `serve`. */
  readonly module: string;
  readonly options: unknown;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logDir: string;
}

/** One child process, from its start to its end. */
export interface Child<Ready> {
  readonly ready: Promise<Ready>;
  readonly ended: Promise<void>;
  /** Undefined when it has ended. */
  pid(): number | undefined;
  call(name: string, argument: unknown): Promise<unknown>;
  kill(): void;
  stop(graceMs: number): Promise<void>;
}

export class ProcessDiedError extends Error {
  override readonly name = "ProcessDiedError";
}

interface Caller {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Starts a process of the stack; what it prints goes to `<logDir>/<name>.log`. */
export function startChild<Ready>(options: ChildOptions): Child<Ready> {
  const process = forkLogged(options);
  const ready = Promise.withResolvers<Ready>();
  const ended = Promise.withResolvers<void>();
  const callers = new Map<number, Caller>();
  let dead: ProcessDiedError | undefined;
  let calls = 0;
  ready.promise.catch(() => {});

  process.on("message", (message: ToParent) => {
    // What a process says when it is ready is part of its module's contract with whoever starts it.
    if (message.kind === "ready") ready.resolve(message.value as Ready);
    else settle(callers, message);
  });
  const die = (how: string) => {
    dead = new ProcessDiedError(`${options.name} ended (${how}); see ${logFile(options)}`);
    ready.reject(dead);
    for (const caller of callers.values()) caller.reject(dead);
    callers.clear();
    ended.resolve();
  };
  process.on("error", (error) => die(error.message));
  process.on("exit", (code, signal) => die(signal ?? `exit code ${code}`));

  return {
    ready: ready.promise,
    ended: ended.promise,
    pid: () => (dead ? undefined : process.pid),
    async call(name, argument) {
      if (dead) throw dead;
      const id = calls++;
      return await new Promise((resolve, reject) => {
        callers.set(id, { resolve, reject });
        send(process, { kind: "call", id, name, argument });
      });
    },
    kill: () => void process.kill("SIGKILL"),
    async stop(graceMs) {
      send(process, { kind: "stop" });
      const killer = setTimeout(() => process.kill("SIGKILL"), graceMs);
      await ended.promise;
      clearTimeout(killer);
    },
  };
}

/** Where a process's output is. */
export function logFile({ logDir, name }: { readonly logDir: string; readonly name: string }): string {
  return join(logDir, `${name}.log`);
}

function forkLogged(options: ChildOptions): ChildProcess {
  mkdirSync(options.logDir, { recursive: true });
  const log = openSync(logFile(options), "a");
  try {
    return fork(fileURLToPath(options.module), [JSON.stringify(options.options)], {
      env: options.environment,
      execArgv: ["--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", log, log, "ipc"],
    });
  } finally {
    closeSync(log);
  }
}

function settle(callers: Map<number, Caller>, message: Exclude<ToParent, { kind: "ready" }>): void {
  const caller = callers.get(message.id);
  callers.delete(message.id);
  if (message.kind === "result") caller?.resolve(message.value);
  else caller?.reject(Object.assign(new Error(message.message), { name: message.name }));
}

function send(process: ChildProcess, message: ToChild): void {
  // A process that has just ended answers through "exit".
  if (process.connected) process.send(message, () => {});
}
