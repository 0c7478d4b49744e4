/** Longest wait between two tries that is not the server's own wish, in milliseconds. */
const maxBackoff = 30_000;
const firstBackoff = 1000;

/** Whether a server that answers with this status may answer otherwise a little later. */
export const isPassing = (status: number): boolean => [408, 409, 429].includes(status) || status >= 500;

/**
 * Milliseconds before the next try, after so many: twice as long each time, the half of it by chance (`random` in
 * [0, 1)), so that many callers do not come back at the same instant.
 */
export function backoff(tries: number, random: number): number {
  const whole = Math.min(maxBackoff, firstBackoff * 2 ** (tries - 1));
  return (whole * (1 + random)) / 2;
}

/**
 * Milliseconds that the server asks to wait: `retry-after-ms`, or `Retry-After` in seconds or as an HTTP date (RFC
 * 9110, 10.2.3); undefined where it says nothing that can be read.
 */
export function retryAfter(headers: Headers, now: number): number | undefined {
  const milliseconds = headers.get("retry-after-ms")?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(milliseconds)) return Number(milliseconds);
  const given = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(given)) return Number(given) * 1000;
  // A date begins with its day's name; Date.parse alone takes much else for one.
  const date = /^[A-Z][a-z]+,? /.test(given) ? Date.parse(given) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
