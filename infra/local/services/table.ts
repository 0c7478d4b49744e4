import { rm } from "node:fs/promises";
import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
} from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { createTableInput } from "../../../shared/resources/table-schema.ts";
import { isLocalRequest } from "../local-only.ts";
import { listenLocally } from "../port.ts";
import { clientConfig, TABLE } from "./names.ts";

export interface Endpoint {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves the table out of a LevelDB directory on 127.0.0.1; makes it when it is not there yet. */
export async function serveTable(directory: string, port: number): Promise<Endpoint> {
  const endpoint = await listen(directory, port);
  if (await isActive(endpoint.port)) return endpoint;
  // A stack that was killed while the table was being made leaves it in CREATING for ever. Such a table has
  // never taken an item, so nothing is lost with it.
  await endpoint.close();
  await rm(directory, { recursive: true, force: true });
  const fresh = await listen(directory, endpoint.port);
  if (!(await isActive(fresh.port))) throw new Error("the table cannot be made");
  return fresh;
}

async function listen(directory: string, port: number): Promise<Endpoint> {
  const server = dynalite({ path: directory, createTableMs: 0 });
  guard(server);
  return { port: await listenLocally(server, port), close: () => close(server) };
}

async function isActive(port: number): Promise<boolean> {
  const client = new DynamoDBClient(clientConfig(`http://127.0.0.1:${port}`));
  try {
    await client.send(new CreateTableCommand(createTableInput(TABLE))).catch((error: unknown) => {
      if (!(error instanceof ResourceInUseException)) throw error;
    });
    for (let attempt = 0; attempt < 40; attempt++) {
      const { Table } = await client.send(new DescribeTableCommand({ TableName: TABLE }));
      if (Table?.TableStatus === "ACTIVE") return true;
      await sleep(25);
    }
    return false;
  } finally {
    client.destroy();
  }
}

/**
 * Puts a door before dynalite: it answers any web page (`Access-Control-Allow-Origin: *`) where only this
 * machine's programs are wanted, and ends its process when a client goes away in the middle of a request.
 */
function guard(server: Server): void {
  const handlers = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    if (!isLocalRequest(request.headers)) return response.writeHead(403).end();
    for (const handle of handlers) handle.call(server, request, response);
    request.removeAllListeners("error");
    request.on("error", () => response.destroy());
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
