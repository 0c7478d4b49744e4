import { type ChildProcess, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const launcher = fileURLToPath(new URL("../../shared/client/tenfold.mjs", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly env?: Record<string, string>;
  readonly input?: string;
  readonly cwd?: string;
  /** The Node that starts the command; this one when absent. */
  readonly node?: string;
  /** The command's first file; this project's when absent. */
  readonly launcher?: string;
  /** Gets the process as soon as it is there. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs `tenfold` as a process of its own, outside a terminal, and waits for its end. */
export async function tenfold(parts: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  const child = spawn(options.node ?? process.execPath, [options.launcher ?? launcher, ...parts], {
    cwd: options.cwd,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TENFOLD_NICE: process.env.TENFOLD_NICE,
      ...options.env,
    },
  });
  options.onStart?.(child);
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}
