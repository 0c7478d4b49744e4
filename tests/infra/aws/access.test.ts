import { AsyncLocalStorage } from "node:async_hooks";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { access, type FunctionName, type Part } from "../../../infra/aws/access.ts";
import { gatewayEvent } from "../../../infra/local/gateway/event.ts";
import { matchRoute } from "../../../infra/local/gateway/route.ts";
import { lambdaContext } from "../../../infra/local/lambda-context.ts";
import { objectCreated } from "../../../infra/local/services/object-created.ts";
import type { Bucket } from "../../../shared/resources/bucket.ts";
import type { BucketParts, PartsUpload } from "../../../shared/resources/bucket-parts.ts";
import type { Table } from "../../../shared/resources/table.ts";
import { type LocalAws, startLocalAws } from "../../fixtures/aws.ts";

// Every function is called as it would be in use, over a table, a bucket and a queue that note who asked
// them for what. Who asks for more than its role allows would fail in AWS; who asks for less is trusted
// with more than it needs.

const root = join(import.meta.dirname, "../../..");
const calling = new AsyncLocalStorage<FunctionName>();
const used = new Map<FunctionName, Set<string>>(
  (Object.keys(access) as FunctionName[]).map((name) => [name, new Set()]),
);
const note = (...actions: string[]) => {
  const name = calling.getStore();
  if (name !== undefined) for (const action of actions) used.get(name)?.add(action);
};

/** Puts `notes[operation]` before each operation of `target`. */
function watch<T extends object>(
  target: T,
  notes: { [K in Exclude<keyof T, "parts">]: (...parameters: never[]) => string[] },
) {
  for (const [operation, actions] of Object.entries(notes) as [keyof T, (...p: unknown[]) => string[]][]) {
    const original = target[operation] as (...parameters: unknown[]) => unknown;
    Object.assign(target, {
      [operation]: (...parameters: unknown[]) => {
        note(...actions(...parameters));
        return original.apply(target, parameters);
      },
    });
  }
}

const on = (key: string, ...actions: string[]) => {
  const part = key.split("/")[1] as Part;
  return actions.map((action) => `${part}:${action}`);
};
const watchTable = (table: Table) =>
  watch(table, {
    get: ({ PK }: { PK: string }) => [PK.startsWith("KEY#") ? "key:GetItem" : "GetItem"],
    put: () => ["PutItem"],
    delete: () => ["BatchWriteItem"],
    query: () => ["Query"],
    due: () => ["live:Query"],
  });
const watchBucket = (bucket: Bucket) =>
  watch(bucket, {
    put: (key: string) => on(key, "PutObject"),
    bytes: (key: string) => on(key, "GetObject"),
    stream: (key: string) => on(key, "GetObject"),
    // S3 says "absent" rather than "denied" only to those who may list.
    size: (key: string) => [...on(key, "GetObject"), "ListBucket"],
    copy: (from: { key: string }, to: string) => [...on(from.key, "GetObject"), ...on(to, "PutObject")],
    list: () => ["ListBucket"],
    delete: (keys: readonly string[]) => keys.flatMap((key) => on(key, "DeleteObject")),
    deleteAll: (prefix: string) => [...on(prefix, "DeleteObject"), "ListBucket"],
    downloadUrl: (key: string) => on(key, "GetObject"),
    uploadUrl: (key: string) => on(key, "PutObject"),
    range: (key: string) => on(key, "GetObject"),
  });
const watchParts = (parts: BucketParts) =>
  watch(parts, {
    begin: (key: string) => on(key, "PutObject"),
    urls: ({ key }: PartsUpload) => on(key, "PutObject"),
    finish: ({ key }: PartsUpload) => on(key, "ListMultipartUploadParts", "PutObject"),
    abort: ({ key }: PartsUpload) => on(key, "AbortMultipartUpload"),
  });

const allowed = ({ table = [], live, apiKeys, bucket = {}, list, send }: (typeof access)[FunctionName]) => [
  ...table,
  ...(live ? ["live:Query"] : []),
  ...(apiKeys ? ["key:GetItem"] : []),
  ...Object.entries(bucket).flatMap(([part, actions]) => actions.map((action) => `${part}:${action}`)),
  ...(list ? ["ListBucket"] : []),
  ...(send ? ["SendMessage"] : []),
];

let aws: LocalAws;
let world: LocalAws["backend"];

