import { availableParallelism } from "node:os";
import * as z from "zod";

const schema = z.object({
  TABLE_NAME: z.string().min(1),
  BUCKET_NAME: z.string().min(1),
  QUEUE_URL: z.string().min(1),
  LEASE_SECONDS: z.coerce.number().positive().default(60),
  COMPUTE_THREADS: z.coerce.number().int().positive().optional(),
});

/** Where the resources live and how the compute behaves. */
export interface Environment {
  readonly tableName: string;
  readonly bucketName: string;
  readonly queueUrl: string;
  /** How long a slice may be silent before its run is given to another. */
  readonly leaseMilliseconds: number;
  /** Threads of the compute. */
  readonly threads: number;
}

/** Reads the environment variables. Throws, naming the variable, when one is missing or malformed. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const parsed = schema.safeParse(variables);
  if (!parsed.success) throw new Error(`environment variables: ${z.prettifyError(parsed.error)}`);
  const { TABLE_NAME, BUCKET_NAME, QUEUE_URL, LEASE_SECONDS, COMPUTE_THREADS } = parsed.data;
  return {
    tableName: TABLE_NAME,
    bucketName: BUCKET_NAME,
    queueUrl: QUEUE_URL,
    leaseMilliseconds: LEASE_SECONDS * 1000,
    threads: COMPUTE_THREADS ?? availableParallelism(),
  };
}
