import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { createModel } from "../../../shared/resources/models/create.ts";
import { fromModelUploadKey, ingestModel } from "../../../shared/resources/models/ingest.ts";
import { checkModels, modelFileUrl, openModel } from "../../../shared/resources/models/read.ts";
import { deleteModel, listModels } from "../../../shared/resources/models/store.ts";
import {
  modelFileKey,
  modelPrefix,
  modelUploadKey,
  needModel,
  readModel,
} from "../../../shared/resources/models/stored.ts";
import { useLocalAws } from "../../fixtures/aws.ts";
import { type MemoryBackend, memoryBackend } from "../../fixtures/memory-backend.ts";
import { announce, check, create, type Files, send, small } from "./brought.ts";

const tenant = "t";
const aws = useLocalAws();

const ingest = (id: string) => ingestModel(aws.backend, tenant, id, check);
const need = (id: string) => needModel(aws.backend, tenant, id);
const keysOf = async (id: string) =>
  (await aws.backend.bucket.list(modelPrefix({ tenant, id }))).map(({ key }) =>
    key.slice(modelPrefix({ tenant, id }).length),
  );

/** The content of every file of a model, as a method reads it. */
async function read(id: string): Promise<Files> {
  const model = await openModel(aws.backend, tenant, id);
  const files = await Promise.all(
    model.files.map(
      async ({ name, bytes }) => [name, Buffer.from(await model.read(name, 0, bytes))] as const,
    ),
  );
  return Object.fromEntries(files);
}
const bytesOf = (files: Files) =>
  Object.fromEntries(Object.entries(files).map(([name, body]) => [name, Buffer.from(body)]));

/** A model all of whose files have arrived. */
async function arrived(files: Files = small) {
  const model = await create(aws, tenant, files);
  await send(model, files);
  return model;
}

