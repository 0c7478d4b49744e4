import type { IncomingHttpHeaders } from "node:http";

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;

/**
 * Whether a request was meant for this machine: its Host is a loopback name (a web page whose domain was
 * rebound to 127.0.0.1 still sends its own), and its Origin, where a browser sends one, is that same host.
 */
export function isLocalRequest(headers: IncomingHttpHeaders): boolean {
  const { host, origin } = headers;
  return host !== undefined && LOOPBACK.test(host) && (origin === undefined || origin === `http://${host}`);
}

/** Whether a browser asks on behalf of a page that this machine served, from whatever port. */
export function isPageOfThisMachine({ host, origin }: IncomingHttpHeaders): boolean {
  if (host === undefined || !LOOPBACK.test(host)) return false;
  return origin?.startsWith("http://") === true && LOOPBACK.test(origin.slice("http://".length));
}
