import { randomBytes } from "node:crypto";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BUCKET } from "../../../infra/local/services/names.ts";
import { get, killAndStart, put, s3, start, stateDir, storage, takeUpload } from "./running-services.ts";

describe("uploads", () => {
  test("are told with key, size and etag as S3 does, whatever the key", async () => {
    await start();
    const name = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
      .filter((text) => text.isWellFormed() && !/^\.{1,2}$|[\p{Cc}/\\]/u.test(text));
    await fc.assert(
      fc.asyncProperty(name, fc.uint8Array({ maxLength: 50 }), async (id, bytes) => {
        const key = `local/datasets/${id}/upload`;
        await put(key, bytes);
        const record = await takeUpload();
        expect(record).toMatchObject({ eventSource: "aws:s3", eventName: "ObjectCreated:Put" });
        expect(record?.s3.bucket.name).toBe(BUCKET);
        expect(decodeURIComponent(record?.s3.object.key.replaceAll("+", " ") ?? "")).toBe(key);
        expect(record?.s3.object.size).toBe(bytes.length);
        expect(record?.s3.object.eTag).toMatch(/^[0-9a-f]{32}$/);
      }),
      { numRuns: 50 },
    );
  });

  test("in parts, and of any size, are told once when they are whole", async () => {
    await start();
    const bytes = randomBytes(21_000_000);
    const params = { Bucket: BUCKET, Key: "local/datasets/big/upload", Body: bytes };
    await new Upload({ client: s3, params }).done();
    expect(await takeUpload()).toMatchObject({
      eventName: "ObjectCreated:CompleteMultipartUpload",
      s3: { object: { size: bytes.length } },
    });
    await put("local/datasets/big/upload", bytes);
    expect(await takeUpload()).toMatchObject({ eventName: "ObjectCreated:Put" });
    expect((await get("local/datasets/big/upload")).equals(bytes)).toBe(true);
  });

  test("other objects are not told of", async () => {
    await start();
    await put("local/runs/1/artifacts/a", "x");
    const CopySource = `${BUCKET}/local/runs/1/artifacts/a`;
    await s3.send(new CopyObjectCommand({ Bucket: BUCKET, CopySource, Key: "local/runs/1/artifacts/b" }));
    expect(await takeUpload()).toBeUndefined();
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: "local/runs/1/" }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(["local/runs/1/artifacts/a", "local/runs/1/artifacts/b"]);
  });
});

