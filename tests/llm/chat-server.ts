import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach } from "vitest";

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  // What a test expects of it, it says itself.
  // biome-ignore lint/suspicious/noExplicitAny: the body of any provider's request
  readonly body: any;
}

/** What the server does with one request: an answer, or whatever a test does with the response. */
export type Turn =
  | { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly body: unknown }
  | ((response: ServerResponse, received: Received) => void);

export interface ChatServer {
  readonly url: string;
  readonly received: readonly Received[];
  /** What it does with the next requests, one each; a test that asks for more fails. */
  script(...turns: Turn[]): void;
  left(): number;
}

/** A chat model's server on this machine for the tests of a file, that does what each test tells it. */
export function useChatServer(): ChatServer {
  let turns: Turn[] = [];
  let received: Received[] = [];
  const server = createServer(async (request, response) => {
    const one = {
      path: request.url ?? "",
      headers: request.headers,
      body: JSON.parse(await text(request)),
    };
    received.push(one);
    const turn = turns.shift() ?? { status: 418, body: "no turn is left" };
    if (typeof turn === "function") return turn(response, one);
    response.writeHead(turn.status ?? 200, { "content-type": "application/json", ...turn.headers });
    response.end(typeof turn.body === "string" ? turn.body : JSON.stringify(turn.body));
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  beforeEach(() => {
    turns = [];
    received = [];
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    get url() {
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    get received() {
      return received;
    },
    script: (...next) => void turns.push(...next),
    left: () => turns.length,
  };
}
