import { Size } from "aws-cdk-lib";
import { Architecture, type Function as LambdaFunction, RecursiveLoop } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Construct } from "constructs";
import type { Manifest } from "../bundle/manifest.ts";
import { chatVariables, grantChat } from "./chat.ts";
import { type FunctionContext, lambdaFunction } from "./function.ts";
import { memoryPerCpu, requestTimeout, workerTimeout } from "./limits.ts";
import type { Settings } from "./settings.ts";

const processors = { x64: Architecture.X86_64, arm64: Architecture.ARM_64 } as const;

/** The worker: takes one run at a time off the queue and computes a slice of it. */
export function worker(
  scope: Construct,
  context: FunctionContext,
  settings: Settings,
  { architecture }: Manifest,
): LambdaFunction {
  const { workerMemory, maxConcurrency } = settings;
  const chat = chatVariables(settings);
  const work = lambdaFunction(scope, "work", context, {
    memory: workerMemory,
    timeout: workerTimeout,
    architecture: processors[architecture],
    // A long run goes round: its slice puts the message for the next into the queue. Lambda takes more than
    // 16 turns for a mistake and stops them, unless told that they are meant.
    recursiveLoop: RecursiveLoop.ALLOW,
    ephemeralStorageSize: Size.mebibytes(1024),
    // Lambda shows more processors than it gives time on; a fixed number also keeps results repeatable.
    variables: {
      COMPUTE_THREADS: String(Math.max(1, Math.round(workerMemory / memoryPerCpu))),
      ...chat,
    },
    description: "Computes a slice of a run",
  });
  grantChat(work, settings);
  work.addEventSource(
    new SqsEventSource(context.data.queues.runs, {
      batchSize: 1,
      maxConcurrency,
      reportBatchItemFailures: true,
    }),
  );
  return work;
}

/** Ends the runs whose messages no worker could finish. */
export function undertaker(scope: Construct, context: FunctionContext): LambdaFunction {
  const bury = lambdaFunction(scope, "bury", context, {
    memory: 512,
    timeout: requestTimeout,
    description: "Fails the run of a dead letter, with the reason",
  });
  // No maximum of concurrency here: with one, Lambda would keep five pollers on the idle queue instead of two.
  bury.addEventSource(
    new SqsEventSource(context.data.queues.dead, { batchSize: 1, reportBatchItemFailures: true }),
  );
  return bury;
}
