import { Buffer } from "node:buffer";
import fc from "fast-check";

/** Bytes in chunks of these sizes, again and again. */
export async function* chunks(bytes: Uint8Array | string, sizes: readonly number[]): AsyncGenerator<Buffer> {
  const all = Buffer.from(bytes);
  for (let at = 0, i = 0; at < all.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    yield all.subarray(at, at + size);
    at += size;
  }
}

export const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
