import { join } from "node:path";
import { type Duration, RemovalPolicy, type Size } from "aws-cdk-lib";
import { Effect, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  type RecursiveLoop,
  Runtime,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { access, type FunctionName } from "./access.ts";
import type { Data } from "./data.ts";
import { grantAccess } from "./grants.ts";

/** What a function needs besides its code: where the bundles are, and the data that it works on. */
export interface FunctionContext {
  /** Folder of the bundles. */
  readonly bundles: string;
  readonly data: Data;
}

export interface FunctionShape {
  /** Megabytes. */
  readonly memory: number;
  readonly timeout: Duration;
  readonly architecture?: Architecture;
  readonly ephemeralStorageSize?: Size;
  readonly recursiveLoop?: RecursiveLoop;
  readonly variables?: Readonly<Record<string, string>>;
  /** How often Lambda tries again when an asynchronous call failed. */
  readonly retryAttempts?: number;
  readonly description: string;
}

/** One Lambda function from its bundle, with a role that can do what `access` says and write its own log. */
export function lambdaFunction(
  scope: Construct,
  name: FunctionName,
  { bundles, data }: FunctionContext,
  { memory, variables, ...shape }: FunctionShape,
): LambdaFunction {
  const within = new Construct(scope, pascalCase(name));
  const logGroup = new LogGroup(within, "Log", {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(within, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  grantAccess(role, access[name], data);
  role.addToPolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [logGroup.logGroupArn],
    }),
  );
  return new LambdaFunction(within, "Function", {
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    ...shape,
    memorySize: memory,
    handler: "index.handler",
    code: Code.fromAsset(join(bundles, name)),
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    environment: {
      TABLE_NAME: data.table.tableName,
      BUCKET_NAME: data.bucket.bucketName,
      QUEUE_URL: data.queues.runs.queueUrl,
      ...variables,
    },
  });
}

const pascalCase = (name: string) =>
  name.replace(/(^|-)([a-z])/g, (_match, _dash, letter: string) => letter.toUpperCase());
