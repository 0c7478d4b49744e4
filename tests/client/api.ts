import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A request as the API of a test sees it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** JSON, unless it is bytes or a text; "cut" ends the connection without an answer. */
  readonly body?: unknown;
}

export interface TestApi extends AsyncDisposable {
  readonly url: string;
  /** All requests so far, in order. */
  readonly asked: Asked[];
}

/** An HTTP server on a free port of 127.0.0.1 that answers by a function; `cut` drops the connection. */
export async function startApi(
  answer: (asked: Asked) => Answer | "cut" | Promise<Answer | "cut">,
): Promise<TestApi> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
    const body = (await buffer(request)).toString("utf8");
    const one = {
      method: request.method ?? "",
      path: pathname,
      query: searchParams,
      headers: request.headers,
      body,
    };
    asked.push(one);
    const given = await answer(one);
    if (given === "cut") {
      request.socket.destroy();
      return;
    }
    const raw = typeof given.body === "string" || given.body instanceof Uint8Array;
    response.writeHead(given.status ?? 200, {
      "content-type": (given.status ?? 200) >= 400 ? "application/problem+json" : "application/json",
      ...given.headers,
    });
    response.end(raw ? given.body : given.body === undefined ? undefined : JSON.stringify(given.body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
