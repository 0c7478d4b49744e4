import { describe, expect, test, vi } from "vitest";
import { performSlice } from "../../shared/resources/runs/slice.ts";
import { useLocalAws } from "../fixtures/aws.ts";
import { type CallOptions, call } from "../fixtures/call.ts";
import { expectedCount } from "../fixtures/count-method.ts";
import { expectProblem } from "./expect-problem.ts";

// Before the imports: the registry reads it as it is loaded.
vi.hoisted(() => {
  process.env.TENFOLD_EXTRA_METHODS = new URL("../fixtures/count-method.ts", import.meta.url).href;
  process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
});

const aws = useLocalAws();

const create = (options: CallOptions = {}) => call("create-run", { params: { method: "count" }, ...options });
const work = (run: string, tenant = "t") =>
  performSlice(aws.backend, { tenant, run, remainingMilliseconds: () => 60_000 });

async function finished(body: unknown = { to: 3 }) {
  const { json } = await create({ body });
  expect(await work(json.id)).toBe("succeeded");
  return json.id as string;
}

describe("runs", () => {
  test("go from a call to the result", async () => {
    const created = await create({ body: { to: 4 }, query: { seed: "9" } });
    expect(created.status).toBe(202);
    expect(created.headers).toMatchObject({ location: `/v1/runs/${created.json.id}`, "retry-after": "1" });
    expect(created.json).toMatchObject({ status: "queued", seed: 9, input: { to: 4, checkpointEvery: 1 } });
    expect(aws.drainQueue()).toContainEqual({ tenant: "t", run: created.json.id, fence: 0 });
    await work(created.json.id);
    const params = { run: created.json.id };
    const run = await call("get-run", { params });
    expect(run.json).toMatchObject({
      status: "succeeded",
      output: expectedCount(4, 9),
      links: { result: expect.any(String) },
    });
    const { items } = (await call("list-artifacts", { params })).json;
    expect(items.map((item: { name: string }) => item.name)).toEqual(["count.txt", "result.json"]);
    const file = await call("get-artifact", { params: { ...params, name: "result.json" } });
    expect(file.status).toBe(302);
    const answer = await fetch(String(file.headers.location));
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await answer.json()).toEqual(expectedCount(4, 9));
    expect((await call("list-events", { params })).json.items.at(-1)).toMatchObject({ type: "succeeded" });
    expect((await call("list-metrics", { params })).json.items).toHaveLength(2);
    expect(
      (await call("list-metrics", { params, query: { points: "2", name: "checksum" } })).json.items,
    ).toHaveLength(2);
    expect((await call("list-runs", { query: { status: "succeeded" } })).json.items[0].id).toBe(params.run);
  });

  test("take a preset, with the body laid over it", async () => {
    const query = { preset: "standard" };
    const { json } = await create({ query, body: { nested: {}, milliseconds: 1 } });
    expect(json).toMatchObject({
      preset: "standard",
      input: { to: 100, milliseconds: 1, nested: { rate: 0.25 } },
    });
    expect((await create({ query })).json.input).toMatchObject({ to: 100 });
    expect((await create()).json.input).toMatchObject({ to: 10, nested: { rate: 0.5 } });
  });

  test("are waited for on request", async () => {
    aws.drainQueue();
    const answer = create({ body: { to: 2 }, headers: { prefer: "respond-async, wait=20" } });
    const found = await vi.waitFor(() => {
      const [message] = aws.drainQueue() as { run: string }[];
      if (message === undefined) throw new Error("no message yet");
      return message.run;
    });
    await work(found);
    expect(await answer).toMatchObject({
      status: 200,
      json: { id: found, status: "succeeded" },
      headers: { "preference-applied": "wait=20" },
    });
    const impatient = await create({ body: {}, headers: { prefer: "wait=0" } });
    expect(impatient.status).toBe(202);
  });

  test("are not sent again while they are as they were", async () => {
    const id = await finished();
    const params = { run: id };
    const { headers } = await call("get-run", { params });
    const etag = String(headers.etag);
    expect(await call("get-run", { params, headers: { "if-none-match": `"x", W/${etag}` } })).toMatchObject({
      status: 304,
      json: undefined,
    });
    expect((await call("get-run", { params, headers: { "if-none-match": '"0"' } })).status).toBe(200);
  });

  test("are replayed under their key", async () => {
    const headers = { "idempotency-key": "order-1" };
    const first = await create({ body: { to: 2 }, headers });
    const second = await create({ body: { to: 2 }, headers });
    expect(second.json.id).toBe(first.json.id);
    expect([first, second].map((answer) => answer.headers["idempotency-replayed"])).toEqual([
      undefined,
      "true",
    ]);
    expectProblem(await create({ body: { to: 3 }, headers }), 422, "/Idempotency-Key");
    expectProblem(await create({ headers: { "idempotency-key": "" } }), 400, "/Idempotency-Key");
  });

  test("are cancelled and deleted", async () => {
    const { json } = await create();
    const params = { run: json.id };
    expectProblem(await call("delete-run", { params }), 409);
    expect(await call("cancel-run", { params })).toMatchObject({ status: 200, json: { status: "canceled" } });
    expect((await call("cancel-run", { params })).status).toBe(200);
    expect((await call("delete-run", { params })).status).toBe(204);
    expect((await call("delete-run", { params })).status).toBe(204);
    expectProblem(await call("get-run", { params }), 404);
    expectProblem(await call("cancel-run", { params }), 404);
    expectProblem(await call("cancel-run", { params: { run: await finished() } }), 409);
  });

  test("are seen by their tenant alone", async () => {
    const params = { run: await finished(), name: "result.json" };
    for (const route of [
      "get-run",
      "cancel-run",
      "delete-run",
      "list-events",
      "list-metrics",
      "list-artifacts",
      "get-artifact",
    ] as const) {
      expectProblem(await call(route, { params, tenant: "stranger" }), 404);
    }
    expect((await call("list-runs", { tenant: "stranger" })).json).toEqual({ items: [] });
  });
});

