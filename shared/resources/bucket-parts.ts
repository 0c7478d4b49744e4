import type { S3Client } from "@aws-sdk/client-s3";
import type { getSignedUrl } from "@aws-sdk/s3-request-presigner";

/** An upload in parts that has begun: where it goes, and S3's name for it. */
export interface PartsUpload {
  readonly key: string;
  readonly uploadId: string;
}

/** Uploads of one object in parts, which whoever has the links sends in any order. */
export interface BucketParts {
  begin(key: string, type: string): Promise<PartsUpload>;
  /** Links to put the parts 1 to `count`, within the hour. */
  urls(upload: PartsUpload, count: number): Promise<string[]>;
  /**
   * Makes one object of the parts, if they have these sizes. Answers the numbers of the parts that are missing or
   * of another size, or `gone` for an upload that was finished or given up before.
   */
  finish(upload: PartsUpload, sizes: readonly number[]): Promise<readonly number[] | "gone">;
  /** Gives an upload up, with what came of it; fine where it is gone. */
  abort(upload: PartsUpload): Promise<void>;
}

type Sdk = () => Promise<{
  readonly s3: typeof import("@aws-sdk/client-s3");
  readonly client: S3Client;
  readonly presign: typeof getSignedUrl;
}>;

const isGone = (error: unknown) => error instanceof Error && error.name === "NoSuchUpload";

export function bucketParts(Bucket: string, sdk: Sdk): BucketParts {
  const at = ({ key, uploadId }: PartsUpload) => ({ Bucket, Key: key, UploadId: uploadId });

  /** What has arrived, by number. */
  async function arrived(upload: PartsUpload) {
    const { s3, client } = await sdk();
    const parts = new Map<number, { readonly size: number; readonly etag: string }>();
    for (let PartNumberMarker: string | undefined; ; ) {
      const page = await client.send(new s3.ListPartsCommand({ ...at(upload), PartNumberMarker }));
      for (const { PartNumber = 0, Size = 0, ETag = "" } of page.Parts ?? [])
        parts.set(PartNumber, { size: Size, etag: ETag });
      if (page.IsTruncated !== true) return parts;
      PartNumberMarker = page.NextPartNumberMarker;
    }
  }

  return {
    async begin(key, ContentType) {
      const { s3, client } = await sdk();
      const command = new s3.CreateMultipartUploadCommand({ Bucket, Key: key, ContentType });
      const { UploadId } = await client.send(command);
      if (UploadId === undefined) throw new Error("S3 began an upload without a name");
      return { key, uploadId: UploadId };
    },
    async urls(upload, count) {
      const { s3, client, presign } = await sdk();
      return Promise.all(
        Array.from({ length: count }, (_, i) =>
          presign(client, new s3.UploadPartCommand({ ...at(upload), PartNumber: i + 1 }), {
            expiresIn: 3600,
          }),
        ),
      );
    },
    async finish(upload, sizes) {
      try {
        const { s3, client } = await sdk();
        const parts = await arrived(upload);
        const wrong = sizes.flatMap((size, i) => (parts.get(i + 1)?.size === size ? [] : [i + 1]));
        if (wrong.length > 0) return wrong;
        const Parts = sizes.map((_, i) => ({ PartNumber: i + 1, ETag: parts.get(i + 1)?.etag }));
        await client.send(
          new s3.CompleteMultipartUploadCommand({ ...at(upload), MultipartUpload: { Parts } }),
        );
        return [];
      } catch (error) {
        if (isGone(error)) return "gone";
        throw error;
      }
    },
    async abort(upload) {
      const { s3, client } = await sdk();
      await client.send(new s3.AbortMultipartUploadCommand(at(upload))).catch((error: unknown) => {
        if (!isGone(error)) throw error;
      });
    },
  };
}
