import { SingleBar } from "cli-progress";
import { formatBytes, formatClock, formatPercent } from "./figures.ts";
import type { Screen } from "./screen.ts";

/** Shows how an upload gets on, until it is stopped. */
export interface UploadProgress {
  show(arrived: number): void;
  stop(): void;
}

/** How often a plain line is written at most, in milliseconds. */
const lineEvery = 5_000;

/** What has arrived of a content, how fast, and how long it will still take. */
export function uploadLine(arrived: number, total: number, seconds: number): string {
  const parts = [formatPercent(arrived / total), `${formatBytes(arrived)} of ${formatBytes(total)}`];
  if (arrived > 0 && seconds > 0) {
    const pace = arrived / seconds;
    parts.push(`${formatBytes(pace)}/s`, `${formatClock((total - arrived) / pace)} left`);
  }
  return parts.join(", ");
}

/** A bar where a person watches, else a line every few seconds. */
export function uploadProgress(screen: Screen, total: number): UploadProgress {
  const begun = Date.now();
  const line = (arrived: number) => uploadLine(arrived, total, (Date.now() - begun) / 1000);
  if (!screen.interactive) {
    let written = begun;
    return {
      show(arrived) {
        if (Date.now() - written < lineEvery) return;
        written = Date.now();
        screen.line(`uploading: ${line(arrived)}`);
      },
      stop: () => undefined,
    };
  }
  const bar = new SingleBar({
    format: (_options, { value }) => {
      const length = 24;
      const full = Math.round((value / total) * length);
      return `${screen.paint("cyan", "█".repeat(full))}${screen.paint("dim", "·".repeat(length - full))} ${line(value)}`;
    },
    stream: screen.stream,
    clearOnComplete: true,
    hideCursor: true,
    fps: 8,
  });
  bar.start(total, 0);
  return { show: (arrived) => bar.update(arrived), stop: () => bar.stop() };
}
