import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as LambdaTarget } from "aws-cdk-lib/aws-events-targets";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { type FunctionContext, lambdaFunction } from "./function.ts";
import { tidyTimeout } from "./limits.ts";

/**
 * Looks every minute for runs that nobody works on. 43,200 short calls a month, within Lambda's free
 * million; scheduled rules cost nothing. A failed call is not repeated: the next minute's does the same.
 */
export function tidying(scope: Construct, context: FunctionContext): LambdaFunction {
  const tidy = lambdaFunction(scope, "tidy", context, {
    memory: 256,
    timeout: tidyTimeout,
    retryAttempts: 0,
    description: "Sends runs that nobody works on back to the queue",
  });
  new Rule(scope, "EveryMinute", {
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [new LambdaTarget(tidy, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
  });
  return tidy;
}