describe("objects", () => {
  const Bucket = BUCKET;
  const files = () => readdir(join(stateDir, "storage", "objects"));
  const keys = async (Prefix: string) =>
    ((await s3.send(new ListObjectsV2Command({ Bucket, Prefix }))).Contents ?? []).map(({ Key }) => Key);

  test("have what was put last, whole and in any part, and leave nothing when they go", async () => {
    await start();
    const bytes = randomBytes(700_000);
    await put("local/a", "earlier");
    await put("local/a", bytes);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "local/a" }));
    expect(head).toMatchObject({
      ContentLength: bytes.length,
      ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
    });
    for (const [Range, from, to] of [
      ["bytes=0-0", 0, 1],
      ["bytes=300000-600000", 300_000, 600_001],
      ["bytes=699990-9999999", 699_990, 700_000],
      ["bytes=-10", 699_990, 700_000],
    ] as const) {
      const { Body, ContentRange } = await s3.send(new GetObjectCommand({ Bucket, Key: "local/a", Range }));
      expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes.subarray(from, to))).toBe(
        true,
      );
      expect(ContentRange).toBe(`bytes ${from}-${to - 1}/${bytes.length}`);
    }
    const beyond = new GetObjectCommand({ Bucket, Key: "local/a", Range: "bytes=700000-" });
    await expect(s3.send(beyond)).rejects.toMatchObject({ name: "InvalidRange" });
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "local/a" }] } }));
    await expect(get("local/a")).rejects.toMatchObject({ name: "NoSuchKey" });
    expect(await files()).toEqual([]);
  });

  test("are streamed in with a checksum behind them, as the SDK sends what it cannot measure", async () => {
    await start();
    const bytes = randomBytes(300_000);
    const Body = Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)], { objectMode: false });
    await s3.send(new PutObjectCommand({ Bucket, Key: "local/s", Body, ContentLength: bytes.length }));
    expect((await get("local/s")).equals(bytes)).toBe(true);
  });

  test("are copied if they are still what they were", async () => {
    await start();
    await put("local/a b", "one");
    const { ETag } = await s3.send(new HeadObjectCommand({ Bucket, Key: "local/a b" }));
    const copy = (CopySourceIfMatch: string | undefined) =>
      s3.send(
        new CopyObjectCommand({
          Bucket,
          Key: "local/c",
          CopySource: `${Bucket}/local/a%20b`,
          CopySourceIfMatch,
        }),
      );
    await copy(ETag);
    await put("local/a b", "two");
    await expect(copy(ETag)).rejects.toMatchObject({ name: "PreconditionFailed" });
    expect((await get("local/c")).toString()).toBe("one");
  });

  test("are listed by prefix, page by page, in the order of their keys", async () => {
    await start();
    const names = ["x/1", "x/10", "x/2", "x/ä", "x0", "w"];
    await Promise.all(names.map((name) => put(`local/${name}`, name)));
    expect(await keys("local/x/")).toEqual(["local/x/1", "local/x/10", "local/x/2", "local/x/ä"]);
    const paged: unknown[] = [];
    for (let ContinuationToken: string | undefined; ; ) {
      const command = new ListObjectsV2Command({ Bucket, Prefix: "local/", MaxKeys: 2, ContinuationToken });
      const { Contents = [], NextContinuationToken } = await s3.send(command);
      paged.push(...Contents.map(({ Key }) => Key));
      if (NextContinuationToken === undefined) break;
      ContinuationToken = NextContinuationToken;
    }
    expect(paged).toHaveLength(names.length);
    expect(paged).toEqual(await keys("local/"));
  });

  test("come together from parts, also over a kill; what is not wanted goes", async () => {
    await start();
    const Key = "local/datasets/parts/upload";
    const parts = [randomBytes(5_300_000), randomBytes(1000)];
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const putPart = (PartNumber: number, Body: Uint8Array) =>
      s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    await putPart(1, Buffer.from("to be replaced"));
    const first = await putPart(1, parts[0] ?? Buffer.alloc(0));
    await putPart(7, Buffer.from("not wanted"));
    await writeFile(join(stateDir, "storage", "objects", "half-written"), "a kill left this");
    await killAndStart();
    expect(await files()).toHaveLength(2);
    const second = await putPart(2, parts[1] ?? Buffer.alloc(0));
    const listed = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    expect(listed.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 5_300_000],
      [2, 1000],
      [7, 10],
    ]);
    const complete = (...Parts: { PartNumber: number; ETag: string | undefined }[]) =>
      s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
    const one = { PartNumber: 1, ETag: first.ETag };
    const two = { PartNumber: 2, ETag: second.ETag };
    await expect(complete(one, { ...two, ETag: first.ETag })).rejects.toMatchObject({ name: "InvalidPart" });
    await expect(complete(two, one)).rejects.toMatchObject({ name: "InvalidPartOrder" });
    expect((await complete(one, two)).ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    expect((await get(Key)).equals(Buffer.concat(parts))).toBe(true);
    expect(await files()).toHaveLength(2);
    await expect(complete(one, two)).rejects.toMatchObject({ name: "NoSuchUpload" });
  });

  test("whose upload is given up leave nothing", async () => {
    await start();
    const Key = "local/datasets/given-up/upload";
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: "x" }));
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    expect(await files()).toEqual([]);
    const late = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: "x" });
    await expect(s3.send(late)).rejects.toMatchObject({ name: "NoSuchUpload" });
  });

  test.each(["local/datasets/told/upload", "local/models/told/upload/config.json"])(
    "that arrived just before a kill are told of again: %s",
    async (key) => {
      await start();
      await put("local/models/told/1/config.json", "x");
      await put(key, "x");
      expect(await takeUpload()).toBeDefined();
      await killAndStart();
      expect((await takeUpload())?.s3.object.key).toBe(key);
    },
  );

  test("are put and read by pages of this machine, and of no other", async () => {
    await start();
    const url = `${storage}/${BUCKET}/local/page`;
    const origin = "http://127.0.0.1:8787";
    const asked = await fetch(url, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "PUT",
        "access-control-request-headers": "content-type",
      },
    });
    expect(asked.status).toBe(204);
    expect(asked.headers.get("access-control-allow-origin")).toBe(origin);
    expect(asked.headers.get("access-control-allow-methods")).toContain("PUT");
    const done = await fetch(url, { method: "PUT", headers: { origin }, body: "from a page" });
    expect(done.headers.get("access-control-expose-headers")).toContain("etag");
    expect((await get("local/page")).toString()).toBe("from a page");
    for (const stranger of ["https://evil.example", "http://127.0.0.1.evil.example", "null"]) {
      expect((await fetch(url, { headers: { origin: stranger } })).status).toBe(403);
    }
    // The queues are not for pages at all.
    expect((await fetch(`${storage}/`, { method: "POST", headers: { origin }, body: "" })).status).toBe(403);
  });
});
