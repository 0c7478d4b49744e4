import { expect, test, vi } from "vitest";
import { performSlice } from "../../shared/resources/runs/slice.ts";
import { useLocalAws } from "../fixtures/aws.ts";
import { call } from "../fixtures/call.ts";
import { expectProblem } from "./expect-problem.ts";

// Before the imports: the registry reads it as it is loaded.
vi.hoisted(() => {
  process.env.TENFOLD_EXTRA_METHODS = new URL("../fixtures/count-method.ts", import.meta.url).href;
  process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
});

const aws = useLocalAws();

test("models that a run saved can be seen, downloaded and deleted", async () => {
  const tenant = "modeller";
  const { json: run } = await call("create-run", {
    params: { method: "count" },
    tenant,
    body: { to: 1, model: true },
  });
  await performSlice(aws.backend, { tenant, run: run.id, remainingMilliseconds: () => 60_000 });
  const {
    items: [model],
  } = (await call("list-models", { tenant })).json;
  const params = { model: model.id, name: "config.json" };
  const { card, ...shown } = (await call("get-model", { tenant, params })).json;
  expect(shown).toEqual(model);
  const readme = await call("get-model-file", { tenant, params: { ...params, name: "README.md" } });
  expect(await (await fetch(String(readme.headers.location))).text()).toBe(card);
  const listed = async (query: Record<string, string>) =>
    (await call("list-models", { tenant, query })).json.items.length;
  expect(await listed({ run: run.id, method: "count" })).toBe(1);
  expect(await listed({ run: run.id.slice(0, 8) })).toBe(0);
  expect(await listed({ method: "fope" })).toBe(0);
  expect(model).toMatchObject({
    run: run.id,
    method: "count",
    seed: 0,
    summary: { vocabulary: 3 },
    links: { run: run.links.self },
  });
  const file = await call("get-model-file", { tenant, params });
  expect(await (await fetch(String(file.headers.location))).json()).toMatchObject({ model_type: "count" });
  const missing = await call("get-model-file", { tenant, params: { ...params, name: "conifg.json" } });
  expect(expectProblem(missing, 404).detail).toContain("did you mean config.json?");
  expect((await call("delete-model", { tenant, params })).status).toBe(204);
  expectProblem(await call("get-model", { tenant, params }), 404);
});

test("data sets are made once for a key, and large ones in parts that have to be there", async () => {
  const body = { name: "large", kind: "instructions", bytes: 200_000_000 };
  const headers = { "idempotency-key": "large" };
  const first = await call("create-dataset", { body, headers });
  expect(first.status).toBe(201);
  expect(first.json.upload).toMatchObject({ how: "parts", parts: { length: 3 } });
  const again = await call("create-dataset", { body, headers });
  expect(again.json.id).toBe(first.json.id);
  expect(again.headers["idempotency-replayed"]).toBe("true");
  const params = { dataset: first.json.id };
  expect(first.json.upload.complete).toBe(`/v1/datasets/${first.json.id}/upload/complete`);
  expectProblem(await call("complete-upload", { params }), 409, "/parts/1");
  expectProblem(await call("complete-upload", { params: { dataset: "nope" } }), 404);
  expectProblem(
    await call("create-dataset", { body: { ...body, name: "x" }, headers }),
    422,
    "/Idempotency-Key",
  );
  const sheet = { name: "m", kind: "matrix", samples: "label,batch\na,1" };
  expectProblem(await call("create-dataset", { body: sheet }), 422, "/samples");
});

test("data sets can be uploaded where create-dataset says, seen and deleted", async () => {
  const { json } = await call("create-dataset", { body: { name: "mine" } });
  const { upload } = json;
  expect(
    (await fetch(upload.url, { method: upload.method, headers: upload.headers, body: "text" })).status,
  ).toBe(200);
  const params = { dataset: json.id };
  expect((await call("get-dataset", { params })).json).toMatchObject({ status: "pending", name: "mine" });
  expect((await call("delete-dataset", { params })).status).toBe(204);
  expectProblem(await call("get-dataset", { params }), 404);
});

test("models are brought once for a key, large files in parts that have to be there", async () => {
  const tenant = "bringer";
  const files = [
    { name: "config.json", bytes: 2 },
    { name: "model.safetensors", bytes: 200_000_000 },
  ];
  const asked = { tenant, body: { name: "mine", files }, headers: { "idempotency-key": "large" } };
  const first = await call("create-model", asked);
  expect(first.status).toBe(201);
  expect(first.headers.location).toBe(`/v1/models/${first.json.id}`);
  expect(first.json).toMatchObject({
    status: "uploading",
    source: "upload",
    uploads: [
      { name: "config.json", upload: { how: "whole" } },
      { name: "model.safetensors", upload: { how: "parts", parts: { length: 3 } } },
    ],
  });
  const again = await call("create-model", asked);
  expect(again.json.id).toBe(first.json.id);
  expect(again.headers["idempotency-replayed"]).toBe("true");
  const params = { model: first.json.id, name: "model.safetensors" };
  expectProblem(await call("complete-model-file", { tenant, params }), 409, "/parts/1");
  expectProblem(await call("complete-model-file", { params }), 404);
  expectProblem(await call("get-model-file", { tenant, params }), 409);
  const listed = (await call("list-models", { tenant })).json.items;
  expect(listed).toMatchObject([
    { id: first.json.id, status: "uploading", links: { self: expect.any(String) } },
  ]);
  expect(listed[0].run).toBeUndefined();
  const other = { ...asked, body: { ...asked.body, name: "x" } };
  expectProblem(await call("create-model", other), 422, "/Idempotency-Key");
  expect((await call("delete-model", { tenant, params })).status).toBe(204);
  expectProblem(await call("create-model", asked), 410);
});

test.each([
  [{ name: "m", files: [{ name: "../config.json", bytes: 1 }] }, "/files/0/name", "must be of letters"],
  [{ name: "m", files: [{ name: "config.json", bytes: 0 }] }, "/files/0/bytes", ">=1"],
  [{ name: "m", files: [] }, "/files", ">=1"],
  [
    { name: "m", files: [{ name: "config.json", bytes: 1, size: 2 }] },
    "/files/0/size",
    "is not a field here",
  ],
  [{ files: [{ name: "config.json", bytes: 1 }] }, "/name", "expected string"],
  [{ name: "m", files: [{ name: "config.json", bytes: 1 }] }, "/files", "there are no weights"],
])("a model is not made of %j", async (body, path, message) => {
  const problem = expectProblem(await call("create-model", { body }), 422, path);
  expect(problem.detail).toContain(message);
});

test("a run is not made with a model that is not ready", async () => {
  const files = [
    { name: "config.json", bytes: 2 },
    { name: "model.safetensors", bytes: 10 },
  ];
  const { id } = (await call("create-model", { body: { name: "m", files } })).json;
  const params = { method: "fope" };
  const body = { task: "continue", model: id, trainingLength: 64 };
  const problem = expectProblem(await call("create-run", { params, body }), 422, "/model");
  expect(problem.detail).toContain(`model ${id} has not been uploaded yet`);
});