describe("a model", () => {
  test("goes from its upload to a method", async () => {
    const model = await create(aws, tenant, small);
    expect(model).toMatchObject({ status: "uploading", source: "upload", name: "small", summary: {} });
    expect(model.uploads?.map(({ name }) => name)).toEqual(Object.keys(small));
    await send(model, small);
    await ingest(model.id);
    expect(await need(model.id)).toMatchObject({
      status: "ready",
      summary: { family: "llama", vocabulary: 7, parameters: 5, dtype: "float32" },
      checkedAt: expect.any(String),
    });
    expect(await read(model.id)).toEqual(bytesOf(small));
    expect(await keysOf(model.id)).toEqual(Object.keys(small).map((name) => `1/${name}`));
  });

  test("is read in ranges, and nowhere beyond its files", async () => {
    const { id } = await arrived();
    await ingest(id);
    const model = await openModel(aws.backend, tenant, id);
    expect(Buffer.from(await model.read("config.json", 2, 7)).toString()).toBe("model");
    expect(await model.read("config.json", 3, 3)).toHaveLength(0);
    await expect(model.read("config.json", 0, 1000)).rejects.toThrow(RangeError);
    await expect(model.read("nope.json", 0, 1)).rejects.toThrow("has no file nope.json");
  });

  test("is checked when its last file arrives, in whatever order they come", async () => {
    const model = await create(aws, tenant, small);
    for (const name of ["tokenizer.json", "model.safetensors", "config.json"]) {
      expect((await need(model.id)).status).toBe("uploading");
      await expect(openModel(aws.backend, tenant, model.id)).rejects.toThrow("is uploading, not ready");
      await send(model, { [name]: small[name] ?? "" });
      await ingest(model.id);
    }
    expect((await need(model.id)).status).toBe("ready");
  });

  test("does not change when an event comes again, or another upload", async () => {
    const model = await arrived();
    await ingest(model.id);
    const ready = await need(model.id);
    await ingest(model.id);
    await send(model, { "config.json": '{"model_type":"other"}'.padEnd(37) });
    await ingest(model.id);
    expect(await need(model.id)).toEqual(ready);
    expect(await read(model.id)).toEqual(bytesOf(small));
    expect(await keysOf(model.id)).toHaveLength(3);
  });

  test("is itself when the events of all its files are at work at once", async () => {
    const { id } = await arrived();
    await Promise.allSettled(Array.from({ length: 5 }, () => ingest(id)));
    await ingest(id);
    expect((await need(id)).status).toBe("ready");
    expect(await read(id)).toEqual(bytesOf(small));
    expect(await keysOf(id)).toHaveLength(3);
  });

  test("that is overwritten while it is checked is what was checked", async () => {
    const model = await arrived();
    const other = { "config.json": '{"model_type":"other"}'.padEnd(37) };
    await ingestModel(aws.backend, tenant, model.id, async (content) => {
      await send(model, other);
      return check(content);
    });
    expect(await need(model.id)).toMatchObject({ status: "ready", summary: { family: "llama" } });
    expect(await read(model.id)).toEqual(bytesOf(small));
  });

  test("that is overwritten between its counting and its copy is counted again", async () => {
    const model = await arrived();
    const copy = vi.spyOn(aws.backend.bucket, "copy").mockImplementationOnce(async (from, to, type) => {
      await send(model, { "config.json": '{"model_type":"other"}'.padEnd(37) });
      copy.mockRestore();
      await aws.backend.bucket.copy(from, to, type);
    });
    await expect(ingest(model.id)).rejects.toThrow();
    expect((await need(model.id)).status).toBe("checking");
    await ingest(model.id);
    expect(await need(model.id)).toMatchObject({
      status: "ready",
      summary: { family: "other" },
      revision: 2,
    });
    expect(await keysOf(model.id)).toEqual(Object.keys(small).map((name) => `2/${name}`));
  });

  test.each<[string, Files, object]>([
    [
      "whose check finds a fault",
      { ...small, "config.json": "{" },
      { file: "config.json", message: "is no JSON" },
    ],
  ])("%s has failed, says where, and leaves nothing", async (_, files, error) => {
    const { id } = await arrived(files);
    await ingest(id);
    expect(await need(id)).toMatchObject({ status: "failed", errors: [error] });
    await expect(openModel(aws.backend, tenant, id)).rejects.toThrow("is failed, not ready");
    await expect(modelFileUrl(aws.backend, await need(id), "config.json")).rejects.toMatchObject({
      json: { status: 409 },
    });
    expect(await keysOf(id)).toEqual([]);
  });

  test("of another size than announced has failed", async () => {
    const model = await create(aws, tenant, small);
    // The emulator does not check the signed length, as S3 does; the check on arrival stands behind it.
    await send(model, { ...small, "tokenizer.json": "[1]" });
    await ingest(model.id);
    expect((await need(model.id)).errors).toEqual([
      { file: "tokenizer.json", message: "3 bytes arrived where 2 were announced" },
    ]);
  });

  test("that was deleted takes its files along, also what arrives later", async () => {
    const model = await arrived();
    await ingest(model.id);
    const content = await openModel(aws.backend, tenant, model.id);
    await deleteModel(aws.backend, tenant, model.id);
    expect(await keysOf(model.id)).toEqual([]);
    await expect(content.read("config.json", 0, 5)).rejects.toThrow(`model ${model.id} was deleted`);
    await expect(deleteModel(aws.backend, tenant, model.id)).rejects.toThrow("there is no model");
    await send(model, small);
    await ingest(model.id);
    expect(await keysOf(model.id)).toEqual([]);
  });

  test("that is deleted while it is checked comes back neither in the table nor in the bucket", async () => {
    const { id } = await arrived();
    await ingestModel(aws.backend, tenant, id, async (content) => {
      await deleteModel(aws.backend, tenant, id);
      return check(content);
    });
    await expect(need(id)).rejects.toThrow("there is no model");
    expect(await keysOf(id)).toEqual([]);
  });

  test("is refused to a run for each reason at its field", async () => {
    const uploading = await create(aws, tenant, small);
    const failed = await arrived({ ...small, "config.json": "{" });
    await ingest(failed.id);
    const checking = await arrived();
    vi.spyOn(aws.backend.bucket, "copy").mockRejectedValueOnce(new Error("once"));
    await expect(ingest(checking.id)).rejects.toThrow("once");
    const wanted = [uploading.id, checking.id, failed.id, "nope"].map((id, i) => ({
      path: `/models/${i}`,
      id,
    }));
    expect(await checkModels(aws.backend, tenant, wanted)).toEqual([
      { path: "/models/0", message: `model ${uploading.id} has not been uploaded yet` },
      { path: "/models/1", message: `model ${checking.id} is still being checked` },
      { path: "/models/2", message: `model ${failed.id} was refused: config.json: is no JSON` },
      { path: "/models/3", message: "there is no model nope" },
    ]);
    await ingest(checking.id);
    expect(await checkModels(aws.backend, tenant, wanted.slice(1, 2))).toEqual([]);
    expect(await checkModels(aws.backend, "stranger", wanted.slice(1, 2))).toHaveLength(1);
  });

  test("that an earlier version stored is a run's, and ready", async () => {
    const item = {
      ...{ PK: `TENANT#${tenant}`, SK: "MODEL#run-1-abc", tenant, id: "run-1-abc", name: "old" },
      ...{ createdAt: "2026-01-01T00:00:00.000Z", run: "run-1", method: "fope", seed: 1, revision: 7 },
      ...{ summary: {}, files: [{ name: "config.json", bytes: 2 }] },
    };
    await aws.backend.table.put(item);
    await aws.backend.bucket.put(`${tenant}/models/run-1-abc/7/config.json`, "{}", "application/json");
    expect(await need("run-1-abc")).toMatchObject({ status: "ready", source: "run", method: "fope" });
    expect(await read("run-1-abc")).toEqual({ "config.json": Buffer.from("{}") });
  });

  test("is listed newest first, page by page, without its errors", async () => {
    const lister = "lister";
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push((await create(aws, lister, small)).id);
    const first = await listModels(aws.backend, lister, {}, 3);
    const second = await listModels(aws.backend, lister, {}, 3, first.next);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids.reverse());
    expect(second.next).toBeUndefined();
    const failed = (await listModels(aws.backend, tenant, {}, 100)).items.filter(
      ({ status }) => status === "failed",
    );
    expect(failed.length).toBeGreaterThan(0);
    for (const model of failed) expect(model.errors).toBeUndefined();
  });
});

