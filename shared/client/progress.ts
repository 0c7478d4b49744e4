import { SingleBar } from "cli-progress";
import type { Run } from "../resources/runs/record.ts";
import { formatClock, formatPercent } from "./figures.ts";
import { plain, type Screen, widthOf } from "./screen.ts";

/** Shows how a run gets on, until it is stopped. */
export interface ProgressView {
  show(run: Run): void;
  stop(): void;
}

/** One look at a run: when (ms), and how far it was. */
export interface Sighting {
  readonly at: number;
  readonly fraction: number;
}

/** How often a plain line is written at most, in milliseconds. */
const lineEvery = 5_000;

/**
 * Seconds until the end at the pace between the first and the last sighting; undefined while that says
 * little: less than three seconds or two percent apart.
 */
export function secondsLeft(first: Sighting, last: Sighting, now: number): number | undefined {
  const elapsed = last.at - first.at;
  const gained = last.fraction - first.fraction;
  if (elapsed < 3_000 || gained < 0.02) return undefined;
  return Math.max(0, (((1 - last.fraction) / gained) * elapsed - (now - last.at)) / 1000);
}

/** Keeps the first sighting of work under way and the last change, which the time left is reckoned from. */
function pace() {
  let first: Sighting | undefined;
  let last: Sighting | undefined;
  return {
    see({ status, progress }: Run, now: number) {
      if (status !== "running") return;
      const sighting = { at: now, fraction: progress.fraction };
      // A run that was cut goes back to its checkpoint: the pace is then taken afresh.
      if (first === undefined || sighting.fraction < first.fraction) first = sighting;
      if (last?.fraction !== sighting.fraction) last = sighting;
    },
    left: (now: number) => (first && last ? secondsLeft(first, last, now) : undefined),
  };
}

function messageOf({ status, progress, cancelRequested, slices }: Run): string {
  if (cancelRequested) return "stopping";
  if (status === "queued") return slices === 0 ? "waiting for a worker" : "waiting for the next slice";
  return plain(progress.message) || status;
}

const elapsedOf = ({ startedAt, finishedAt }: Run, now: number) =>
  startedAt === undefined ? 0 : ((finishedAt ? Date.parse(finishedAt) : now) - Date.parse(startedAt)) / 1000;

function fit(text: string, room: number): string {
  if (widthOf(text) <= room) return text;
  return room < 2 ? "" : `${[...text].slice(0, room - 1).join("")}…`;
}

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

function barOf(fraction: number, length: number, screen: Screen): string {
  const filled = fraction * length;
  const full = "█".repeat(Math.floor(filled)) + (eighths[Math.floor((filled % 1) * 8)] ?? "");
  return screen.paint("cyan", full) + screen.paint("dim", "·".repeat(length - widthOf(full)));
}

/** The bar's line: bar, percent, time, time left, message; what does not fit goes, the message first. */
export function progressLine(run: Run, left: number | undefined, now: number, screen: Screen): string {
  const width = screen.width() - 1;
  const { fraction } = run.progress;
  const length = Math.max(8, Math.min(30, Math.floor(width / 4)));
  const remaining = left === undefined ? "" : `  ${formatClock(left)} left`;
  const figures = `${formatPercent(fraction).padStart(5)}  ${formatClock(elapsedOf(run, now))}${remaining}`;
  const room = width - length - widthOf(figures) - 3;
  return `${barOf(fraction, length, screen)} ${figures}  ${screen.paint("dim", fit(messageOf(run), room))}`;
}

function liveBar(screen: Screen): ProgressView {
  const { see, left } = pace();
  let run: Run | undefined;
  const bar = new SingleBar({
    format: () => {
      const now = Date.now();
      return run === undefined ? "" : progressLine(run, left(now), now, screen);
    },
    stream: screen.stream,
    clearOnComplete: true,
    hideCursor: true,
    fps: 8,
  });
  return {
    show(next) {
      see(next, Date.now());
      const begins = run === undefined;
      run = next;
      if (!begins) return;
      bar.start(1, 0);
      screen.overlay = { suspend: () => bar.stop(), resume: () => bar.start(1, 0) };
    },
    stop() {
      screen.overlay = undefined;
      bar.stop();
    },
  };
}

function plainLines(screen: Screen): ProgressView {
  const { see, left } = pace();
  let written = Number.NEGATIVE_INFINITY;
  let before = "";
  return {
    show(run) {
      const now = Date.now();
      see(run, now);
      const remaining = left(now);
      const what = `${formatPercent(run.progress.fraction)} ${messageOf(run)}`;
      if (what === before || now - written < lineEvery) return;
      const time = run.startedAt === undefined ? "" : ` (${formatClock(elapsedOf(run, now))}`;
      const rest = remaining === undefined ? "" : `, ${formatClock(remaining)} left`;
      screen.line(`${what}${time}${time && `${rest})`}`);
      written = now;
      before = what;
    },
    stop: () => undefined,
  };
}

/** A bar that is drawn over itself where a person watches, else a line every few seconds. */
export const progressView = (screen: Screen): ProgressView =>
  screen.interactive ? liveBar(screen) : plainLines(screen);
