import { Duration, RemovalPolicy } from "aws-cdk-lib";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  HttpMethods,
  ObjectOwnership,
} from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { acknowledge } from "./checks.ts";

/**
 * The bucket of data sets, models, artifacts and checkpoints. What is deleted or replaced can be had back
 * for a week; checkpoints, which replace each other all the time, then cost no more than that week.
 */
export function filesBucket(scope: Construct): Bucket {
  const bucket = new Bucket(scope, "Bucket", {
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    versioned: true,
    removalPolicy: RemovalPolicy.RETAIN,
    // Pages put contents and read files through links that an API call gave out: the link is the right to do
    // so, whatever page it is used on.
    cors: [
      {
        allowedMethods: [HttpMethods.PUT, HttpMethods.GET, HttpMethods.HEAD],
        allowedOrigins: ["*"],
        allowedHeaders: ["content-type", "range"],
        exposedHeaders: ["ETag", "Content-Length", "Content-Range"],
        maxAge: 3600,
      },
    ],
    lifecycleRules: [
      { id: "unfinished-uploads", abortIncompleteMultipartUploadAfter: Duration.days(1) },
      { id: "replaced-objects", noncurrentVersionExpiration: Duration.days(7) },
      { id: "deleted-objects", expiredObjectDeleteMarker: true },
    ],
  });
  announceUploads(bucket);
  acknowledge(
    bucket,
    "AwsSolutions-S1",
    "Every object is reached by a function or by a link that a logged API call gave out; who needs a record of single reads turns on CloudTrail data events, which cost by the event",
  );
  return bucket;
}

/**
 * Sends the bucket's events to EventBridge. Set on the resource itself: the L2's own way is a function with
 * rights on every bucket of the account.
 */
function announceUploads(bucket: Bucket): void {
  (bucket.node.defaultChild as CfnBucket).notificationConfiguration = {
    eventBridgeConfiguration: { eventBridgeEnabled: true },
  };
}
