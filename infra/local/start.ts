import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Client, createClient } from "../../shared/client/client.ts";
import { stateDirectory } from "../../shared/client/local.ts";
import { runTitle } from "../../shared/client/run-view.ts";
import { watchRun } from "../../shared/client/watch.ts";
import { isTerminal, type RunSummary } from "../../shared/resources/runs/record.ts";
import { extraMethods } from "./environment.ts";
import { freePort } from "./port.ts";
import { type LocalStack, startLocal } from "./stack.ts";

const PORT = 8787;
const USAGE = `npm start -- [--port N] [--state-dir DIR] [--workers N] [--once]

  --port N         port of the API on 127.0.0.1 (default ${PORT}, or the next free one)
  --state-dir DIR  where everything is kept (default .tenfold)
  --workers N      processes that compute (default 1, with all cores)
  --once           end when the first run has ended`;

interface Arguments {
  readonly port: number | undefined;
  readonly stateDir: string;
  readonly workers: number;
  readonly once: boolean;
}

function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      port: { type: "string" },
      "state-dir": { type: "string" },
      workers: { type: "string" },
      once: { type: "boolean", default: false },
    },
  });
  return {
    port: values.port === undefined ? undefined : wholeNumber("--port", values.port, 65_535),
    stateDir: resolve(values["state-dir"] ?? stateDirectory()),
    workers: values.workers === undefined ? 1 : wholeNumber("--workers", values.workers, 64),
    once: values.once,
  };
}

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(`${name} must be a whole number from 1 to ${most}, not ${text}`);
}

/** The run to show at the start: one that is in progress, or, on an empty table, a first one. */
async function runToShow(client: Client): Promise<RunSummary | undefined> {
  for await (const newest of client.listRuns({ pageSize: 1 })) {
    return isTerminal(newest.status) ? undefined : newest;
  }
  return await client.createRun("fope", {}, { preset: "quick", idempotencyKey: "first-run" });
}

/** Follows the run to show, if there is one; whether it did not fail. */
async function showRun(stack: LocalStack, signal: AbortSignal): Promise<boolean> {
  const client = createClient({ url: stack.url });
  const shown = await runToShow(client);
  if (shown === undefined) return true;
  console.log(`\n${runTitle(shown)}  ${shown.id}`);
  const reportTo = join(stack.stateDir, "reports", shown.id);
  const run = await watchRun({ client, runId: shown.id, reportTo, signal });
  return run.status === "succeeded";
}

/** Ctrl-C reaches the whole process group, and npm passes it on as well: what comes so close is one. */
const SAME_KEYSTROKE_MS = 500;

/** Aborts, and is done, at the first Ctrl-C or termination; a second one ends the process where it stands. */
function untilInterrupted(): { readonly signal: AbortSignal; readonly done: Promise<void> } {
  const controller = new AbortController();
  const { promise, resolve: finish } = Promise.withResolvers<void>();
  let first = Number.POSITIVE_INFINITY;
  const interrupt = (name: string) => {
    if (performance.now() - first > SAME_KEYSTROKE_MS) process.exit(130);
    if (controller.signal.aborted) return;
    first = performance.now();
    controller.abort(new Error(name));
    finish();
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, interrupt);
  return { signal: controller.signal, done: promise };
}

async function main({ port, stateDir, workers, once }: Arguments): Promise<number> {
  const interrupted = untilInterrupted();
  const methods = extraMethods();
  const stack = await startLocal({ stateDir, workers, methods, port: port ?? (await freePort(PORT)) });
  try {
    console.log(
      `Tenfold is at ${stack.url}: the console, and below it the API, described at ${stack.url}/docs`,
    );
    console.log(`Its state and logs are in ${nearby(stateDir)}`);
    const succeeded = await showRun(stack, interrupted.signal);
    if (once) return succeeded ? 0 : 1;
    console.log("\nCtrl-C stops it; nothing is lost.");
    await interrupted.done;
    return 0;
  } catch (error) {
    if (interrupted.signal.aborted) return 0;
    throw error;
  } finally {
    if (interrupted.signal.aborted) console.log("\nStopping ...");
    await stack.stop();
  }
}

/** A path as short as it is clear. */
function nearby(path: string): string {
  const short = relative(".", path) || ".";
  return short.startsWith("..") ? path : short;
}

function argumentsOrUsage(): Arguments {
  try {
    return readArguments();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
  }
}

try {
  process.exitCode = await main(argumentsOrUsage());
} catch (error) {
  console.error(`tenfold: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