describe("bad input is refused at its field, and creates nothing", () => {
  const long = "x".repeat(256 * 1024);
  test.each<[string, CallOptions, number, string | undefined, RegExp]>([
    ["unknown method", { params: { method: "cuont" } }, 404, "/method", /did you mean count/],
    [
      "mistyped field",
      { body: { chekpointEvery: 2 } },
      422,
      "/chekpointEvery",
      /did you mean checkpointEvery/,
    ],
    ["unknown field inside", { body: { nested: { "a/b~c": 1 } } }, 422, "/nested/a~1b~0c", /not a field/],
    ["prototype", { body: '{"__proto__": {"to": 1}}' }, 422, "/__proto__", /not a field/],
    ["wrong type", { body: { to: "many" } }, 422, "/to", /expected/],
    ["out of range", { body: { nested: { rate: 1.5 } } }, 422, "/nested/rate", /<=1/],
    ["out of range over a preset", { body: { to: 0 }, query: { preset: "quick" } }, 422, "/to", />=1/],
    ["array", { body: [] }, 422, "", /JSON object/],
    ["null", { body: "null" }, 422, "", /JSON object/],
    ["malformed JSON", { body: '{"to": 1,}' }, 400, "", /position 9/],
    ["text", { body: "hello" }, 400, "", /not JSON/],
    ["too large", { body: { text: long } }, 413, undefined, /262144 are allowed/],
    ["unknown data set", { body: { dataset: "nope" } }, 422, "/dataset", /no data set nope/],
    ["unknown preset", { query: { preset: "qick" } }, 422, "/preset", /quick, standard, paper/],
    ["preset of the prototype", { query: { preset: "constructor" } }, 422, "/preset", /not a preset/],
    ["bad seed", { query: { seed: "-1" } }, 400, "/seed", />=0/],
    ["seed that is no number", { query: { seed: "one" } }, 400, "/seed", /number/],
    ["unknown parameter", { query: { sed: "1" } }, 400, "/sed", /not a query parameter/],
  ])("%s", async (_, options, status, path, detail) => {
    aws.drainQueue();
    const tenant = "careless";
    const problem = expectProblem(await create({ ...options, tenant }), status, path);
    expect(problem.detail).toMatch(detail);
    expect((await call("list-runs", { tenant })).json.items).toEqual([]);
    expect(aws.drainQueue()).toEqual([]);
  });

  test.each([
    ["/task", { task: "compere" }, /compare, convert, continue/],
    ["/variants/1", { variants: ["rope", "ropes"] }, /rope/],
    ["/training/step", { training: { step: 5 } }, /did you mean steps/],
    ["/headDim", { task: "convert", headDim: 3, heads: 1, trainingLength: 16 }, /multiple of 2/],
    ["/model", { task: "continue", trainingLength: 32 }, /expected string/],
  ])("of fope, at %s", async (path, body, detail) => {
    const problem = expectProblem(await create({ params: { method: "fope" }, body }), 422, path);
    expect(problem.errors?.find((error) => error.path === path)?.message).toMatch(detail);
  });

  test.each([
    [{ task: "compere" }, {}, "did you mean compare?"],
    [{ variants: ["fpoe"] }, {}, "did you mean fope?"],
    [
      {},
      { preset: "qiuck" },
      "is not a preset of fope, which has quick, standard, paper; did you mean quick?",
    ],
    [{}, { sede: "3" }, "is not a query parameter here; did you mean seed?"],
  ])("with the near name: %j %j", async (body, query, hint) => {
    const answer = await create({ params: { method: "fope" }, body, query });
    expect(JSON.stringify(answer.json.errors)).toContain(hint);
  });

  test("a data set that was never uploaded", async () => {
    const { json } = await call("create-dataset", { body: { name: "later" } });
    const problem = expectProblem(await create({ body: { dataset: json.id } }), 422, "/dataset");
    expect(problem.detail).toMatch(/has not been uploaded yet/);
  });

  test.each([
    [{ name: "" }, "/name"],
    [{}, "/name"],
    [{ name: "a", kind: "video" }, "/kind"],
    [{ name: "a", bytes: 0 }, "/bytes"],
    [{ name: "a", bytes: 2 ** 40 }, "/bytes"],
    [{ name: "a", knd: "text" }, "/knd"],
  ])("of a data set: %j", async (body, path) => {
    expectProblem(await call("create-dataset", { body, tenant: "careless" }), 422, path);
    expect((await call("list-datasets", { tenant: "careless" })).json.items).toEqual([]);
  });
});

