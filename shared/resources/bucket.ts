import type { GetObjectCommandOutput } from "@aws-sdk/client-s3";
import { type BucketParts, bucketParts } from "./bucket-parts.ts";

/** Objects in the bucket, by key. Throws `NoSuchObject` where a read finds none. */
export interface Bucket {
  put(key: string, body: Uint8Array | string, type: string): Promise<void>;
  bytes(key: string): Promise<Uint8Array>;
  size(key: string): Promise<number>;
  stream(key: string): Promise<{ bytes: number; etag: string; body: AsyncIterable<Uint8Array> }>;
  /** The bytes from `start` up to `end`, without the latter; fewer where the object ends before. */
  range(key: string, start: number, end: number): Promise<Uint8Array>;
  /** Copies an object within the bucket, if it still has this etag. */
  copy(from: { readonly key: string; readonly etag: string }, to: string, type: string): Promise<void>;
  /** Every object whose key begins so. */
  list(prefix: string): Promise<readonly ListedObject[]>;
  delete(keys: readonly string[]): Promise<void>;
  /** Deletes every object whose key begins so. */
  deleteAll(prefix: string): Promise<void>;
  /** A link that anybody may read the object with, for five minutes. */
  downloadUrl(key: string, fileName: string, type: string): Promise<string>;
  /** What to send to write the object, within the hour. */
  uploadUrl(key: string, type: string, bytes?: number): Promise<PutLink>;
  readonly parts: BucketParts;
}

export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
}

/** A request that writes an object: with exactly these headers. */
export interface PutLink {
  readonly url: string;
  readonly method: "PUT";
  readonly headers: Record<string, string>;
}

export class NoSuchObject extends Error {
  constructor(key: string) {
    super(`there is no object ${key} in the bucket`);
    this.name = "NoSuchObject";
  }
}

/** Above this size a body is sent in parts. */
const partsFrom = 64 * 1024 * 1024;
const deleteBatch = 1000;

/**
 * A bucket at S3, or at whatever `AWS_ENDPOINT_URL_S3` points to. The SDK is loaded on first use: most
 * calls of the API never touch the bucket.
 */
export function openBucket(Bucket: string): Bucket {
  let loaded: ReturnType<typeof load> | undefined;
  const sdk = () => {
    loaded ??= load();
    return loaded;
  };
  const bucket: Bucket = {
    async put(Key, Body, ContentType) {
      const { s3, client } = await sdk();
      const params = { Bucket, Key, Body, ContentType };
      if (Body.length < partsFrom) await client.send(new s3.PutObjectCommand(params));
      else await new (await import("@aws-sdk/lib-storage")).Upload({ client, params }).done();
    },
    async bytes(key) {
      const { s3, client } = await sdk();
      const { Body } = await found(key, client.send(new s3.GetObjectCommand({ Bucket, Key: key })));
      return Body === undefined ? new Uint8Array() : Body.transformToByteArray();
    },
    async size(key) {
      const { s3, client } = await sdk();
      const head = await found(key, client.send(new s3.HeadObjectCommand({ Bucket, Key: key })));
      return head.ContentLength ?? 0;
    },
    async stream(key) {
      const { s3, client } = await sdk();
      const object: GetObjectCommandOutput = await found(
        key,
        client.send(new s3.GetObjectCommand({ Bucket, Key: key })),
      );
      // In Node the SDK's body is a Readable, which yields Buffers.
      const body = (object.Body ?? emptyBody()) as AsyncIterable<Uint8Array>;
      return { bytes: object.ContentLength ?? 0, etag: object.ETag ?? "", body };
    },
    async range(key, start, end) {
      const { s3, client } = await sdk();
      if (end <= start) return new Uint8Array();
      const params = { Bucket, Key: key, Range: `bytes=${start}-${end - 1}` };
      const { Body } = await found(key, client.send(new s3.GetObjectCommand(params)));
      return Body === undefined ? new Uint8Array() : Body.transformToByteArray();
    },
    async copy(from, Key, ContentType) {
      const { s3, client } = await sdk();
      const CopySource = `${Bucket}/${from.key.split("/").map(encodeURIComponent).join("/")}`;
      const params = { Bucket, Key, CopySource, CopySourceIfMatch: from.etag, ContentType };
      await found(from.key, client.send(new s3.CopyObjectCommand(params)));
    },
    async list(Prefix) {
      const { s3, client } = await sdk();
      const found: ListedObject[] = [];
      for (let ContinuationToken: string | undefined; ; ) {
        const page = await client.send(new s3.ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }));
        for (const { Key = "", Size = 0, ETag = "" } of page.Contents ?? [])
          found.push({ key: Key, bytes: Size, etag: ETag });
        if (page.IsTruncated !== true) return found;
        ContinuationToken = page.NextContinuationToken;
      }
    },
    async delete(keys) {
      const { s3, client } = await sdk();
      for (let at = 0; at < keys.length; at += deleteBatch) {
        const Objects = keys.slice(at, at + deleteBatch).map((Key) => ({ Key }));
        const params = { Bucket, Delete: { Objects, Quiet: true } };
        const { Errors = [] } = await client.send(new s3.DeleteObjectsCommand(params));
        if (Errors.length > 0) throw new Error(`cannot delete ${Errors[0]?.Key}: ${Errors[0]?.Message}`);
      }
    },
    async deleteAll(Prefix) {
      const { s3, client } = await sdk();
      for (;;) {
        const { Contents = [] } = await client.send(new s3.ListObjectsV2Command({ Bucket, Prefix }));
        if (Contents.length === 0) return;
        await bucket.delete(Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
      }
    },
    async downloadUrl(Key, fileName, type) {
      const { s3, client, presign } = await sdk();
      const command = new s3.GetObjectCommand({
        Bucket,
        Key,
        ResponseContentType: type,
        ResponseContentDisposition: `inline; filename="${fileName}"`,
      });
      return presign(client, command, { expiresIn: 300 });
    },
    async uploadUrl(Key, ContentType, bytes) {
      const { s3, client, presign } = await sdk();
      const ContentLength = bytes === undefined ? {} : { ContentLength: bytes };
      const command = new s3.PutObjectCommand({ Bucket, Key, ContentType, ...ContentLength });
      const signableHeaders = new Set(["content-type", "content-length"]);
      const url = await presign(client, command, { expiresIn: 3600, signableHeaders });
      return { url, method: "PUT", headers: { "content-type": ContentType } };
    },
    parts: bucketParts(Bucket, sdk),
  };
  return bucket;
}

async function load() {
  const [s3, { getSignedUrl }] = await Promise.all([
    import("@aws-sdk/client-s3"),
    import("@aws-sdk/s3-request-presigner"),
  ]);
  const client = new s3.S3Client({
    forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined,
    // Otherwise a presigned upload carries the checksum of an empty body and every other body is refused.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  return { s3, client, presign: getSignedUrl };
}

async function found<T>(key: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && ["NoSuchKey", "NotFound"].includes(error.name)) throw new NoSuchObject(key);
    throw error;
  }
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}
