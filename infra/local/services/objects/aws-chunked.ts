/**
 * The content of a body in AWS's own chunks (`content-encoding: aws-chunked`), each behind a line with its size
 * in hexadecimal, which SDKs send where a checksum follows the bytes.
 */
export async function* decodeAwsChunks(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0);
  /** Bytes of the chunk that are still to come; undefined where a line with a size is due. */
  let left: number | undefined;
  for await (const bytes of body) {
    rest = rest.length > 0 ? Buffer.concat([rest, bytes]) : Buffer.from(bytes);
    for (;;) {
      if (left === undefined) {
        const end = rest.indexOf("\r\n");
        if (end === -1) break;
        left = Number.parseInt(rest.toString("latin1", 0, end), 16);
        rest = rest.subarray(end + 2);
        // The last chunk is empty; trailers follow it.
        if (!(left > 0)) return;
      }
      if (left > 0) {
        const taken = rest.subarray(0, left);
        if (taken.length > 0) yield taken;
        left -= taken.length;
        rest = rest.subarray(taken.length);
        if (left > 0) break;
      }
      if (rest.length < 2) break;
      rest = rest.subarray(2);
      left = undefined;
    }
  }
}
