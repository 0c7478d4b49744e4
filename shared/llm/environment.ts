import * as z from "zod";
import type { Limits } from "./admission.ts";
import type { Prices } from "./ledger.ts";
import { LlmError } from "./llm-error.ts";
import { isKey } from "./secret.ts";
import type { AwsCredentials } from "./signature.ts";

export const providers = ["openai", "anthropic", "bedrock"] as const;
export type Provider = (typeof providers)[number];

/** Which model answers, where it is, and what it may take. */
export interface ChatConfiguration extends Limits {
  readonly provider: Provider;
  readonly model: string;
  /** Base URL, without a slash at its end. */
  readonly url: string;
  readonly key?: string | undefined;
  /** The secret in AWS Secrets Manager that holds the key. */
  readonly secretArn?: string | undefined;
  /** Where the secrets' service is, when it is not AWS's. */
  readonly secretEndpoint?: string | undefined;
  /** Of Bedrock. */
  readonly region?: string | undefined;
  /** What signs calls of AWS. */
  readonly credentials?: AwsCredentials | undefined;
  readonly prices?: Prices | undefined;
  /** The most that a run may spend, in the currency of the prices. */
  readonly budget?: number | undefined;
  readonly timeoutMilliseconds: number;
  /** How often a request is sent at most. */
  readonly attempts: number;
  /** A file that every answer comes from, or that answers are added to. */
  readonly replay?: string | undefined;
  readonly record?: string | undefined;
}

const positive = z.coerce.number().positive();
const whole = z.coerce.number().int().positive();
const key = z.string().refine(isKey, "a key is printable ASCII without spaces");
const url = z.string().superRefine((text, context) => {
  const parsed = URL.parse(text);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) context.addIssue("must be an http or https URL");
  else if (parsed.username !== "" || parsed.password !== "" || parsed.search !== "" || parsed.hash !== "")
    context.addIssue("must be a base URL without user, password, query and fragment");
});

const variables = z.strictObject({
  PROVIDER: z.enum(providers),
  MODEL: z.string().min(1),
  URL: url.optional(),
  KEY: key.optional(),
  SECRET_ARN: z
    .string()
    .regex(/^arn:aws[\w-]*:secretsmanager:[\w-]+:\d{12}:secret:.+-\w{6}$/, "must be a secret's whole ARN")
    .optional(),
  REGION: z.string().min(1).optional(),
  INPUT_PRICE: z.coerce.number().nonnegative().optional(),
  OUTPUT_PRICE: z.coerce.number().nonnegative().optional(),
  BUDGET: positive.optional(),
  REQUESTS_PER_MINUTE: whole.optional(),
  TOKENS_PER_MINUTE: whole.optional(),
  CONCURRENCY: whole.default(4),
  // Node's fetch gives up by itself after 300 s without a word.
  TIMEOUT_SECONDS: positive.max(290).default(120),
  ATTEMPTS: whole.max(20).default(5),
  REPLAY: z.string().optional(),
  RECORD: z.string().optional(),
  ACCESS_KEY_ID: z.string().optional(),
  SECRET_ACCESS_KEY: z.string().optional(),
  SESSION_TOKEN: z.string().optional(),
});
type Variables = z.infer<typeof variables>;

const prefix = "TENFOLD_LLM_";

/** The names of all variables, for those who pass them on. */
export const isChatVariable = (name: string): boolean => name.startsWith(prefix);

/**
 * The chat model that the environment names by its variables `TENFOLD_LLM_*`; undefined without a provider. An empty
 * variable is as good as none.
 *
 * @throws {LlmError} of kind `not-configured`, naming the variable that is missing or malformed.
 */
export function readChatEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): ChatConfiguration | undefined {
  const given = Object.entries(environment).filter(([name, value]) => isChatVariable(name) && value?.trim());
  const named = Object.fromEntries(given.map(([name, value]) => [name.slice(prefix.length), value?.trim()]));
  if (named.PROVIDER === undefined) return undefined;
  const parsed = variables.safeParse(named);
  if (!parsed.success) throw malformed(parsed.error);
  checkTogether(parsed.data);
  return configuration(parsed.data, environment);
}

