import { v7 as uuidv7 } from "uuid";
import { type Bucket, openBucket } from "./bucket.ts";
import { type Environment, readEnvironment } from "./environment.ts";
import { openQueue, type Queue } from "./queue.ts";
import { openTable, type Table } from "./table.ts";

/** All of the world that the resources touch. Tests replace any part of it. */
export interface Backend {
  readonly table: Table;
  readonly bucket: Bucket;
  readonly queue: Queue;
  /** Epoch milliseconds. */
  now(): number;
  /** A new id; ids sort by the time they were made. */
  newId(): string;
  /** How long a slice may be silent before its run is given to another. */
  readonly leaseMilliseconds: number;
  /** Threads of the compute. */
  readonly threads: number;
}

export function openBackend(environment: Environment): Backend {
  return {
    table: openTable(environment.tableName),
    bucket: openBucket(environment.bucketName),
    queue: openQueue(environment.queueUrl),
    now: Date.now,
    newId: uuidv7,
    leaseMilliseconds: environment.leaseMilliseconds,
    threads: environment.threads,
  };
}

let opened: Backend | undefined;

/** The backend that the environment variables name, opened once per process. */
export function backend(): Backend {
  opened ??= openBackend(readEnvironment());
  return opened;
}

/** The partition of a tenant: its runs, data sets, models and idempotency keys. */
export const tenantKey = (tenant: string) => `TENANT#${tenant}`;
