import { afterEach, describe, expect, test, vi } from "vitest";
import { generateOpenApi } from "../../functions/openapi/generate.ts";
import { type Client, createClient } from "../../shared/client/client.ts";
import { TenfoldError } from "../../shared/client/errors.ts";
import { operationsOf } from "../../shared/console/docs/document.ts";

// The client is written by hand, for its types and its iterators; here it is held to the document.

const url = "http://127.0.0.1:1";
const operations = operationsOf(JSON.parse(JSON.stringify(generateOpenApi())));
/** Operations that programs call: pages are for browsers, and the document is for tools that make clients. */
const called = operations.filter(
  ({ id, answers }) => id !== "get-openapi" && answers.every(({ type }) => type !== "text/html"),
);

/** Every operation as the client makes it, with all that it can take. */
const calls: Readonly<Record<string, (client: Client) => unknown>> = {
  "list-methods": (client) => client.methods(),
  "get-method": (client) => client.method("m/1"),
  "create-run": (client) =>
    client.createRun("m/1", {}, { preset: "p", seed: 1, idempotencyKey: "k", wait: 2 }),
  "list-runs": (client) => first(client.listRuns({ method: "m", status: "failed", pageSize: 3 })),
  "get-run": (client) => client.getRunSince("r/1", '"1"'),
  "cancel-run": (client) => client.cancelRun("r/1"),
  "delete-run": (client) => client.deleteRun("r/1"),
  "list-events": (client) => first(client.events("r/1", 4)),
  "list-metrics": (client) => first(client.metrics("r/1", 4)),
  "list-artifacts": (client) => client.artifacts("r/1"),
  "get-artifact": (client) => client.downloadArtifact("r/1", "a b"),
  "create-dataset": (client) => client.createDataset({ name: "d", kind: "text", bytes: 1 }),
  "complete-upload": (client) => client.completeUpload("/v1/datasets/d/upload/complete"),
  "list-datasets": (client) => first(client.datasets()),
  "get-dataset": (client) => client.dataset("d/1"),
  "delete-dataset": (client) => client.deleteDataset("d/1"),
  "create-model": (client) => client.createModel({ name: "m", files: [{ name: "config.json", bytes: 1 }] }),
  "complete-model-file": (client) =>
    client.completeModelFile("/v1/models/m/files/model.safetensors/upload/complete"),
  "list-models": (client) => first(client.models()),
  "get-model": (client) => client.model("m/1"),
  "get-model-file": (client) => client.downloadModelFile("m/1", "a b"),
  "delete-model": (client) => client.deleteModel("m/1"),
};

const first = (items: AsyncGenerator<unknown>) => items.next();

afterEach(() => vi.unstubAllGlobals());

/** The one request that a call makes. */
async function requestOf(call: (client: Client) => unknown): Promise<Request> {
  const asked: Request[] = [];
  vi.stubGlobal("fetch", async (address: URL, given: RequestInit) => {
    asked.push(new Request(address, given));
    return Response.json({ title: "no more", status: 404 }, { status: 404 });
  });
  const calling = Promise.resolve(call(createClient({ url, key: "tf_key", attempts: 1 })));
  await expect(calling).rejects.toBeInstanceOf(TenfoldError);
  const [request, ...more] = asked;
  if (request === undefined || more.length > 0) throw new Error(`${asked.length} requests`);
  return request;
}

test("the client knows every operation and no other", () => {
  expect(Object.keys(calls).sort()).toEqual(called.map(({ id }) => id).sort());
});

describe("each call is as the document has it", () => {
  test.each(called.map((operation) => [operation.id, operation] as const))("%s", async (id, operation) => {
    const request = await requestOf((client) => calls[id]?.(client));
    const { pathname, searchParams } = new URL(request.url);
    expect(request.method).toBe(operation.method);
    const template = operation.path.replaceAll(/\{\w+\}/g, "([^/]+)");
    expect(pathname).toMatch(new RegExp(`^${template}$`));

    const named = (place: string) =>
      operation.parameters.filter((one) => one.place === place).map(({ name }) => name.toLowerCase());
    expect(named("query")).toEqual(expect.arrayContaining([...searchParams.keys()]));
    const sent = [...request.headers.keys()].filter(
      (name) => name !== "authorization" && name !== "content-type",
    );
    // Every call that makes something may carry a key; the document says so where it is honoured.
    expect([...named("header"), "idempotency-key"]).toEqual(expect.arrayContaining(sent));
    expect(request.headers.get("authorization")).toBe("Bearer tf_key");
    const body = await request.text();
    expect(operation.body === undefined ? body : JSON.parse(body)).toEqual(
      operation.body === undefined ? "" : expect.any(Object),
    );
  });
});
