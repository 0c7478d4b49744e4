import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Run } from "../../resources/runs/record.ts";
import type { Client } from "../client.ts";
import { exitCodes, UsageError } from "../failure.ts";
import { Interrupted, interruptible } from "../interrupt.ts";
import { isObject, type JsonObject } from "../json.ts";
import { stateDirectory } from "../local.ts";
import { runTitle } from "../run-view.ts";
import { plain } from "../screen.ts";
import { type CommonOptions, printJson, type Session, withSession } from "../session.ts";
import { applySettings, type Setting } from "../setting.ts";
import { watchRun } from "../watch.ts";

export interface RunOptions extends CommonOptions {
  readonly preset?: string;
  readonly input?: string;
  readonly set: readonly Setting[];
  readonly seed?: number;
  readonly wait?: true;
  readonly out?: string;
}

/** The input from a file, or from standard input for `-`. */
async function readInput(file: string | undefined): Promise<JsonObject> {
  if (file === undefined) return {};
  const place = file === "-" ? "standard input" : file;
  try {
    const value: unknown = JSON.parse(
      file === "-" ? await text(process.stdin) : await readFile(file, "utf8"),
    );
    if (isObject(value)) return value;
  } catch (error) {
    throw new UsageError(`--input: ${place}: ${error instanceof Error ? error.message : error}`);
  }
  throw new UsageError(`--input: ${place}: must be a JSON object`);
}

/** The input of a preset, needed where a setting points into a list that only the preset has. */
async function presetInput(client: Client, method: string, options: RunOptions): Promise<JsonObject> {
  const intoList = options.set.some(({ path }) => path.some((part) => /^\d+$/.test(part)));
  if (options.preset === undefined || !intoList) return {};
  return (await client.method(method)).presets[options.preset]?.input ?? {};
}

/** Where the report goes when the stack, and with it the report's address, ends with the command. */
const reportFolder = (session: Session, run: Run) =>
  session.ownStack ? join(stateDirectory(), "reports", run.id) : undefined;

const exitCodeOf = (run: Run) => (run.status === "succeeded" ? exitCodes.succeeded : exitCodes.failed);

export interface WaitingOptions extends CommonOptions {
  readonly out?: string;
  /** What the first Ctrl-C does: ends the run, or the watching alone. */
  readonly onInterrupt: "cancel" | "detach";
}

/** Waits for a run and shows it, for `run --wait` and `show --wait`. */
export async function waitAndShow(session: Session, run: Run, options: WaitingOptions): Promise<number> {
  const { client, err } = session;
  let canceled = false;
  const cancel = () => {
    canceled = true;
    err.line("Cancelling the run; Ctrl-C again lets it be.");
    client.cancelRun(run.id).catch((error: unknown) => err.line(plain(String(error))));
  };
  const watched = {
    client,
    runId: run.id,
    out: options.out,
    reportTo: reportFolder(session, run),
    result: options.json ? null : session.out,
    notices: err,
  };
  try {
    const ended = await interruptible(options.onInterrupt === "cancel" ? cancel : "stop", (signal) =>
      watchRun({ ...watched, signal }),
    );
    if (options.json) printJson(session.out, ended);
    return canceled ? 130 : exitCodeOf(ended);
  } catch (error) {
    if (error instanceof Interrupted) err.line(leftBehind(session, run));
    throw error;
  }
}

/** What becomes of a run that is no longer watched. */
const leftBehind = (session: Session, run: Run) =>
  session.ownStack
    ? "The run pauses here and goes on with the next local stack."
    : `The run goes on.${hints(run)}`;

const hints = ({ id }: Run) =>
  ["", `watch it   tenfold show ${id} --wait`, `cancel it  tenfold cancel ${id}`].join("\n  ");

/** `tenfold run METHOD`: starts a run, and waits for it where asked to. */
export async function runCommand(method: string, options: RunOptions): Promise<number> {
  const given = await readInput(options.input);
  return withSession(options, async (session) => {
    const { client, err } = session;
    const input = applySettings(given, options.set, await presetInput(client, method, options));
    const run = await client.createRun(method, input, { preset: options.preset, seed: options.seed });
    err.line(`${err.paint("bold", runTitle(run))}  ${err.paint("dim", run.id)}`);
    if (options.wait || options.local || options.out !== undefined) {
      return waitAndShow(session, run, { ...options, onInterrupt: options.local ? "cancel" : "detach" });
    }
    if (options.json) printJson(session.out, run);
    else session.out.line(run.id);
    err.line(hints(run).trimStart());
    return exitCodes.succeeded;
  });
}
