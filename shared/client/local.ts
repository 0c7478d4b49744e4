import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";

/** A local stack that answers at `url`; `stop` ends it if it was started for this call. */
export interface LocalStack {
  readonly url: string;
  readonly started: boolean;
  stop(): Promise<void>;
}

/** What is asked of the module that starts the stack. */
interface LocalModule {
  startLocal(options: {
    stateDir: string;
    port: number;
    quiet: boolean;
    methods: readonly string[];
  }): Promise<{ url: string; stop(): Promise<void> }>;
}

/**
 * The core must not know where it runs, so nothing in it imports the local stack: the command finds the
 * stack's module by its place when `--local` asks for it, as it would find a program to start.
 */
const moduleUrl = new URL("../../infra/local/stack.ts", import.meta.url);

const localModule = z.object({
  startLocal: z.custom<LocalModule["startLocal"]>((value) => typeof value === "function"),
});

/** Where the local stack keeps everything: `.tenfold` in the project, or `TENFOLD_STATE_DIR`. */
export const stateDirectory = (): string =>
  process.env.TENFOLD_STATE_DIR ?? fileURLToPath(new URL("../../.tenfold", import.meta.url));

const holder = z.object({ pid: z.int(), url: z.string() });

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The address of the stack that holds the state directory, if one does and answers. */
async function runningStack(stateDir: string): Promise<string | undefined> {
  try {
    const { pid, url } = holder.parse(JSON.parse(await readFile(join(stateDir, "stack.json"), "utf8")));
    if (!isAlive(pid)) return undefined;
    const answer = await fetch(`${url}/v1/methods`, { signal: AbortSignal.timeout(5_000) });
    await answer.body?.cancel();
    return answer.ok ? url : undefined;
  } catch {
    return undefined;
  }
}

/** The running local stack, or a new one on a port of its own. */
export async function localStack(): Promise<LocalStack> {
  const stateDir = stateDirectory();
  const running = await runningStack(stateDir);
  if (running !== undefined) return { url: running, started: false, stop: async () => undefined };
  const { startLocal } = localModule.parse(await import(moduleUrl.href));
  const methods = (process.env.TENFOLD_EXTRA_METHODS ?? "").split(",").filter((url) => url !== "");
  const stack = await startLocal({ stateDir, port: 0, quiet: true, methods });
  return { url: stack.url, started: true, stop: () => stack.stop() };
}