/** Of a malformed variable its name and what it should be, never its value, which may be a key. */
function malformed({ issues }: z.ZodError): LlmError {
  const faults = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((name) => `${prefix}${name}: there is no such setting`)
      : [`${prefix}${issue.path.join(".")}: ${issue.message}`],
  );
  return notConfigured(faults.join("; "));
}

const notConfigured = (fault: string) =>
  new LlmError("not-configured", `the chat model is not configured: ${fault}`);

function checkTogether(given: Variables): void {
  const {
    PROVIDER,
    URL: address,
    KEY,
    SECRET_ARN,
    INPUT_PRICE,
    OUTPUT_PRICE,
    BUDGET,
    REPLAY,
    RECORD,
  } = given;
  if (KEY !== undefined && SECRET_ARN !== undefined) {
    throw notConfigured("give TENFOLD_LLM_KEY or TENFOLD_LLM_SECRET_ARN, not both");
  }
  const prices = "TENFOLD_LLM_INPUT_PRICE and TENFOLD_LLM_OUTPUT_PRICE, each of a million tokens";
  if ((INPUT_PRICE === undefined) !== (OUTPUT_PRICE === undefined))
    throw notConfigured(`give both ${prices}`);
  if (BUDGET !== undefined && INPUT_PRICE === undefined) {
    throw notConfigured(`TENFOLD_LLM_BUDGET needs ${prices}`);
  }
  if (REPLAY !== undefined && RECORD !== undefined) {
    throw notConfigured("give TENFOLD_LLM_REPLAY or TENFOLD_LLM_RECORD, not both");
  }
  const needsKey = address === undefined && PROVIDER !== "bedrock" && REPLAY === undefined;
  if (needsKey && KEY === undefined && SECRET_ARN === undefined) {
    throw notConfigured(
      `${PROVIDER} needs TENFOLD_LLM_KEY or TENFOLD_LLM_SECRET_ARN; a server of your own, which may need none, TENFOLD_LLM_URL`,
    );
  }
}

function configuration(
  given: Variables,
  environment: Readonly<Record<string, string | undefined>>,
): ChatConfiguration {
  const { PROVIDER: provider, INPUT_PRICE, OUTPUT_PRICE } = given;
  const region = given.REGION ?? environment.AWS_REGION;
  const base = given.URL ?? baseUrl(provider, region);
  const prices =
    INPUT_PRICE === undefined || OUTPUT_PRICE === undefined
      ? undefined
      : { input: INPUT_PRICE, output: OUTPUT_PRICE };
  return {
    provider,
    model: given.MODEL,
    url: base.replace(/\/+$/, ""),
    key: given.KEY,
    secretArn: given.SECRET_ARN,
    secretEndpoint: environment.AWS_ENDPOINT_URL_SECRETS_MANAGER,
    region,
    credentials: credentials(given, environment),
    prices,
    budget: given.BUDGET,
    requestsPerMinute: given.REQUESTS_PER_MINUTE,
    tokensPerMinute: given.TOKENS_PER_MINUTE,
    concurrency: given.CONCURRENCY,
    timeoutMilliseconds: given.TIMEOUT_SECONDS * 1000,
    attempts: given.ATTEMPTS,
    replay: given.REPLAY,
    record: given.RECORD,
  };
}

function baseUrl(provider: Provider, region: string | undefined): string {
  if (provider === "openai") return "https://api.openai.com/v1";
  if (provider === "anthropic") return "https://api.anthropic.com";
  if (region === undefined) throw notConfigured("bedrock needs TENFOLD_LLM_REGION");
  return `https://bedrock-runtime.${region}.${region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com"}`;
}

function credentials(
  { ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN }: Variables,
  environment: Readonly<Record<string, string | undefined>>,
): AwsCredentials | undefined {
  const own = { id: ACCESS_KEY_ID, secret: SECRET_ACCESS_KEY, token: SESSION_TOKEN };
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  const { id, secret, token } =
    ACCESS_KEY_ID === undefined
      ? { id: AWS_ACCESS_KEY_ID, secret: AWS_SECRET_ACCESS_KEY, token: AWS_SESSION_TOKEN }
      : own;
  if (!id || !secret) return undefined;
  return { accessKeyId: id, secretAccessKey: secret, ...(token && { sessionToken: token }) };
}
