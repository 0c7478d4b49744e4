import { bytePairsJson, singleBytes } from "./byte-pairs.ts";
import { type ByteLevelTokenizer, utf8Text } from "./tokenizer.ts";

/** Ids 0 to 255 are the bytes themselves: any bytes, text or not, have ids that give them back. */
export const byteTokenizer: ByteLevelTokenizer & { encodeBytes(bytes: Uint8Array): Int32Array } = {
  vocabularySize: 256,
  encode: (text) => Int32Array.from(new TextEncoder().encode(text)),
  encodeBytes: (bytes) => Int32Array.from(bytes),
  decode: (ids) => utf8Text(bytesOf(ids)),
  decodeBytes: bytesOf,
  toJSON: () => bytePairsJson(singleBytes),
};

function bytesOf(ids: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(ids, (id) => {
    if (!Number.isInteger(id) || id < 0 || id > 255) throw new RangeError(`token ${id} is no byte`);
    return id;
  });
}
