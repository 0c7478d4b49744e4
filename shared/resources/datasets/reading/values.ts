const quote = 0x22;
const backslash = 0x5c;
const open = new Set([0x5b, 0x7b]);
const comma = 0x2c;

/** Most values in one row: each takes many times the bytes that it is written in. */
export const maxValues = 200_000;
/** A row below this has no room for so many. */
const manyFrom = 2 * maxValues;

/** Whether a row of JSON has more than `maxValues` values, told without parsing it. */
export function hasTooManyValues(bytes: Buffer, start: number, end: number): boolean {
  if (end - start < manyFrom) return false;
  let values = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === quote) at = stringEnd(bytes, at, end);
    else if ((byte === comma || open.has(byte)) && ++values > maxValues) return true;
  }
  return false;
}

/** The closing quote of the string that opens at `from`, or `end`. */
function stringEnd(bytes: Buffer, from: number, end: number): number {
  for (let at = bytes.indexOf(quote, from + 1); at !== -1 && at < end; at = bytes.indexOf(quote, at + 1)) {
    let slashes = 0;
    while (bytes[at - 1 - slashes] === backslash) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return end;
}
