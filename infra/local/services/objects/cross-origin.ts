import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Lets pages of this machine (the console, which has a port of its own) put and read objects: answers the
 * browser's question beforehand, and adds the headers to what follows. True when nothing is left to answer.
 */
export function allowPages(request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return false;
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("vary", "origin");
  response.setHeader("access-control-expose-headers", "etag, content-length, content-range");
  if (request.method !== "OPTIONS") return false;
  response.writeHead(204, {
    "access-control-allow-methods": "GET, HEAD, PUT",
    "access-control-allow-headers": "content-type, range",
    "access-control-max-age": "3600",
  });
  response.end();
  return true;
}
