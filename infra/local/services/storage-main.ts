import { join } from "node:path";
import { processOptions, serve } from "../process/serve.ts";
import { type StorageOptions, serveStorage } from "./storage.ts";
import type { ServiceReady } from "./table-main.ts";

/** The process that stands for S3 and SQS. Large objects keep it busy, hence apart from the table's. */
export interface StorageProcessOptions extends Omit<StorageOptions, "directory"> {
  readonly stateDir: string;
}

const { stateDir, ...options } = processOptions<StorageProcessOptions>();
const storage = await serveStorage({ ...options, directory: join(stateDir, "storage") });

serve({ port: storage.port } satisfies ServiceReady, {}, storage.close);
