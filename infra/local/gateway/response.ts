import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";

/** A response as it goes over the wire. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array;
}

/**
 * The response that API Gateway's HTTP API makes of what a function returned: with a `statusCode` it is taken
 * as it is; any other value is the JSON body of a 200.
 */
export function wireResponse(result: unknown): WireResponse {
  if (!isStructured(result)) {
    const body = typeof result === "string" ? result : JSON.stringify(result ?? null);
    return { status: 200, headers: { "content-type": "application/json" }, body: Buffer.from(body) };
  }
  const { statusCode = 200, body = "", isBase64Encoded = false, cookies = [] } = result;
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(result.headers ?? {})) {
    if (value !== undefined) headers[name.toLowerCase()] = String(value);
  }
  if (cookies.length > 0) headers["set-cookie"] = cookies;
  if (body !== "") headers["content-type"] ??= "text/plain;charset=UTF-8";
  return { status: statusCode, headers, body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8") };
}

function isStructured(result: unknown): result is APIGatewayProxyStructuredResultV2 {
  return typeof result === "object" && result !== null && "statusCode" in result;
}
