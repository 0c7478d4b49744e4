import { randomBytes, randomUUID } from "node:crypto";
import type { APIGatewayProxyEventV2WithLambdaAuthorizer } from "aws-lambda";
import type { PathParameters } from "./route.ts";

/** The tenant of everything local. */
export const TENANT = "local";

export type GatewayEvent = APIGatewayProxyEventV2WithLambdaAuthorizer<{ tenant: string }>;

/** A request as it came over the wire. `target` is the request target: path and query, percent-encoded. */
export interface WireRequest {
  readonly method: string;
  readonly target: string;
  /** Names and values in turn, as `IncomingMessage.rawHeaders`. */
  readonly rawHeaders: readonly string[];
  readonly body: Uint8Array;
  readonly httpVersion: string;
  readonly sourceIp: string;
}

/** The event that API Gateway's HTTP API hands to a function, payload format 2.0. */
export function gatewayEvent(
  request: WireRequest,
  route: { readonly method: string; readonly path: string },
  pathParameters: PathParameters,
  now: Date = new Date(),
): GatewayEvent {
  const { path, query } = splitTarget(request.target);
  // HTTP APIs hand the path over decoded, and the query as it came.
  const rawPath = decodeURIComponent(path);
  const routeKey = `${route.method} ${route.path}`;
  const { headers, cookies } = foldHeaders(request, now);
  return {
    version: "2.0",
    routeKey,
    rawPath,
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(query !== "" && { queryStringParameters: foldQuery(query) }),
    requestContext: {
      accountId: "000000000000",
      apiId: "local",
      authorizer: { lambda: { tenant: TENANT } },
      domainName: headers.host ?? "localhost",
      domainPrefix: "local",
      http: {
        method: request.method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.sourceIp,
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey,
      stage: "$default",
      time: logTime(now),
      timeEpoch: now.getTime(),
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...foldBody(request.body, headers["content-type"]),
  };
}

/** Splits a request target at its first question mark. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf("?");
  return mark === -1
    ? { path: target, query: "" }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

function foldHeaders(request: WireRequest, now: Date) {
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    const name = (request.rawHeaders[i] ?? "").toLowerCase();
    const value = request.rawHeaders[i + 1] ?? "";
    if (name === "cookie") cookies.push(...value.split(/; */).filter((cookie) => cookie !== ""));
    else headers[name] = Object.hasOwn(headers, name) ? `${headers[name]},${value}` : value;
  }
  headers["x-forwarded-for"] ??= request.sourceIp;
  headers["x-forwarded-proto"] ??= "http";
  headers["x-amzn-trace-id"] ??=
    `Root=1-${Math.floor(now.getTime() / 1000).toString(16)}-${randomBytes(12).toString("hex")}`;
  return { headers, cookies };
}

/** Decoded query parameters; the values of a repeated name are joined by commas. */
function foldQuery(query: string): Record<string, string> {
  const folded = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const before = folded.get(name);
    folded.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(folded);
}

const TEXT = /^(?:text\/|application\/(?:[\w.+-]+\+)?(?:json|xml|javascript)\b)/i;

/** Text goes as it is, all else (forms too) in base64; so does what calls itself text and is not UTF-8. */
function foldBody(body: Uint8Array, contentType: string | undefined) {
  if (body.length === 0) return { isBase64Encoded: false };
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const text = contentType === undefined || TEXT.test(contentType) ? strictUtf8(bytes) : undefined;
  return text === undefined
    ? { body: bytes.toString("base64"), isBase64Encoded: true }
    : { body: text, isBase64Encoded: false };
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function strictUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Common log format: `12/Mar/2020:19:03:58 +0000`. */
function logTime(now: Date): string {
  const iso = now.toISOString();
  return `${iso.slice(8, 10)}/${MONTHS[now.getUTCMonth()]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}
