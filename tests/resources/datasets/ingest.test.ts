import { describe, expect, test } from "vitest";
import { createDataset } from "../../../shared/resources/datasets/create.ts";
import { fromUploadKey, ingestDataset } from "../../../shared/resources/datasets/ingest.ts";
import { openDataset } from "../../../shared/resources/datasets/open.ts";
import type { CreatedDataset } from "../../../shared/resources/datasets/record.ts";
import {
  deleteDataset,
  listDatasets,
  needDataset,
  readDataset,
  uploadKey,
} from "../../../shared/resources/datasets/store.ts";
import { checkDatasets } from "../../../shared/resources/datasets/usable.ts";
import { useLocalAws } from "../../fixtures/aws.ts";

const tenant = "t";
const aws = useLocalAws();

const create = async (bytes?: number) => {
  const given = { name: "speech", kind: "text" as const, ...(bytes !== undefined && { bytes }) };
  return (await createDataset(aws.backend, tenant, given)).dataset;
};

async function send({ upload }: CreatedDataset, body: Uint8Array | string) {
  if (upload?.how !== "whole") throw new Error("this upload is not in one request");
  const answer = await fetch(upload.url, {
    method: upload.method,
    headers: upload.headers,
    body: Buffer.from(body),
  });
  expect(answer.status).toBe(200);
}
const exists = async (id: string) =>
  aws.backend.bucket.size(uploadKey(tenant, id)).then(
    () => true,
    () => false,
  );

