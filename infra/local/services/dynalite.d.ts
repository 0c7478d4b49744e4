declare module "dynalite" {
  import type { Server } from "node:http";

  interface Options {
    /** LevelDB directory; in memory when absent. */
    readonly path?: string;
    readonly createTableMs?: number;
    readonly updateTableMs?: number;
    readonly deleteTableMs?: number;
    readonly maxItemSizeKb?: number;
  }

  /** A DynamoDB endpoint as an HTTP server that does not listen yet; closing it closes its LevelDB. */
  export default function dynalite(options?: Options): Server;
}
