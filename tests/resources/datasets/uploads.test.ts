import { createHash } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { completeUpload } from "../../../shared/resources/datasets/complete.ts";
import { createDataset } from "../../../shared/resources/datasets/create.ts";
import { ingestDataset } from "../../../shared/resources/datasets/ingest.ts";
import { openDataset } from "../../../shared/resources/datasets/open.ts";
import type { NewDataset } from "../../../shared/resources/datasets/record.ts";
import { deleteDataset, needDataset, uploadKey } from "../../../shared/resources/datasets/store.ts";
import { tidy } from "../../../shared/resources/tidy.ts";
import { checkPatience, uploadPatience } from "../../../shared/resources/uploads/patience.ts";
import { partBytes } from "../../../shared/resources/uploads/record.ts";
import { partSizes } from "../../../shared/resources/uploads/transfer.ts";
import { useLocalAws } from "../../fixtures/aws.ts";

const tenant = "t";
const aws = useLocalAws();

const create = async (given: Partial<NewDataset> = {}, key?: string) =>
  createDataset(aws.backend, tenant, { name: "rows", kind: "text", ...given }, key);
const ingest = (id: string) => ingestDataset(aws.backend, tenant, id);
const need = (id: string) => needDataset(aws.backend, tenant, id);
const exists = (key: string) =>
  aws.backend.bucket.size(key).then(
    () => true,
    () => false,
  );

/** Text of so many bytes, in lines. */
const textOf = (bytes: number) =>
  Buffer.from(
    `${"All that was said is written here, word for word.\n".repeat(Math.ceil(bytes / 50))}`.slice(0, bytes),
  );

describe("an upload in parts", () => {
  const bytes = partBytes + 5_000_000;
  const content = textOf(bytes);

  async function begin() {
    const { dataset } = await create({ bytes });
    if (dataset.upload?.how !== "parts") throw new Error("this upload is not in parts");
    return { id: dataset.id, parts: dataset.upload.parts };
  }
  async function put({ number, url }: { number: number; url: string }, body?: Buffer) {
    const part = body ?? content.subarray((number - 1) * partBytes, number * partBytes);
    expect((await fetch(url, { method: "PUT", body: new Uint8Array(part) })).status).toBe(200);
  }

  test("becomes one content that no link can change, and goes with its data set", async () => {
    const { id, parts } = await begin();
    expect(parts.map(({ number }) => number)).toEqual([1, 2]);
    const [first, second] = parts;
    if (first === undefined || second === undefined) throw new Error("there are two parts");
    await put(second);
    await expect(completeUpload(aws.backend, tenant, id)).rejects.toMatchObject({
      json: { status: 409, errors: [{ path: "/parts/1" }] },
    });
    await put(first, Buffer.from("too short"));
    await expect(completeUpload(aws.backend, tenant, id)).rejects.toThrow("1 part is missing");
    await put(first);
    // Any number of callers may finish it, at once and later on.
    await Promise.all([1, 2, 3].map(() => completeUpload(aws.backend, tenant, id)));
    await ingest(id);
    const ready = await completeUpload(aws.backend, tenant, id);
    const sha256 = createHash("sha256").update(content).digest("hex");
    expect(ready).toMatchObject({ status: "ready", bytes, sha256 });
    expect((await fetch(first.url, { method: "PUT", body: "late" })).status).toBe(404);
    // The event of its arrival may come again.
    await ingest(id);
    const opened = await openDataset(aws.backend, tenant, id);
    const hash = createHash("sha256");
    for await (const chunk of opened.stream()) hash.update(chunk);
    expect(hash.digest("hex")).toBe(sha256);
    await deleteDataset(aws.backend, tenant, id);
    expect(await exists(uploadKey(tenant, id))).toBe(false);
  });

  test("that was dropped in the bucket cannot be finished", async () => {
    const { id } = await begin();
    const { uploadId = "" } = await need(id);
    await aws.backend.bucket.parts.abort({ key: uploadKey(tenant, id), uploadId });
    await expect(completeUpload(aws.backend, tenant, id)).rejects.toMatchObject({ json: { status: 410 } });
  });

  test("that is deleted takes no parts any more", async () => {
    const { id, parts } = await begin();
    await deleteDataset(aws.backend, tenant, id);
    expect((await fetch(parts[0]?.url ?? "", { method: "PUT", body: "x" })).status).toBe(404);
    await expect(completeUpload(aws.backend, tenant, id)).rejects.toMatchObject({ json: { status: 404 } });
  });

  test("is refused for a content in one request", async () => {
    const { dataset } = await create();
    await expect(completeUpload(aws.backend, tenant, dataset.id)).rejects.toMatchObject({
      json: { status: 409 },
    });
  });

  test("has parts that add up", () => {
    for (const size of [1, partBytes, partBytes + 1, 10 * partBytes - 1]) {
      expect(partSizes(size).reduce((sum, one) => sum + one, 0)).toBe(size);
    }
  });
});