describe("a data set", () => {
  test("goes from its upload to a method", async () => {
    const dataset = await create();
    expect(dataset).toMatchObject({ status: "pending", name: "speech", kind: "text" });
    await send(dataset, "Fellow citizens:\nwë go on.\n");
    await ingestDataset(aws.backend, tenant, dataset.id);
    expect(await readDataset(aws.backend, tenant, dataset.id)).toMatchObject({
      status: "ready",
      bytes: 28,
      summary: { kind: "text", lines: 2, characters: 27, languages: [{ value: "en", count: 1 }] },
      preview: { columns: ["text"], rows: [["Fellow citizens:"], ["wë go on."]] },
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const opened = await openDataset(aws.backend, tenant, dataset.id);
    expect(await opened.text()).toBe("Fellow citizens:\nwë go on.\n");
    expect(Buffer.concat(await Array.fromAsync(opened.stream())).length).toBe(28);
    expect(await exists(dataset.id)).toBe(false);
  });

  test("does not change when its event comes again, or another upload", async () => {
    const dataset = await create();
    await send(dataset, "first");
    await ingestDataset(aws.backend, tenant, dataset.id);
    const ready = await needDataset(aws.backend, tenant, dataset.id);
    await ingestDataset(aws.backend, tenant, dataset.id);
    await send(dataset, "second");
    await ingestDataset(aws.backend, tenant, dataset.id);
    expect(await needDataset(aws.backend, tenant, dataset.id)).toEqual(ready);
    expect(await (await openDataset(aws.backend, tenant, dataset.id)).text()).toBe("first");
    expect(await exists(dataset.id)).toBe(false);
  });

  test("is itself when two events are at work at once", async () => {
    const dataset = await create();
    await send(dataset, "twice");
    await Promise.allSettled([1, 2, 3].map(() => ingestDataset(aws.backend, tenant, dataset.id)));
    expect(await (await openDataset(aws.backend, tenant, dataset.id)).text()).toBe("twice");
  });

  test.each<[string, string | Uint8Array, object]>([
    ["binary", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 1), { offset: 0, line: 1 }],
    ["empty", "", { message: "the file is empty" }],
    ["not UTF-8", Buffer.from("ok\ncaf\xe9", "latin1"), { offset: 6, line: 2 }],
  ])("that is %s is invalid, and says where", async (_, body, error) => {
    const dataset = await create();
    await send(dataset, body);
    await ingestDataset(aws.backend, tenant, dataset.id);
    const invalid = await needDataset(aws.backend, tenant, dataset.id);
    expect(invalid).toMatchObject({ status: "invalid", errors: [error] });
    await expect(openDataset(aws.backend, tenant, dataset.id)).rejects.toThrow("invalid, not ready");
    expect(await exists(dataset.id)).toBe(false);
  });

  test("of another size than announced is invalid", async () => {
    const dataset = await create(100);
    // The emulator does not check the signed length, as S3 does; the check on arrival stands behind it.
    await aws.backend.bucket.put(uploadKey(tenant, dataset.id), "short", "text/plain");
    await ingestDataset(aws.backend, tenant, dataset.id);
    expect((await needDataset(aws.backend, tenant, dataset.id)).errors?.[0]?.message).toMatch(
      /5 bytes .* 100 were announced/,
    );
  });

  test("that was deleted takes its content along, also what arrives later", async () => {
    const dataset = await create();
    await send(dataset, "text");
    await ingestDataset(aws.backend, tenant, dataset.id);
    await deleteDataset(aws.backend, tenant, dataset.id);
    await expect(deleteDataset(aws.backend, tenant, dataset.id)).rejects.toThrow("there is no data set");
    await send(dataset, "late");
    await ingestDataset(aws.backend, tenant, dataset.id);
    expect(await exists(dataset.id)).toBe(false);
    await expect(openDataset(aws.backend, tenant, dataset.id)).rejects.toThrow("there is no data set");
  });

  test("is refused to a run for each reason at its field", async () => {
    const pending = await create();
    const invalid = await create();
    await send(invalid, "\0");
    await ingestDataset(aws.backend, tenant, invalid.id);
    const wanted = [pending.id, invalid.id, "nope"].map((id, i) => ({
      path: `/sets/${i}`,
      id,
      kinds: ["text"],
    }));
    expect(await checkDatasets(aws.backend, tenant, wanted)).toEqual([
      { path: "/sets/0", message: `data set ${pending.id} has not been uploaded yet` },
      { path: "/sets/1", message: expect.stringMatching(/was refused: a NUL byte/) },
      { path: "/sets/2", message: "there is no data set nope" },
    ]);
    expect(await checkDatasets(aws.backend, "stranger", wanted.slice(0, 1))).toHaveLength(1);
  });

  test("that an earlier version checked is read as well", async () => {
    const dataset = await create();
    await send(dataset, "one\r\ntwo");
    await ingestDataset(aws.backend, tenant, dataset.id);
    const key = { PK: `TENANT#${tenant}`, SK: `DATASET#${dataset.id}` };
    const item = await aws.backend.table.get(key);
    await aws.backend.table.put({ ...item, ...key, summary: { kind: "text", lines: 2, characters: 8 } });
    expect((await needDataset(aws.backend, tenant, dataset.id)).summary).toMatchObject({ lines: 2 });
    expect(await (await openDataset(aws.backend, tenant, dataset.id)).text()).toBe("one\ntwo");
  });

  test("is listed newest first, page by page", async () => {
    const lister = "lister";
    const ids: string[] = [];
    for (let i = 0; i < 5; i++)
      ids.push((await createDataset(aws.backend, lister, { name: `${i}`, kind: "text" })).dataset.id);
    const first = await listDatasets(aws.backend, lister, 3);
    const second = await listDatasets(aws.backend, lister, 3, first.next);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids.reverse());
    expect(second.next).toBeUndefined();
  });
});

test("only keys of uploads are taken for uploads", () => {
  expect(fromUploadKey("local/datasets/42/upload")).toEqual({ tenant: "local", id: "42" });
  for (const key of [
    "local/datasets/42/content",
    "local/runs/42/upload",
    "datasets/42/upload",
    "a/b/datasets/1/upload",
  ]) {
    expect(fromUploadKey(key)).toBeUndefined();
  }
});
