import { type Route, routes } from "../../../functions/http/routes.ts";
import { listenLocally } from "../port.ts";
import { processOptions, serve } from "../process/serve.ts";
import { createGateway, type HttpHandler } from "./server.ts";

/** The process that answers HTTP: API Gateway and the functions behind its routes. */
export interface GatewayOptions {
  /** 0 for any free one. */
  readonly port: number;
}
export interface GatewayReady {
  readonly port: number;
}

const handlers = new Map(
  await Promise.all(routes.map(async (route) => [route.name as string, await load(route)] as const)),
);
const server = createGateway(routes, handlerOf);
// Connections stay open between the polls of a client that waits for a run.
server.keepAliveTimeout = 65_000;
const port = await listenLocally(server, processOptions<GatewayOptions>().port);

serve({ port } satisfies GatewayReady, {}, async () => {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), 500).unref();
  await closed;
});

async function load({ name }: Route): Promise<HttpHandler> {
  const module: { handler?: HttpHandler } = await import(
    new URL(`../../../functions/http/${name}.ts`, import.meta.url).href
  );
  if (!module.handler) throw new Error(`functions/http/${name}.ts exports no handler`);
  return module.handler;
}

function handlerOf({ name }: Route): HttpHandler {
  const handler = handlers.get(name);
  if (!handler) throw new Error(`no handler for ${name}`);
  return handler;
}
