import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Context } from "aws-lambda";
import type { Route } from "../../../functions/http/routes.ts";
import { countdown, lambdaContext } from "../lambda-context.ts";
import { isLocalRequest } from "../local-only.ts";
import { type GatewayEvent, gatewayEvent, splitTarget } from "./event.ts";
import { problem } from "./problem.ts";
import { type WireResponse, wireResponse } from "./response.ts";
import { matchRoute } from "./route.ts";

export type HttpHandler = (event: GatewayEvent, context: Context) => Promise<unknown>;

/** API Gateway's own limits for an HTTP API. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
const TIMEOUT_SECONDS = 30;

/** An HTTP server, not yet listening, that does what API Gateway does in front of the functions. */
export function createGateway<R extends Route>(
  routes: readonly R[],
  handlerOf: (route: R) => HttpHandler,
): Server {
  return createServer((request, response) => {
    respond(routes, handlerOf, request)
      .catch((error: unknown) => {
        console.error(error);
        return problem("internal", "The details are in the log.");
      })
      .then((answer) => write(response, answer, request.method === "HEAD"));
  });
}

async function respond<R extends Route>(
  routes: readonly R[],
  handlerOf: (route: R) => HttpHandler,
  request: IncomingMessage,
): Promise<WireResponse> {
  const { method = "GET", url: target = "/" } = request;
  if (!isLocalRequest(request.headers)) {
    return problem("not-local", "The Host and Origin headers must be this machine's own.");
  }
  const { path } = splitTarget(target);
  const match = tryMatch(routes, method, path);
  if (match === undefined) return problem("malformed-request", "The path is not valid percent-encoding.");
  if (match.kind === "path") return problem("not-found", `There is nothing at ${path}.`);
  if (match.kind === "method") {
    const allow = match.allowed.join(", ");
    if (method === "OPTIONS") return { status: 204, headers: { allow }, body: Buffer.alloc(0) };
    return problem("method-not-allowed", `${method} is not possible here; ${allow} are.`, { allow });
  }
  const body = await readBody(request);
  if (body === undefined) {
    return problem("too-large", `A body has at most ${MAX_BODY_BYTES} bytes.`, { connection: "close" });
  }
  const { rawHeaders, httpVersion, socket } = request;
  const wire = { method, target, rawHeaders, body, httpVersion, sourceIp: socket.remoteAddress ?? "" };
  const event = gatewayEvent(wire, match.route, match.pathParameters);
  return await inTime(
    handlerOf(match.route)(event, lambdaContext(match.route.name, countdown(TIMEOUT_SECONDS))),
  );
}

function tryMatch<R extends Route>(routes: readonly R[], method: string, path: string) {
  try {
    return matchRoute(routes, method, path);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** The whole body, or undefined when it is over the limit; then the rest of it is not read. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function inTime(result: Promise<unknown>): Promise<WireResponse> {
  const { promise, resolve } = Promise.withResolvers<WireResponse>();
  const answer = problem("timeout", `There was no answer within ${TIMEOUT_SECONDS} seconds.`);
  const timer = setTimeout(() => resolve(answer), TIMEOUT_SECONDS * 1000);
  try {
    return await Promise.race([result.then(wireResponse), promise]);
  } finally {
    clearTimeout(timer);
  }
}

function write(response: ServerResponse, { status, headers, body }: WireResponse, headOnly: boolean): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader("x-content-type-options", "nosniff");
  if (status !== 204 && status !== 304) response.setHeader("content-length", body.length);
  response.end(headOnly || status === 304 ? undefined : body);
}
