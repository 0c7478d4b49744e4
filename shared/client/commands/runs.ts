import { isTerminal, type RunEvent, type RunStatus, type RunSummary } from "../../resources/runs/record.ts";
import { printBlocks, printOutput } from "../draw.ts";
import { exitCodes } from "../failure.ts";
import { formatAgo, formatBytes, formatDuration, formatPercent } from "../figures.ts";
import { downloadArtifacts } from "../files.ts";
import { interruptible } from "../interrupt.ts";
import type { Json } from "../json.ts";
import { resolveRun } from "../resolve.ts";
import { inputFacts, runBlocks, secondsOf, statusText } from "../run-view.ts";
import { plain, type Screen } from "../screen.ts";
import { type CommonOptions, printJson, withSession } from "../session.ts";
import { withOutput } from "../watch.ts";
import { waitAndShow } from "./run.ts";

export interface RunsOptions extends CommonOptions {
  readonly method?: string;
  readonly status?: RunStatus;
  readonly limit: number;
}

function runRow(run: RunSummary, screen: Screen): string[] {
  const seconds = secondsOf(run);
  const percent = isTerminal(run.status) ? "" : ` ${formatPercent(run.progress.fraction)}`;
  return [
    plain(run.id),
    plain(run.method),
    plain(run.preset ?? "–"),
    String(run.seed),
    statusText(run.status, screen) + percent,
    seconds === undefined ? "–" : formatDuration(seconds),
    formatAgo(run.createdAt),
  ];
}

/** `tenfold runs`: the newest runs first. */
export function runsCommand({ method, status, limit, ...options }: RunsOptions): Promise<number> {
  return withSession(options, async ({ client, out, err }) => {
    const runs: RunSummary[] = [];
    for await (const run of client.listRuns({ method, status, pageSize: Math.min(limit, 100) })) {
      runs.push(run);
      if (runs.length >= limit) break;
    }
    if (options.json) printJson(out, runs);
    else if (runs.length === 0) err.line("No runs.");
    else {
      const head = ["run", "method", "preset", "seed", "status", "time", "created"];
      const figures = [false, false, false, true, false, true, false];
      printBlocks([{ kind: "table", head, figures, rows: runs.map((run) => runRow(run, out)) }], out);
    }
    return exitCodes.succeeded;
  });
}

/** `tenfold show RUN`: what a run is, was given and gave; with `--wait` first watches it to its end. */
export function showCommand(
  given: string,
  options: CommonOptions & { readonly wait?: true },
): Promise<number> {
  return withSession(options, async (session) => {
    const { client, out } = session;
    const run = await withOutput(client, await client.getRun(await resolveRun(client, given)));
    if (options.wait && !isTerminal(run.status))
      return waitAndShow(session, run, { ...options, onInterrupt: "detach" });
    if (options.json) {
      printJson(out, run);
      return exitCodes.succeeded;
    }
    printBlocks(runBlocks(run, out), out);
    out.line();
    out.line(out.paint(["bold", "cyan"], "Input"));
    // The schemas of input and output are open here; both were read from JSON.
    printBlocks([{ kind: "facts", facts: inputFacts(run.input as Json) }], out);
    if (run.output !== undefined) {
      out.line();
      printOutput(run.output as Json, out);
    }
    return exitCodes.succeeded;
  });
}

/** `tenfold cancel RUN`. */
export function cancelCommand(given: string, options: CommonOptions): Promise<number> {
  return withSession(options, async ({ client, out }) => {
    const run = await client.cancelRun(await resolveRun(client, given));
    if (options.json) printJson(out, run);
    else if (isTerminal(run.status)) out.line(`${statusText(run.status, out)}  ${plain(run.id)}`);
    else out.line(`Asked ${plain(run.id)} to stop; it does so at its next pause.`);
    return exitCodes.succeeded;
  });
}

/** `tenfold delete RUN`. */
export function deleteCommand(given: string, options: CommonOptions): Promise<number> {
  return withSession(options, async ({ client, out }) => {
    const id = await resolveRun(client, given);
    await client.deleteRun(id);
    if (options.json) printJson(out, { deleted: id });
    else out.line(`Deleted ${plain(id)} with its logs and files.`);
    return exitCodes.succeeded;
  });
}

/** `tenfold artifacts RUN`: lists the files of a run, or downloads them. */
export function artifactsCommand(
  given: string,
  options: CommonOptions & { readonly out?: string },
): Promise<number> {
  return withSession(options, async ({ client, out, err }) => {
    const id = await resolveRun(client, given);
    if (options.out !== undefined) {
      const paths = await downloadArtifacts(client, id, options.out, ({ bytes }, path) =>
        err.line(`${path}  ${err.paint("dim", formatBytes(bytes))}`),
      );
      if (options.json) printJson(out, paths);
      return exitCodes.succeeded;
    }
    const artifacts = await client.artifacts(id);
    if (options.json) printJson(out, artifacts);
    else if (artifacts.length === 0) err.line("No files.");
    else {
      const rows = artifacts.map(({ name, type, bytes }) => [plain(name), plain(type), formatBytes(bytes)]);
      const head = ["file", "type", "size"];
      printBlocks([{ kind: "table", head, rows, figures: [false, false, true] }], out);
    }
    return exitCodes.succeeded;
  });
}

function eventLine({ time, type, message, fraction }: RunEvent, screen: Screen): string {
  const clock = screen.paint("dim", new Date(time).toLocaleTimeString("en-GB"));
  const percent = fraction === undefined ? "" : `${formatPercent(fraction)} `;
  return `${clock}  ${type.padEnd(16)}  ${percent}${plain(message)}`;
}

const eventsEvery = 1_000;

/** `tenfold events RUN`: what happened, with `--follow` until the run has ended. */
export function eventsCommand(
  given: string,
  options: CommonOptions & { readonly follow?: true },
): Promise<number> {
  return withSession(options, async ({ client, out }) => {
    const id = await resolveRun(client, given);
    const kept: RunEvent[] = [];
    let after: number | undefined;
    const take = async () => {
      for await (const event of client.events(id, after)) {
        after = event.id;
        if (options.json) kept.push(event);
        else out.line(eventLine(event, out));
      }
    };
    await interruptible("stop", async (signal) => {
      for (;;) {
        // Asked before the events are read, so that the last ones are not missed.
        const { status } = await client.getRun(id);
        await take();
        if (!options.follow || isTerminal(status)) return;
        await client.pause(eventsEvery, signal);
      }
    });
    if (options.json) printJson(out, kept);
    return exitCodes.succeeded;
  });
}
