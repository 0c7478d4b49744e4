import { type Decoder, rowLengths } from "./decoder.ts";

/** What a decoder is made of: it reads tokens at places that it is told, and keeps no lengths. */
export interface RowReader extends Pick<Decoder, "vocabularySize" | "rows" | "window" | "release"> {
  /** Reads tokens of one row from place `from` on; answers the logits after each of them, or after the last alone. */
  read(tokens: readonly number[], at: { row: number; from: number; all: boolean }): Promise<Float32Array>;
  /** Reads one token of every row from its place on; where it is absent, rows are read in turn. */
  step?(tokens: readonly (number | undefined)[], from: readonly number[]): Promise<Float32Array>;
}

/** The decoder that keeps the lengths of a reader's rows, and checks what is asked of it. */
export function decoderOver(reader: RowReader): Decoder {
  const { vocabularySize, rows, window, release } = reader;
  const lengths = rowLengths({ rows, window, vocabularySize });
  const stepped = new Float32Array(rows * vocabularySize);
  const inTurn: RowReader["step"] = async (tokens, from) => {
    for (const [row, token] of tokens.entries()) {
      if (token === undefined) continue;
      const logits = await reader.read([token], { row, from: from[row] ?? 0, all: false });
      stepped.set(logits, row * vocabularySize);
    }
    return stepped;
  };
  const step = reader.step ?? inTurn;
  return {
    vocabularySize,
    rows,
    window,
    length: lengths.of,
    async read(tokens, { row = 0, all = false } = {}) {
      lengths.check(tokens, row);
      const logits = await reader.read(Array.from(tokens), { row, from: lengths.of(row), all });
      lengths.add(row, tokens.length);
      return logits;
    },
    async step(tokens) {
      for (const [row, token] of tokens.entries()) if (token !== undefined) lengths.check([token], row);
      const from = tokens.map((_, row) => lengths.of(row));
      const logits = await step(tokens, from);
      for (const [row, token] of tokens.entries()) if (token !== undefined) lengths.add(row, 1);
      return logits;
    },
    rollback: lengths.rollback,
    release,
  };
}
