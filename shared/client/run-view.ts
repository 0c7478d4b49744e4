import { isTerminal, type Run, type RunStatus, type RunSummary } from "../resources/runs/record.ts";
import { formatDuration, formatMoment, formatPercent } from "./figures.ts";
import type { Json } from "./json.ts";
import type { Block } from "./output.ts";
import { plain, type Screen } from "./screen.ts";

const looks = {
  queued: { mark: "○", style: "dim" },
  running: { mark: "●", style: "cyan" },
  succeeded: { mark: "✔", style: "green" },
  failed: { mark: "✘", style: "red" },
  canceled: { mark: "■", style: "yellow" },
} as const satisfies Record<RunStatus, { mark: string; style: string }>;

/** A status with its mark, in its colour. */
export function statusText(status: RunStatus, screen: Screen): string {
  const { mark, style } = looks[status];
  return screen.paint(style, `${mark} ${status}`);
}

/** Seconds of a run from its start to its end, or to now; undefined before its start. */
export function secondsOf(
  { startedAt, finishedAt }: RunSummary,
  now: number = Date.now(),
): number | undefined {
  if (startedAt === undefined) return undefined;
  return ((finishedAt === undefined ? now : Date.parse(finishedAt)) - Date.parse(startedAt)) / 1000;
}

/** `fope, preset quick, seed 0`. */
export const runTitle = ({ method, preset, seed }: RunSummary): string =>
  [method, ...(preset === undefined ? [] : [`preset ${preset}`]), `seed ${seed}`].map(plain).join(", ");

/** The line that says how a run ended, and why it failed. */
export function printEnd(run: Run, screen: Screen): void {
  const seconds = secondsOf(run);
  const time = seconds === undefined ? "" : ` after ${formatDuration(seconds)}`;
  screen.line(`${statusText(run.status, screen)}${time}`);
  if (run.error !== undefined) screen.line(`  ${plain(run.error.title)}: ${plain(run.error.detail)}`);
}

/** The input's fields, one a line, nested ones by their path. */
export function inputFacts(input: Json, path = ""): (readonly [string, string])[] {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return [[path, plain(typeof input === "string" ? input : JSON.stringify(input))]];
  }
  return Object.entries(input).flatMap(([name, value]) => inputFacts(value, path ? `${path}.${name}` : name));
}

/** The head of `tenfold show`: what a run is, and how it is getting on or ended. */
export function runBlocks(run: Run, screen: Screen): Block[] {
  const seconds = secondsOf(run);
  const facts: (readonly [string, string])[] = [
    ["run", plain(run.id)],
    ["method", runTitle(run)],
    ["status", statusText(run.status, screen)],
    ["created", formatMoment(run.createdAt)],
  ];
  if (seconds !== undefined) facts.push(["time", formatDuration(seconds)]);
  if (!isTerminal(run.status)) {
    facts.push(["progress", `${formatPercent(run.progress.fraction)} ${plain(run.progress.message)}`]);
  }
  if (run.cancelRequested && !isTerminal(run.status)) facts.push(["cancel", "asked for"]);
  if (run.slices > 1) facts.push(["slices", String(run.slices)]);
  if (run.deaths > 0) facts.push(["workers lost", String(run.deaths)]);
  if (run.error !== undefined) facts.push(["error", `${plain(run.error.title)}: ${plain(run.error.detail)}`]);
  return [{ kind: "facts", facts }];
}
