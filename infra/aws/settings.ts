import type { Node } from "constructs";
import * as z from "zod";

/** Checked where the chat model's variables are read. */
const text = z.coerce.string().optional();

const schema = z.object({
  /** Prefix of the stacks' names: a second value gives a second, separate deployment. */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,40}$/)
    .default("tenfold"),
  /** Where alarms are mailed; nobody when absent. */
  alarmEmail: z.email().optional(),
  /** Runs that compute at the same time, and so the most that can be spent in an hour. SQS allows no less than 2. */
  maxConcurrency: z.coerce.number().int().min(2).max(1000).default(10),
  /** Memory of the worker in MB; a vCPU comes with every 1,769. */
  workerMemory: z.coerce.number().int().min(1024).max(10_240).default(3538),
  /** Requests a second that the API lets through, and how many at once. */
  requestsPerSecond: z.coerce.number().int().min(1).default(50),
  requestBurst: z.coerce.number().int().min(1).default(100),
  /** The chat model of the worker, by the variables `TENFOLD_LLM_*`; none when absent. A key is never a setting. */
  llmProvider: text,
  llmModel: text,
  llmUrl: text,
  llmSecretArn: text,
  llmRegion: text,
  llmInputPrice: text,
  llmOutputPrice: text,
  llmBudget: text,
  llmRequestsPerMinute: text,
  llmTokensPerMinute: text,
  llmConcurrency: text,
  llmTimeoutSeconds: text,
  llmAttempts: text,
});

/** What a deployer may choose, each by `cdk deploy -c <name>=<value>`. */
export type Settings = z.infer<typeof schema>;

/** Reads the settings from CDK's context. Throws, naming the setting, when one is malformed. */
export function readSettings(node: Node): Settings {
  const given = Object.keys(schema.shape).map((key) => [key, node.tryGetContext(key)] as const);
  const parsed = schema.safeParse(Object.fromEntries(given.filter(([, value]) => value !== undefined)));
  if (!parsed.success) throw new Error(`settings: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
