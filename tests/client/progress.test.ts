import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { progressLine, progressView, secondsLeft } from "../../shared/client/progress.ts";
import { screenOn } from "../../shared/client/screen.ts";
import { aRun, runningAt } from "./lab.ts";

const start = Date.parse("2026-03-01T10:00:01.000Z");
const second = 1_000;

function line(columns: number, left: number | undefined, message: string): string {
  const screen = screenOn(Object.assign(new PassThrough(), { isTTY: true, columns }));
  return stripVTControlCharacters(progressLine(runningAt(0.425, message), left, start + 18 * second, screen));
}

describe("the bar", () => {
  it("says how far, since when, how long still, and what is going on", () => {
    expect(line(100, 25, "training rope, step 210 of 500")).toMatchInlineSnapshot(
      `"██████████▏·············  42 %  0:18  0:25 left  training rope, step 210 of 500"`,
    );
  });

  it("gives the message up first on a narrow terminal, and always fits", () => {
    for (const columns of [40, 60, 80, 200]) {
      const text = line(columns, 25, "training rope, step 210 of 500, and a good deal more to say about it");
      expect(text.length).toBeLessThan(columns);
      expect(text).toContain("42 %  0:18  0:25 left");
    }
  });
});

describe("a line that is written while the bar is drawn", () => {
  beforeEach(() => void vi.useFakeTimers({ now: start }));
  afterEach(() => void vi.useRealTimers());

  it("takes the bar's place, and the bar comes back below it", () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
    const screen = screenOn(stream);
    const view = progressView(screen);
    view.show(runningAt(0.5, "half"));
    screen.line("a notice");
    view.stop();
    screen.line("the end");
    const cleared = "\u001b[2K";
    const [first = "", second = "", third] = String(stream.read()).split("\n");
    expect(first).toMatch(/50 %.*half/);
    expect(first.endsWith(`${cleared}a notice`)).toBe(true);
    expect(second).toMatch(/50 %.*half/);
    expect(second.endsWith(`${cleared}the end`)).toBe(true);
    expect(third).toBe("");
  });
});

describe("the time left", () => {
  it("goes by the pace since the first sighting, and runs down between two", () => {
    const first = { at: start, fraction: 0.2 };
    const last = { at: start + 10 * second, fraction: 0.4 };
    expect(secondsLeft(first, last, last.at)).toBeCloseTo(30);
    expect(secondsLeft(first, last, last.at + 5 * second)).toBeCloseTo(25);
    expect(secondsLeft(first, last, last.at + 60 * second)).toBe(0);
  });

  it("is not told from too little", () => {
    const first = { at: start, fraction: 0.2 };
    expect(secondsLeft(first, { at: start + second, fraction: 0.4 }, start)).toBeUndefined();
    expect(secondsLeft(first, { at: start + 9 * second, fraction: 0.21 }, start)).toBeUndefined();
  });
});

describe("where nobody watches", () => {
  beforeEach(() => void vi.useFakeTimers({ now: start }));
  afterEach(() => void vi.useRealTimers());

  it("writes a plain line at most every five seconds, and only when something changed", () => {
    const stream = new PassThrough();
    const view = progressView(screenOn(stream));
    const {
      startedAt: _startedAt,
      finishedAt: _finishedAt,
      ...queued
    } = aRun({ status: "queued", slices: 0 });
    view.show({ ...queued, progress: { fraction: 0, message: "" } });
    for (let i = 1; i <= 11; i++) {
      vi.advanceTimersByTime(second);
      view.show(runningAt(i / 20, `step ${i}`));
    }
    vi.advanceTimersByTime(60 * second);
    view.show(runningAt(0.5, "step 10"));
    view.show(runningAt(0.5, "step 10"));
    view.stop();
    expect(`\n${stream.read()}`).toMatchInlineSnapshot(`
      "
      0 % waiting for a worker
      25 % step 5 (0:05, 0:15 left)
      50 % step 10 (0:10, 0:10 left)
      "
    `);
  });
});
