import { join } from "node:path";
import { processOptions, serve } from "../process/serve.ts";
import { serveTable } from "./table.ts";

/** The process that stands for DynamoDB. */
export interface TableProcessOptions {
  readonly stateDir: string;
  /** 0 for any free one. */
  readonly port: number;
}

/** Where a process that stands for a service of AWS listens, on 127.0.0.1. */
export interface ServiceReady {
  readonly port: number;
}

const { stateDir, port } = processOptions<TableProcessOptions>();
const table = await serveTable(join(stateDir, "table"), port);

serve({ port: table.port } satisfies ServiceReady, {}, table.close);