beforeAll(async () => {
  vi.stubEnv(
    "TENFOLD_EXTRA_METHODS",
    pathToFileURL(join(root, "tests/infra/fixtures/thorough-method.ts")).href,
  );
  aws = await startLocalAws(60_000);
  const { backend } = await import("../../../shared/resources/backend.ts");
  world = backend();
  watchTable(world.table);
  watchBucket(world.bucket);
  watchParts(world.bucket.parts);
  watch(world.queue, { send: () => ["SendMessage"] });
}, 60_000);
afterAll(() => aws.stop());

async function invoke<T>(name: FunctionName, folder: string, event: unknown): Promise<T> {
  const { handler } = await import(join(root, "functions", folder, `${name}.ts`));
  return calling.run(name, () =>
    handler(
      event,
      lambdaContext(name, () => 600_000),
    ),
  );
}

async function request<T = Record<string, string>>(
  method: string,
  target: string,
  body?: unknown,
  headers: readonly string[] = [],
): Promise<T> {
  const { routes } = await import("../../../functions/http/routes.ts");
  const match = matchRoute(routes, method, target.split("?")[0] ?? "");
  if (match.kind !== "route") throw new Error(`no route for ${method} ${target}`);
  const bytes = Buffer.from(body === undefined ? "" : JSON.stringify(body));
  const wire = {
    method,
    target,
    rawHeaders: headers,
    body: bytes,
    httpVersion: "1.1",
    sourceIp: "127.0.0.1",
  };
  const event = gatewayEvent(wire, match.route, match.pathParameters);
  const answer = await invoke<APIGatewayProxyStructuredResultV2>(match.route.name, "http", event);
  if ((answer.statusCode ?? 500) >= 400) throw new Error(`${method} ${target}: ${answer.body}`);
  return JSON.parse(answer.body ?? "{}");
}

const message = (run: string, fence = 0) => ({
  Records: [
    { messageId: run, body: JSON.stringify({ tenant: "local", run, fence }), eventSource: "aws:sqs" },
  ],
});
const work = (run: string) => invoke("work", "events", message(run));

async function uploadDataset(): Promise<string> {
  const given = { name: "words", kind: "text" };
  const { id, upload } = await request<{
    id: string;
    upload: { url: string; headers: Record<string, string> };
  }>("POST", "/v1/datasets", given);
  await fetch(upload.url, { method: "PUT", headers: upload.headers, body: "some words\n" });
  const object = { bucket: "files", key: `local/datasets/${id}/upload`, size: 11, etag: '"any"' };
  await invoke("ingest", "events", objectCreated(object, "Put"));
  return id;
}

async function useDataset(): Promise<string> {
  const id = await uploadDataset();
  expect(await request("GET", `/v1/datasets/${id}`)).toMatchObject({ status: "ready" });
  await request("GET", "/v1/datasets");
  return id;
}

/** An upload in parts that is asked after while they are missing, and then dropped. */
async function useParts(): Promise<void> {
  const given = { name: "many words", kind: "text", bytes: 100_000_000 };
  const key = ["Idempotency-Key", "parts"];
  const { id } = await request("POST", "/v1/datasets", given, key);
  await request("POST", "/v1/datasets", given, key);
  const complete = () => request("POST", `/v1/datasets/${id}/upload/complete`);
  await expect(complete()).rejects.toThrow("2 parts are missing");
  const item = await world.table.get({ PK: "TENANT#local", SK: `DATASET#${id}` });
  const upload = { key: `local/datasets/${id}/upload`, uploadId: String(item?.uploadId) };
  await world.bucket.parts.abort(upload);
  await expect(complete()).rejects.toThrow("were dropped");
  const { id: other } = await request("POST", "/v1/datasets", given);
  await request("DELETE", `/v1/datasets/${other}`);
}

const modelFiles = [
  { name: "config.json", bytes: 2 },
  { name: "model.safetensors", bytes: 100_000_000 },
];