describe("a check that is killed", () => {
  test("at any call is made good by the next event, and no half model is ready", async () => {
    let killedOnce = false;
    for (let at = 1; ; at++) {
      const model = await arrived();
      const killed = await killAt(at, () => ingest(model.id));
      if (!killed) break;
      killedOnce = true;
      const between = await need(model.id);
      if (between.status === "ready") expect(await read(model.id)).toEqual(bytesOf(small));
      await ingest(model.id);
      expect(await need(model.id), `killed at call ${at}`).toMatchObject({ status: "ready" });
      expect(await read(model.id)).toEqual(bytesOf(small));
      expect(await keysOf(model.id)).toHaveLength(3);
    }
    expect(killedOnce).toBe(true);

    /** Ends the work for good at its `at`-th call: nothing that comes after takes effect. False when it made fewer. */
    async function killAt(count: number, work: () => Promise<void>): Promise<boolean> {
      let made = 0;
      const dead = new Error("killed");
      const mortal = <T extends object>(target: T, names: readonly (keyof T)[]) => {
        const originals = names.map((name) => [name, target[name]] as const);
        for (const [name, original] of originals) {
          if (typeof original !== "function") continue;
          const call = (...given: unknown[]) =>
            ++made >= count ? Promise.reject(dead) : Reflect.apply(original, target, given);
          Object.assign(target, { [name]: call });
        }
        return () => Object.assign(target, Object.fromEntries(originals));
      };
      const revive = [
        mortal(aws.backend.bucket, ["list", "copy", "range", "delete"]),
        mortal(aws.backend.table, ["put", "get"]),
      ];
      const killed = await work().then(
        () => false,
        (error: unknown) => error === dead,
      );
      for (const again of revive) again();
      return killed;
    }
  });
});

test("only keys of models' uploads are taken for uploads", () => {
  expect(fromModelUploadKey("local/models/42/upload/config.json")).toEqual({ tenant: "local", id: "42" });
  for (const key of [
    "local/models/42/1/config.json",
    "local/models/42/upload",
    "local/datasets/42/upload/config.json",
    "models/42/upload/config.json",
    "a/b/models/1/upload/config.json",
    "local/models/42/upload/a/b",
  ]) {
    expect(fromModelUploadKey(key)).toBeUndefined();
  }
});

/** Table and bucket whose every call waits for its turn in an order that the scheduler draws. */
function scheduled(memory: MemoryBackend, scheduler: fc.Scheduler): MemoryBackend {
  const turns = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(object, name) {
        const value: unknown = Reflect.get(object, name);
        if (typeof value !== "function") return value;
        return async (...given: unknown[]) => {
          await scheduler.schedule(Promise.resolve(), String(name));
          return Reflect.apply(value, object, given);
        };
      },
    });
  return { ...memory, table: turns(memory.table), bucket: turns(memory.bucket) };
}

test("events of all files, in any order of all that they do, leave one whole model, or none once it is deleted", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.boolean(),
      fc.integer({ min: 1, max: 4 }),
      async (s, deletes, events) => {
        const memory = memoryBackend();
        const { model } = await createModel(memory, tenant, { name: "m", files: announce(small) });
        for (const [name, body] of Object.entries(small))
          await memory.bucket.put(modelUploadKey({ tenant, id: model.id }, name), body, "");
        const backend = scheduled(memory, s);
        const work = [
          ...Array.from({ length: events }, () => ingestModel(backend, tenant, model.id, check)),
          ...(deletes ? [deleteModel(backend, tenant, model.id)] : []),
        ];
        const ends = await s.waitFor(Promise.allSettled(work));
        // An event that failed comes again, and no other.
        if (ends.some(({ status }) => status === "rejected")) {
          await ingestModel(memory, tenant, model.id, check);
        }
        const left = await readModel(memory, tenant, model.id);
        expect(left?.status).toBe(deletes ? undefined : "ready");
        const wanted = left === undefined ? [] : left.files.map((file) => modelFileKey(left, file));
        expect([...memory.objects.keys()].sort()).toEqual(wanted.sort());
      },
    ),
    { numRuns: 200 },
  );
});