describe("lists", () => {
  test("page by a cursor that only they make", async () => {
    const tenant = "pager";
    for (let i = 0; i < 3; i++) await create({ tenant });
    const { next, items } = (await call("list-runs", { tenant, query: { limit: "2" } })).json;
    expect(items).toHaveLength(2);
    expect(
      (await call("list-runs", { tenant, query: { limit: "2", cursor: next } })).json.items,
    ).toHaveLength(1);
    const forged = [Buffer.from("RUN#0").toString("base64url"), `${next}A`, next.slice(1), "", "%%%", "é"];
    for (const cursor of forged)
      expectProblem(await call("list-runs", { tenant, query: { cursor } }), 400, "/cursor");
    expectProblem(await call("list-runs", { tenant: "other", query: { cursor: next } }), 400, "/cursor");
    expectProblem(await call("list-datasets", { tenant, query: { cursor: next } }), 400, "/cursor");
  });

  test.each([
    ["list-runs", { limit: "0" }, "/limit"],
    ["list-runs", { limit: "101" }, "/limit"],
    ["list-runs", { status: "done" }, "/status"],
    ["list-events", { after: "-1" }, "/after"],
    ["list-metrics", { points: "1" }, "/points"],
    ["list-metrics", { after: "1.5" }, "/after"],
    ["list-models", { page: "2" }, "/page"],
    ["list-models", { limt: "2" }, "/limt", "did you mean limit?"],
    ["list-runs", { status: "suceeded" }, "/status", "did you mean succeeded?"],
  ] as const)("%s refuses %j", async (route, query, path, ...hints) => {
    const problem = expectProblem(await call(route, { query, params: { run: "any" } }), 400, path);
    for (const hint of hints) expect(problem.detail).toContain(hint);
  });
});

test("methods are listed and described, with their schemas", async () => {
  const { items } = (await call("list-methods")).json;
  expect(items.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(["fope", "count"]));
  const { json } = await call("get-method", { params: { method: "count" } });
  expect(json.input.properties.to).toMatchObject({ type: "integer", minimum: 1, default: 10 });
  expect(json.presets.standard.input).toEqual({ to: 100, nested: { rate: 0.25 } });
  expectProblem(await call("get-method", { params: { method: "no" } }), 404);
});

test("what goes wrong inside is not told outside", async () => {
  const { handler } = await import("../../functions/http/get-run.ts");
  const answer = await handler({ requestContext: {} } as never, { awsRequestId: "request-7" } as never);
  expect(answer.statusCode).toBe(500);
  expect(JSON.parse(answer.body ?? "")).toEqual({
    type: "urn:tenfold:problem:internal",
    title: expect.any(String),
    status: 500,
    detail: "it is in the log under request request-7",
  });
});
