import { EventField, Match, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { LambdaFunction as LambdaTarget } from "aws-cdk-lib/aws-events-targets";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { type FunctionContext, lambdaFunction } from "./function.ts";
import { ingestTimeout } from "./limits.ts";

/**
 * Checks every upload on its arrival. The bucket's events come by EventBridge, which can pick the uploads
 * out by their key and leaves the bucket's stack knowing nothing of this one; the function is handed the
 * event in the shape that S3 itself would send.
 */
export function ingestion(scope: Construct, context: FunctionContext): LambdaFunction {
  const ingest = lambdaFunction(scope, "ingest", context, {
    memory: 1769,
    timeout: ingestTimeout,
    description: "Checks an uploaded data set or model",
  });
  for (const [id, keys] of Object.entries(uploads)) {
    new Rule(scope, id, {
      eventPattern: {
        source: ["aws.s3"],
        detailType: ["Object Created"],
        detail: {
          bucket: { name: [context.data.bucket.bucketName] },
          object: { key: Match.wildcard(keys) },
        },
      },
      targets: [new LambdaTarget(ingest, { event: RuleTargetInput.fromObject(s3Event) })],
    });
  }
  return ingest;
}

/** Where uploads arrive, by the name of their rule: a rule with many wildcards is too much for EventBridge. */
const uploads = { Uploaded: "*/datasets/*/upload", ModelUploaded: "*/models/*/upload/*" } as const;

const s3Event = {
  Records: [
    {
      eventVersion: "2.1",
      eventSource: "aws:s3",
      awsRegion: EventField.fromPath("$.region"),
      eventTime: EventField.time,
      eventName: "ObjectCreated:Put",
      s3: {
        s3SchemaVersion: "1.0",
        bucket: { name: EventField.fromPath("$.detail.bucket.name") },
        object: {
          key: EventField.fromPath("$.detail.object.key"),
          size: EventField.fromPath("$.detail.object.size"),
          eTag: EventField.fromPath("$.detail.object.etag"),
        },
      },
    },
  ],
};
