import { randomUUID } from "node:crypto";
import type { Context } from "aws-lambda";
import { ACCOUNT, REGION } from "./services/names.ts";

/** The context that Lambda gives a function, with what is left of `seconds` as its remaining time. */
export function lambdaContext(name: string, remainingMs: () => number): Context {
  const functionName = `tenfold-${name}`;
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${functionName}`,
    memoryLimitInMB: "1024",
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: "local",
    getRemainingTimeInMillis: () => Math.max(0, Math.round(remainingMs())),
    // The callback style of old runtimes, which no function here uses.
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}

/** A clock that says how many milliseconds are left of `seconds`, counted from now. */
export function countdown(seconds: number): () => number {
  const deadline = performance.now() + seconds * 1000;
  return () => deadline - performance.now();
}
