import { type Decoder, rowLengths } from "./decoder.ts";

/** What a decoder that takes its rows one after the other is made of. */
export interface RowReader extends Pick<Decoder, "vocabularySize" | "rows" | "window" | "release"> {
  /** Reads tokens of one row from place `from` on; answers the logits after each of them, or after the last alone. */
  read(tokens: readonly number[], at: { row: number; from: number; all: boolean }): Promise<Float32Array>;
}

/** A decoder whose steps are its rows' reads in turn. */
export function decoderByRow(reader: RowReader): Decoder {
  const { vocabularySize, rows, window, release } = reader;
  const lengths = rowLengths({ rows, window, vocabularySize });
  const stepped = new Float32Array(rows * vocabularySize);
  const read = async (tokens: readonly number[], row: number, all: boolean): Promise<Float32Array> => {
    const logits = await reader.read(tokens, { row, from: lengths.of(row), all });
    lengths.add(row, tokens.length);
    return logits;
  };
  return {
    vocabularySize,
    rows,
    window,
    length: lengths.of,
    async read(tokens, { row = 0, all = false } = {}) {
      lengths.check(tokens, row);
      return read(Array.from(tokens), row, all);
    },
    async step(tokens) {
      for (const [row, token] of tokens.entries()) if (token !== undefined) lengths.check([token], row);
      for (const [row, token] of tokens.entries()) {
        if (token !== undefined) stepped.set(await read([token], row, false), row * vocabularySize);
      }
      return stepped;
    },
    rollback: lengths.rollback,
    release,
  };
}
