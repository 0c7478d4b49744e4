import { describe, expect, it } from "vitest";
import { createClient } from "../../shared/client/client.ts";
import { TenfoldError, UnreachableError } from "../../shared/client/errors.ts";
import { retryAfter } from "../../shared/client/transport.ts";
import { type Answer, startApi } from "./api.ts";
import { aRun, events, runId } from "./lab.ts";

/** A client that notes how long it would have waited, and does not wait. */
function hasty(url: string, key?: string) {
  const waits: number[] = [];
  const client = createClient({ url, key, pause: async (milliseconds) => void waits.push(milliseconds) });
  return { client, waits };
}

/** Gives the answers in turn; the last one stays. */
const inTurn = (...answers: (Answer | "cut")[]) => {
  let turn = 0;
  return () => answers[Math.min(turn++, answers.length - 1)] ?? "cut";
};

describe("a call", () => {
  it("waits as long as Retry-After says, then goes on", async () => {
    const busy = { status: 429, headers: { "retry-after": "7" } };
    const unavailable = { status: 503, headers: { "retry-after": "0" } };
    await using api = await startApi(inTurn(busy, unavailable, { body: aRun() }));
    const { client, waits } = hasty(api.url);
    expect((await client.getRun(runId)).id).toBe(runId);
    expect(waits).toEqual([7_000, 0]);
  });

  it("backs off where no time is named, and gives up in the end with what the API said", async () => {
    await using api = await startApi(() => ({ status: 503, body: { title: "Busy", detail: "Come later" } }));
    const { client, waits } = hasty(api.url);
    const failure = client.getRun(runId);
    await expect(failure).rejects.toThrow(TenfoldError);
    await expect(failure).rejects.toMatchObject({ status: 503, title: "Busy", detail: "Come later" });
    expect(api.asked).toHaveLength(6);
    for (const [index, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(125 * 2 ** index);
      expect(wait).toBeLessThanOrEqual(250 * 2 ** index);
    }
  });

  it("does not wait where the API asks for more patience than two minutes", async () => {
    await using api = await startApi(() => ({ status: 429, headers: { "retry-after": "3600" } }));
    const { client, waits } = hasty(api.url);
    await expect(client.getRun(runId)).rejects.toMatchObject({ status: 429 });
    expect(waits).toEqual([]);
  });

  it("is not repeated after an error that a repetition does not cure", async () => {
    await using api = await startApi(() => ({ status: 500 }));
    await expect(hasty(api.url).client.getRun(runId)).rejects.toMatchObject({ status: 500 });
    expect(api.asked).toHaveLength(1);
  });

  it("creates a run once: a lost answer is asked for again with the same key and body", async () => {
    await using api = await startApi(inTurn("cut", { status: 503 }, { status: 202, body: aRun() }));
    await hasty(api.url).client.createRun("fope", { seeds: 2 }, { preset: "quick", seed: 3, wait: 10 });
    const keys = new Set(api.asked.map(({ headers }) => headers["idempotency-key"]));
    expect(keys.size).toBe(1);
    expect([...keys][0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(api.asked).toHaveLength(3);
    for (const { method, path, query, headers, body } of api.asked) {
      expect(`${method} ${path}?${query}`).toBe("POST /v1/methods/fope/runs?preset=quick&seed=3");
      expect(headers.prefer).toBe("wait=10");
      expect(JSON.parse(body)).toEqual({ seeds: 2 });
    }
  });

  it("ends when the client's own signal or the call's aborts, whichever is first", async () => {
    await using api = await startApi(() => ({ status: 503 }));
    const [ours, theirs] = [new AbortController(), new AbortController()];
    const pauseUntil = (controller: AbortController) => async (_: number, signal?: AbortSignal) => {
      controller.abort(new Error("enough"));
      signal?.throwIfAborted();
    };
    const first = createClient({ url: api.url, signal: ours.signal, pause: pauseUntil(ours) });
    await expect(first.getRun(runId)).rejects.toThrow("enough");
    const second = createClient({
      url: api.url,
      signal: new AbortController().signal,
      pause: pauseUntil(theirs),
    });
    await expect(second.getRunSince(runId, undefined, theirs.signal)).rejects.toThrow("enough");
    expect(api.asked).toHaveLength(2);
  });

  it("takes a 404 as done when a DELETE had to be repeated, and only then", async () => {
    const gone = { status: 404, body: { title: "There is no such thing" } };
    await using repeated = await startApi(inTurn("cut", gone));
    await hasty(repeated.url).client.deleteRun(runId);
    await using first = await startApi(() => gone);
    await expect(hasty(first.url).client.deleteRun(runId)).rejects.toMatchObject({ status: 404 });
  });

  it("says that nothing answers when nothing listens", async () => {
    const { url } = await startApi(() => "cut").then(async (api) => {
      await api[Symbol.asyncDispose]();
      return api;
    });
    const { client, waits } = hasty(url);
    await expect(client.getRun(runId)).rejects.toThrow(UnreachableError);
    expect(waits).toHaveLength(2);
  });

  it("stops at once when its signal aborts, also between tries", async () => {
    const reason = new Error("enough");
    await using api = await startApi(() => "cut");
    const controller = new AbortController();
    const client = createClient({
      url: api.url,
      pause: async (_, signal) => {
        controller.abort(reason);
        signal?.throwIfAborted();
      },
    });
    await expect(client.createRun("fope", {}, { signal: controller.signal })).rejects.toBe(reason);
    expect(api.asked).toHaveLength(1);
  });

  it("maps problem+json, and whatever else a proxy may answer", async () => {
    const errors = [{ path: "/training/steps", message: "must be at most 200000" }];
    const body = { type: "urn:tenfold:problem:invalid-input", title: "Not valid", detail: "1 field", errors };
    await using problem = await startApi(() => ({ status: 422, body }));
    await expect(hasty(problem.url).client.createRun("fope", {})).rejects.toMatchObject({
      status: 422,
      type: "urn:tenfold:problem:invalid-input",
      title: "Not valid",
      detail: "1 field",
      errors,
    });
    await using html = await startApi(() => ({ status: 413, body: "<html>too large</html>" }));
    await expect(hasty(html.url).client.getRun("x")).rejects.toMatchObject({
      status: 413,
      detail: "<html>too large</html>",
      errors: [],
    });
  });

  it("keeps a path in front of the API's, and escapes what is put into one", async () => {
    await using api = await startApi(() => ({ body: aRun() }));
    await hasty(`${api.url}/stage/`).client.getRun("a/../b?c");
    expect(api.asked[0]?.path).toBe("/stage/v1/runs/a%2F..%2Fb%3Fc");
  });

  it("shows the key to the API, and not to the bucket that it redirects to", async () => {
    await using bucket = await startApi(() => ({ body: "content" }));
    await using api = await startApi(() => ({ status: 302, headers: { location: `${bucket.url}/file` } }));
    const stream = await hasty(api.url, "tf_secret").client.downloadArtifact(runId, "report.html");
    expect(await new Response(stream).text()).toBe("content");
    expect(api.asked[0]?.headers.authorization).toBe("Bearer tf_secret");
    expect(bucket.asked[0]?.headers).not.toHaveProperty("authorization");
  });
});

describe("a list", () => {
  it("follows the cursors, and asks for no more than is taken", async () => {
    const page = (next?: string) => ({
      body: { items: [aRun({ id: next ?? "last" })], ...(next && { next }) },
    });
    await using api = await startApi(inTurn(page("a b"), page("c"), page()));
    const { client } = hasty(api.url);
    const ids = (await Array.fromAsync(client.listRuns({ method: "fope", pageSize: 1 }))).map(({ id }) => id);
    expect(ids).toEqual(["a b", "c", "last"]);
    expect(api.asked.map(({ query }) => query.get("cursor"))).toEqual([null, "a b", "c"]);
    expect(api.asked.every(({ query }) => query.get("method") === "fope" && query.get("limit") === "1")).toBe(
      true,
    );

    await using endless = await startApi(() => page("again"));
    for await (const run of hasty(endless.url).client.listRuns()) {
      expect(run.id).toBe("again");
      break;
    }
    expect(endless.asked).toHaveLength(1);
  });

  it("goes on with events after the last one of a page", async () => {
    const last = events.at(-1);
    await using api = await startApi(
      inTurn({ body: { items: events, next: "3" } }, { body: { items: [last] } }),
    );
    const all = await Array.fromAsync(hasty(api.url).client.events(runId, 0));
    expect(all).toEqual([...events, last]);
    expect(api.asked.map(({ query }) => query.toString())).toEqual(["after=0", "after=3"]);
  });

  it("reads metrics from position to position", async () => {
    const piece = (position: number, more: boolean) => ({
      body: { items: [{ name: "loss", labels: {}, points: [[position, 1]] }], position, more },
    });
    await using api = await startApi(inTurn(piece(3, true), piece(5, false)));
    const series = await Array.fromAsync(hasty(api.url).client.metrics(runId));
    expect(series.map(({ points }) => points[0]?.[0])).toEqual([3, 5]);
    expect(api.asked.map(({ query }) => query.get("after"))).toEqual(["0", "3"]);
  });
});

describe("Retry-After", () => {
  const now = Date.parse("2026-03-01T10:00:00Z");
  it.each([
    ["0", 0],
    ["120", 120_000],
    ["Sun, 01 Mar 2026 10:00:30 GMT", 30_000],
    ["Sun, 01 Mar 2026 09:00:00 GMT", 0],
    ["soon", undefined],
  ])("%s", (value, milliseconds) => {
    expect(retryAfter(new Headers({ "retry-after": value }), now)).toBe(milliseconds);
  });
});
