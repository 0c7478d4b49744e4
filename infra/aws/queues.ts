import { Duration } from "aws-cdk-lib";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { workerTimeout } from "./limits.ts";

/** The queue of runs that wait for a slice, and the one where messages go that no worker could finish. */
export interface Queues {
  readonly runs: Queue;
  readonly dead: Queue;
}

export function runQueues(scope: Construct): Queues {
  const dead = new Queue(scope, "DeadLetters", {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
    visibilityTimeout: Duration.minutes(5),
  });
  const runs = new Queue(scope, "Runs", {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
    // A message must not come back while its worker may still run.
    visibilityTimeout: workerTimeout.plus(Duration.minutes(1)),
    deadLetterQueue: { queue: dead, maxReceiveCount: 5 },
  });
  return { runs, dead };
}