describe("an Idempotency-Key", () => {
  test("makes one data set of many calls, each with links that work", async () => {
    const made = await Promise.all(Array.from({ length: 12 }, () => create({}, "one")));
    const ids = new Set(made.map(({ dataset }) => dataset.id));
    expect(ids.size).toBe(1);
    expect(made.filter(({ replayed }) => !replayed)).toHaveLength(1);
    const again = await create({}, "one");
    expect(again.replayed).toBe(true);
    const { upload, id } = again.dataset;
    if (upload?.how !== "whole") throw new Error("this upload is not in one request");
    await fetch(upload.url, { method: "PUT", headers: upload.headers, body: "hello" });
    await ingest(id);
    const late = await create({}, "one");
    expect(late.dataset).toMatchObject({ id, status: "ready" });
    expect(late.dataset.upload).toBeUndefined();
  });

  test("keeps to one upload in parts", async () => {
    const bytes = partBytes + 1;
    const [first, second] = [await create({ bytes }, "parts"), await create({ bytes }, "parts")];
    const uploadOf = ({ dataset }: Awaited<ReturnType<typeof create>>) =>
      dataset.upload?.how === "parts" &&
      new URL(dataset.upload.parts[0]?.url ?? "").searchParams.get("uploadId");
    expect(uploadOf(first)).toBeTruthy();
    expect(uploadOf(second)).toBe(uploadOf(first));
  });

  test("is refused with another body, and when its data set was deleted", async () => {
    const { dataset } = await create({}, "two");
    await expect(create({ name: "other" }, "two")).rejects.toMatchObject({ json: { status: 422 } });
    await deleteDataset(aws.backend, tenant, dataset.id);
    await expect(create({}, "two")).rejects.toMatchObject({ json: { status: 410 } });
  });
});

describe("a sample sheet", () => {
  test.each<[string, Partial<NewDataset>, RegExp]>([
    ["of a text", { kind: "text", samples: "label,group\na,b" }, /belongs to a matrix/],
    ["without groups", { kind: "matrix", samples: "label,batch\na,b" }, /no column for the group/],
    [
      "with a sample twice",
      { kind: "matrix", samples: "label,group\na,b\na,c" },
      /line 3: the label a was in line 2/,
    ],
    ["with a blank", { kind: "matrix", samples: "label\tgroup\na\t" }, /line 2: the group is blank/],
    ["without samples", { kind: "matrix", samples: "label\tgroup\n" }, /names no samples/],
  ])("%s is refused before there is a data set", async (_, given, message) => {
    await expect(create(given)).rejects.toMatchObject({
      json: { status: 422, errors: [{ path: "/samples", message: expect.stringMatching(message) }] },
    });
  });
});

describe("a data set that nobody finishes", () => {
  const later = (milliseconds: number) =>
    vi.spyOn(aws.backend, "now").mockReturnValue(Date.now() + milliseconds);

  test("is given up after a day, with its parts", async () => {
    const { dataset } = await create({ bytes: partBytes + 1 });
    later(uploadPatience - 60_000);
    await tidy(aws.backend);
    expect((await need(dataset.id)).status).toBe("pending");
    later(uploadPatience + 60_000);
    await tidy(aws.backend);
    expect(await need(dataset.id)).toMatchObject({
      status: "invalid",
      errors: [{ message: "nothing was uploaded within a day" }],
    });
    if (dataset.upload?.how !== "parts") throw new Error("this upload is not in parts");
    expect((await fetch(dataset.upload.parts[0]?.url ?? "", { method: "PUT", body: "x" })).status).toBe(404);
  });

  test("is invalid with the reason when its check fails three times", async () => {
    const { dataset } = await create();
    const key = uploadKey(tenant, dataset.id);
    await aws.backend.bucket.put(key, "hello", "text/plain");
    vi.spyOn(aws.backend.bucket, "stream").mockRejectedValue(new Error("the bucket is on fire"));
    await expect(ingest(dataset.id)).rejects.toThrow("on fire");
    await expect(ingest(dataset.id)).rejects.toThrow("on fire");
    expect((await need(dataset.id)).status).toBe("pending");
    await ingest(dataset.id);
    expect(await need(dataset.id)).toMatchObject({
      status: "invalid",
      errors: [{ message: "the content could not be checked: the bucket is on fire" }],
    });
    expect(await exists(key)).toBe(false);
  });

  test("is given up when its check died, and not while it is at work", async () => {
    const { dataset } = await create();
    const key = uploadKey(tenant, dataset.id);
    await aws.backend.bucket.put(key, "hello", "text/plain");
    vi.spyOn(aws.backend.bucket, "stream").mockRejectedValue(new Error("killed"));
    await expect(ingest(dataset.id)).rejects.toThrow();
    later(checkPatience - 60_000);
    await tidy(aws.backend);
    expect((await need(dataset.id)).status).toBe("pending");
    later(checkPatience + 60_000);
    await tidy(aws.backend);
    expect(await need(dataset.id)).toMatchObject({
      status: "invalid",
      errors: [{ message: expect.stringMatching(/begun once and did not come to an end/) }],
    });
    expect(await exists(key)).toBe(false);
  });

  test("counts again when a failure was followed by a success", async () => {
    const { dataset } = await create();
    await aws.backend.bucket.put(uploadKey(tenant, dataset.id), "hello", "text/plain");
    const stream = vi.spyOn(aws.backend.bucket, "stream").mockRejectedValueOnce(new Error("once"));
    await expect(ingest(dataset.id)).rejects.toThrow("once");
    stream.mockRestore();
    await ingest(dataset.id);
    expect((await need(dataset.id)).status).toBe("ready");
    later(uploadPatience * 2);
    await tidy(aws.backend);
    expect((await need(dataset.id)).status).toBe("ready");
  });
});
