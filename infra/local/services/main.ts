import { join } from "node:path";
import { processOptions, serve } from "../process/serve.ts";
import { serveStorage } from "./storage.ts";
import { serveTable } from "./table.ts";

/** The process that stands for DynamoDB, S3 and SQS. */
export interface ServicesOptions {
  readonly stateDir: string;
  readonly ports: ServicesPorts;
  readonly visibilitySeconds: number;
  readonly reserveBytes: number;
}
export interface ServicesPorts {
  readonly table: number;
  readonly storage: number;
}

const { stateDir, ports, visibilitySeconds, reserveBytes } = processOptions<ServicesOptions>();
const table = await serveTable(join(stateDir, "table"), ports.table);
const directory = join(stateDir, "storage");
const storage = await serveStorage({ directory, port: ports.storage, visibilitySeconds, reserveBytes });

serve({ table: table.port, storage: storage.port } satisfies ServicesPorts, {}, async () => {
  await Promise.all([table.close(), storage.close()]);
});
