import { availableParallelism } from "node:os";
import { join } from "node:path";
import { isChatVariable, readChatEnvironment } from "../../shared/llm/environment.ts";
import { BUCKET, QUEUES, queueUrl, REGION, TABLE } from "./services/names.ts";

export interface EnvironmentOptions {
  readonly stateDir: string;
  readonly tableEndpoint: string;
  readonly storageEndpoint: string;
  readonly leaseSeconds: number;
  /** Worker processes that share the cores. */
  readonly workers: number;
  /** Modules of methods beside the registry's, as URLs. */
  readonly methods: readonly string[];
}

/** The environment variables that the functions find, as their stack in AWS sets them. */
export function functionEnvironment(options: EnvironmentOptions): Record<string, string> {
  const { tableEndpoint, storageEndpoint, workers, methods } = options;
  return {
    TABLE_NAME: TABLE,
    BUCKET_NAME: BUCKET,
    QUEUE_URL: queueUrl(storageEndpoint, QUEUES.runs),
    LEASE_SECONDS: String(options.leaseSeconds),
    COMPUTE_THREADS: String(Math.max(1, Math.floor(availableParallelism() / workers))),
    ...(methods.length > 0 && { TENFOLD_EXTRA_METHODS: methods.join(",") }),
    AWS_ENDPOINT_URL_DYNAMODB: tableEndpoint,
    AWS_ENDPOINT_URL_S3: storageEndpoint,
    AWS_ENDPOINT_URL_SQS: storageEndpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    // A service that died is back within seconds; so many tries, ever further apart, outlast that.
    AWS_MAX_ATTEMPTS: "11",
    // Nothing of the user's own AWS set-up may leak in.
    AWS_CONFIG_FILE: join(options.stateDir, "no-aws-config"),
    AWS_SHARED_CREDENTIALS_FILE: join(options.stateDir, "no-aws-credentials"),
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/**
 * This process's environment without what would point an AWS SDK or an HTTP client elsewhere, and without the chat
 * model and its key, which are the workers' alone.
 */
export function inheritedEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(AWS_|NODE_OPTIONS$|NODE_USE_ENV_PROXY$|TENFOLD_EXTRA_METHODS$|TENFOLD_LLM_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/**
 * The variables of the user's chat model, for the workers. The functions' own AWS credentials are those of the local
 * services: what signs calls of Bedrock and of Secrets Manager goes along under names of its own.
 *
 * @throws {LlmError} naming the variable that is missing or malformed.
 */
export function chatEnvironment(given: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  if (readChatEnvironment(given) === undefined) return {};
  const own = Object.entries(given).filter(([name, value]) => isChatVariable(name) && value?.trim());
  const signing = ["ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"];
  const lent = given.TENFOLD_LLM_ACCESS_KEY_ID ? ["REGION"] : ["REGION", ...signing];
  const users = lent.map((name) => [`TENFOLD_LLM_${name}`, given[`AWS_${name}`]] as const);
  return Object.fromEntries([...users.filter(([, value]) => value), ...own]);
}

/** The methods that the user adds to the registry's: modules in `TENFOLD_EXTRA_METHODS`, by commas. */
export function extraMethods(): string[] {
  return (process.env.TENFOLD_EXTRA_METHODS ?? "").split(",").filter((url) => url !== "");
}
