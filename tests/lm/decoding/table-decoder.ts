import { type Decoder, rowLengths } from "../../../shared/lm/decoding/decoder.ts";

/** A decoder whose logits are a function of the tokens that a row holds. */
export function tableDecoder(
  vocabularySize: number,
  logitsAfter: (tokens: readonly number[]) => ArrayLike<number>,
  { window = 1_000_000, rows = 1 } = {},
): Decoder {
  const lengths = rowLengths({ rows, window, vocabularySize });
  const held: number[][] = Array.from({ length: rows }, () => []);
  const push = (token: number, row: number): Float32Array => {
    held[row]?.push(token);
    lengths.add(row, 1);
    return Float32Array.from(logitsAfter(held[row] ?? []));
  };
  return {
    vocabularySize,
    rows,
    window,
    length: lengths.of,
    async read(tokens, { row = 0, all = false } = {}) {
      lengths.check(tokens, row);
      const each = Array.from(tokens, (token) => push(token, row));
      return all
        ? Float32Array.from(each.flatMap((logits) => [...logits]))
        : (each.at(-1) ?? new Float32Array());
    },
    async step(tokens) {
      const each = tokens.map((token, row) =>
        token === undefined ? new Float32Array(vocabularySize) : push(token, row),
      );
      return Float32Array.from(each.flatMap((logits) => [...logits]));
    },
    rollback(length, row = 0) {
      lengths.rollback(length, row);
      if (held[row] !== undefined) held[row].length = length;
    },
    release: async () => {},
  };
}