/** A model that is brought, checked and refused, and one whose large file is asked after while it is missing. */
async function useModelUploads(): Promise<void> {
  const key = ["Idempotency-Key", "model"];
  const given = { name: "brought", files: modelFiles };
  const { id } = await request("POST", "/v1/models", given, key);
  await request("POST", "/v1/models", given, key);
  const complete = () => request("POST", `/v1/models/${id}/files/model.safetensors/upload/complete`);
  await expect(complete()).rejects.toThrow("2 parts are missing");
  const item = await world.table.get({ PK: "TENANT#local", SK: `MODEL#${id}` });
  const [, file] = (item?.files ?? []) as readonly { readonly uploadId?: string }[];
  const upload = { key: `local/models/${id}/upload/model.safetensors`, uploadId: String(file?.uploadId) };
  await world.bucket.parts.abort(upload);
  await expect(complete()).rejects.toThrow("were dropped");
  await request("DELETE", `/v1/models/${id}`);

  const files = modelFiles.map(({ name }) => ({ name, bytes: 2 }));
  const { uploads, ...small } = await request<{
    id: string;
    uploads: { name: string; upload: { url: string; headers: Record<string, string> } }[];
  }>("POST", "/v1/models", { name: "small", files });
  for (const { upload } of uploads)
    await fetch(upload.url, { method: "PUT", headers: upload.headers, body: "{}" });
  const arrived = `local/models/${small.id}/upload/config.json`;
  await invoke(
    "ingest",
    "events",
    objectCreated({ bucket: "files", key: arrived, size: 2, etag: '"any"' }, "Put"),
  );
  expect(await request("GET", `/v1/models/${small.id}`)).toMatchObject({ status: "failed" });
}

async function useRun(dataset: string): Promise<string> {
  const input = { dataset, padding: "x".repeat(50_000) };
  const path = "/v1/methods/thorough/runs";
  const { id } = await request<{ id: string }>("POST", path, input, ["Idempotency-Key", "one"]);
  await request("POST", path, input, ["Idempotency-Key", "one"]);
  await work(id);
  await work(id);
  expect(await request("GET", `/v1/runs/${id}`)).toMatchObject({
    status: "succeeded",
    output: { characters: 11, files: 2 },
  });
  for (const target of ["/events", "/metrics", "/metrics?points=5", "/artifacts", "/artifacts/notes.txt"])
    await request("GET", `/v1/runs/${id}${target}`);
  await request("GET", "/v1/runs");
  return id;
}

/** A run that is deleted while its slice puts an object of this part. */
async function loseRun(dataset: string, part: Part): Promise<void> {
  const input = { dataset, padding: "" };
  const { id } = await request<{ id: string }>("POST", "/v1/methods/thorough/runs", input);
  const put = world.bucket.put;
  world.bucket.put = async (key, ...rest) => {
    if (key.startsWith(`local/${part}/`)) {
      await calling.exit(() => world.table.delete([{ PK: "TENANT#local", SK: `RUN#${id}` }]));
    }
    await put(key, ...rest);
  };
  await work(id);
  world.bucket.put = put;
}

async function useEvents(dataset: string): Promise<void> {
  const input = { dataset, padding: "x".repeat(50_000) };
  const { id } = await request<{ id: string }>("POST", "/v1/methods/thorough/runs", input);
  // Nobody ever sends its files.
  await request("POST", "/v1/models", { name: "given up", files: modelFiles });
  const now = vi.spyOn(world, "now").mockReturnValue(Date.now() + 48 * 3_600_000);
  await invoke("tidy", "events", {});
  now.mockRestore();
  const { id: buried } = await request<{ id: string }>("POST", "/v1/methods/thorough/runs", input);
  await invoke("bury", "events", message(buried));
  await request("POST", `/v1/runs/${id}/cancel`);
  const { newApiKey } = await import("../../../functions/auth/api-key.ts");
  await invoke("authorize", "auth", { headers: { authorization: `Bearer ${newApiKey()}` } });
}

async function useModels(): Promise<void> {
  const { items } = await request<{ items: { id: string; source: string }[] }>("GET", "/v1/models");
  const model = `/v1/models/${items.find(({ source }) => source === "run")?.id}`;
  await request("GET", model);
  await request("GET", `${model}/files/config.json`);
  await request("DELETE", model);
}

it("gives each function the rights that it uses, and no others", async () => {
  for (const target of ["/v1/methods", "/v1/methods/thorough", "/openapi.json"]) await request("GET", target);
  const dataset = await useDataset();
  const run = await useRun(dataset);
  await loseRun(dataset, "runs");
  await loseRun(dataset, "models");
  await useParts();
  await useModelUploads();
  await useEvents(dataset);
  await useModels();
  await request("DELETE", `/v1/runs/${run}`);
  await request("DELETE", `/v1/datasets/${dataset}`);

  const sorted = (actions: Iterable<string>) => [...new Set(actions)].sort();
  const uses = Object.fromEntries([...used].map(([name, actions]) => [name, sorted(actions)]));
  // Large uploads in parts may have to be broken off; no run here is large enough.
  const rights = Object.entries(access).map(([name, given]) => [
    name,
    sorted(allowed(given).filter((action) => name !== "work" || !/^(runs|models):Abort/.test(action))),
  ]);
  expect(uses).toEqual(Object.fromEntries(rights));
});
