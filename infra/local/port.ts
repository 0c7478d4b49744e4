import { once } from "node:events";
import { createServer, type Server } from "node:net";

/** Listens on 127.0.0.1 and answers the port; 0 takes any free one. Rejects when it is taken. */
export async function listenLocally(server: Server, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening on TCP");
  return address.port;
}

/** Whether a port on 127.0.0.1 can be listened on. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await listenLocally(server, port);
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** The first free port from `from` on. Throws when none of a hundred is. */
export async function freePort(from: number): Promise<number> {
  for (let port = from; port < from + 100; port++) if (await isFree(port)) return port;
  throw new Error(`no free port between ${from} and ${from + 99}`);
}
