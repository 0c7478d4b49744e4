import { describe, expect, it } from "vitest";
import { createClient } from "../../shared/client/client.ts";
import { UnreachableError } from "../../shared/client/errors.ts";
import { waitForDataset, waitForRun } from "../../shared/client/wait.ts";
import { startApi } from "./api.ts";
import { aRun, runId, runningAt } from "./lab.ts";

describe("waiting for a run", () => {
  it("asks by version, tells of changes alone, and looks less often while nothing changes", async () => {
    const versions = [runningAt(0.1, "a"), runningAt(0.2, "b"), aRun()];
    /** The version that is there at each call: it changes at the 2nd and at the 7th. */
    const timeline = [0, 1, 1, 1, 1, 1, 2];
    let call = 0;
    await using api = await startApi(({ headers }) => {
      const version = timeline[call++] ?? 2;
      const etag = `"${version}"`;
      return headers["if-none-match"] === etag
        ? { status: 304, headers: { etag } }
        : { headers: { etag }, body: versions[version] };
    });
    const waits: number[] = [];
    const client = createClient({
      url: api.url,
      pause: async (milliseconds) => void waits.push(milliseconds),
    });
    const seen: number[] = [];
    const run = await waitForRun(client, runId, {
      onProgress: ({ progress }) => seen.push(progress.fraction),
    });
    expect(run.status).toBe("succeeded");
    expect(seen).toEqual([0.1, 0.2, 1]);
    expect(api.asked.map(({ headers }) => headers["if-none-match"])).toEqual([
      undefined,
      '"0"',
      '"1"',
      '"1"',
      '"1"',
      '"1"',
      '"1"',
    ]);
    expect(waits).toEqual([250, 250, 400, 640, 1024, 1638.4]);
  });

  it("never waits longer than five seconds between two looks", async () => {
    let call = 0;
    await using api = await startApi(() => (++call < 20 ? { status: 304 } : { body: aRun() }));
    const waits: number[] = [];
    const client = createClient({
      url: api.url,
      pause: async (milliseconds) => void waits.push(milliseconds),
    });
    await waitForRun(client, runId);
    expect(Math.max(...waits)).toBe(5_000);
  });

  it("sits out a while without an answer, but not for ever", async () => {
    let call = 0;
    await using back = await startApi(() => {
      call++;
      if (call === 1) return { body: runningAt(0.5, "half") };
      return call < 40 ? "cut" : { body: aRun() };
    });
    const hasty = (url: string) => createClient({ url, pause: async () => undefined });
    expect((await waitForRun(hasty(back.url), runId)).status).toBe("succeeded");
    await using gone = await startApi(() => "cut");
    await expect(waitForRun(hasty(gone.url), runId)).rejects.toThrow(UnreachableError);
  });

  it("ends with the signal's reason, and leaves the run alone", async () => {
    await using api = await startApi(() => ({ headers: { etag: '"1"' }, body: runningAt(0.5, "half") }));
    const client = createClient({ url: api.url });
    const controller = new AbortController();
    const reason = new Error("enough");
    const waiting = waitForRun(client, runId, {
      signal: controller.signal,
      onProgress: () => queueMicrotask(() => controller.abort(reason)),
    });
    await expect(waiting).rejects.toBe(reason);
    expect(api.asked.every(({ method }) => method === "GET")).toBe(true);
  });
});

it("waits for a data set until it was checked", async () => {
  const dataset = {
    id: "d",
    name: "d",
    kind: "text",
    status: "pending",
    createdAt: "2026-03-01T10:00:00.000Z",
    links: { self: "x" },
  };
  let call = 0;
  await using api = await startApi(() => ({
    body: ++call < 3 ? dataset : { ...dataset, status: "invalid" },
  }));
  const client = createClient({ url: api.url, pause: async () => undefined });
  expect((await waitForDataset(client, "d")).status).toBe("invalid");
  expect(api.asked).toHaveLength(3);
});
