import type { Decoder } from "../../../shared/lm/decoding/decoder.ts";
import { decoderOver } from "../../../shared/lm/decoding/decoder-over.ts";

/** A decoder whose logits are a function of the tokens that a row holds. */
export function tableDecoder(
  vocabularySize: number,
  logitsAfter: (tokens: readonly number[]) => ArrayLike<number>,
  { window = 1_000_000, rows = 1 } = {},
): Decoder {
  const held: number[][] = Array.from({ length: rows }, () => []);
  return decoderOver({
    vocabularySize,
    rows,
    window,
    async read(tokens, { row, from, all }) {
      const known = held[row] ?? [];
      known.length = from; // no copy: texts of 100,000 tokens are read one by one
      const each = tokens.map((token) => {
        known.push(token);
        return [...Float32Array.from(logitsAfter(known))];
      });
      return Float32Array.from((all ? each : each.slice(-1)).flat());
    },
    release: async () => {},
  });
}
