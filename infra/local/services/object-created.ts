import { randomBytes } from "node:crypto";
import type { S3Event } from "aws-lambda";
import { ACCOUNT, REGION } from "./names.ts";

export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  /** With its quotes, as HTTP has it. */
  readonly etag: string;
}

/** The event that S3 sends for a new object. Keys are URL-encoded in it, with `+` for a space. */
export function objectCreated(object: StoredObject, how: "Put" | "CompleteMultipartUpload"): S3Event {
  return {
    Records: [
      {
        eventVersion: "2.1",
        eventSource: "aws:s3",
        awsRegion: REGION,
        eventTime: new Date().toISOString(),
        eventName: `ObjectCreated:${how}`,
        userIdentity: { principalId: `AWS:${ACCOUNT}` },
        requestParameters: { sourceIPAddress: "127.0.0.1" },
        responseElements: {
          "x-amz-request-id": randomBytes(8).toString("hex").toUpperCase(),
          "x-amz-id-2": randomBytes(32).toString("base64"),
        },
        s3: {
          s3SchemaVersion: "1.0",
          configurationId: "tenfold-uploads",
          bucket: {
            name: object.bucket,
            ownerIdentity: { principalId: ACCOUNT },
            arn: `arn:aws:s3:::${object.bucket}`,
          },
          object: {
            key: encodeURIComponent(object.key).replaceAll("%2F", "/").replaceAll("%20", "+"),
            size: object.size,
            eTag: object.etag.replaceAll('"', ""),
            sequencer: process.hrtime.bigint().toString(16).toUpperCase().padStart(16, "0"),
          },
        },
      },
    ],
  };
}
