import { relative } from "node:path";
import type { Run } from "../resources/runs/record.ts";
import type { Client } from "./client.ts";
import { printOutput } from "./draw.ts";
import { formatBytes } from "./figures.ts";
import { downloadArtifacts, downloadInto } from "./files.ts";
import type { Json } from "./json.ts";
import { progressView } from "./progress.ts";
import { printEnd } from "./run-view.ts";
import { plain, type Screen, screenOn } from "./screen.ts";
import { waitForRun } from "./wait.ts";

export interface WatchOptions {
  readonly client: Client;
  readonly runId: string;
  /** Folder that takes all files of the finished run. */
  readonly out?: string | undefined;
  /** Folder that takes the report alone, for a stack that will not be there to serve it. */
  readonly reportTo?: string | undefined;
  /** Ends the watching, not the run. */
  readonly signal?: AbortSignal;
  /** Takes the result; standard output when absent, nothing is printed to it when null. */
  readonly result?: Screen | null;
  /** Takes the progress and the notices; standard error when absent. */
  readonly notices?: Screen;
}

const report = "report.html";
const nearby = (path: string) => (relative(".", path).startsWith("..") ? path : relative(".", path));

/** Shows live how a run gets on, until it has ended; answers the run, also one that failed. */
export async function followRun({ client, runId, signal, notices }: WatchOptions): Promise<Run> {
  const screen = notices ?? screenOn(process.stderr);
  const view = progressView(screen);
  const run = await waitForRun(client, runId, {
    onProgress: (now) => view.show(now),
    ...(signal === undefined ? {} : { signal }),
  }).finally(() => view.stop());
  printEnd(run, screen);
  return run;
}

/** The run with its output: a large one is not in the record, but in a file of the run. */
export async function withOutput(client: Client, run: Run): Promise<Run> {
  if (run.status !== "succeeded" || run.output !== undefined) return run;
  const stream = await client.downloadArtifact(run.id, "result.json");
  const output: unknown = await new Response(stream).json();
  return { ...run, output };
}

/** Fetches what was asked for and answers where a person finds the report: a path, or an address. */
async function fetchFiles(options: WatchOptions, screen: Screen): Promise<string | undefined> {
  const { client, runId, out, reportTo } = options;
  if (out !== undefined) {
    const paths = await downloadArtifacts(client, runId, out, ({ bytes }, path) =>
      screen.line(`  ${nearby(path)}  ${screen.paint("dim", formatBytes(bytes))}`),
    );
    return paths.find((path) => path.endsWith(report));
  }
  const file = (await client.artifacts(runId)).find(({ name }) => name === report);
  if (file === undefined) return undefined;
  if (reportTo === undefined) return client.artifactUrl(runId, report);
  return downloadInto(reportTo, file, () => client.downloadArtifact(runId, report));
}

/** Prints what a finished run gave, and where its report is. */
export async function showResult(run: Run, options: WatchOptions): Promise<void> {
  const notices = options.notices ?? screenOn(process.stderr);
  const screen = options.result === undefined ? screenOn(process.stdout) : options.result;
  const place = await fetchFiles(options, notices);
  if (screen === null) return;
  if (run.output !== undefined) {
    screen.line();
    // The schema of the answer leaves the output open; it was read from JSON.
    printOutput(run.output as Json, screen);
  }
  if (place !== undefined) {
    screen.line();
    screen.line(
      `${screen.paint("bold", "Report")}  ${plain(/^https?:/.test(place) ? place : nearby(place))}`,
    );
  }
}

/**
 * Watches a run to its end: live progress, then the table of what it gave and the place of its report.
 * Answers the finished run, whatever its status.
 * @throws what the client throws, and the signal's reason.
 */
export async function watchRun(options: WatchOptions): Promise<Run> {
  const run = await withOutput(options.client, await followRun(options));
  await showResult(run, options);
  return run;
}
