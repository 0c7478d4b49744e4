/** Reads tokens, keeps what it has read, and answers the logits of what follows. Each row is a sequence of its own. */
export interface Decoder {
  readonly vocabularySize: number;
  readonly rows: number;
  /** Most tokens that a row holds. */
  readonly window: number;
  /** Tokens that a row holds; the first row when none is named. */
  length(row?: number): number;
  /**
   * Reads tokens at the end of one row. Answers the logits after the last of them, [vocabularySize], or with `all`
   * after each, [tokens, vocabularySize]: a view that the next call overwrites. Throws RangeError past the window,
   * on no token, and on one outside of the vocabulary; the row then holds what it held.
   */
  read(
    tokens: ArrayLike<number>,
    options?: { readonly row?: number; readonly all?: boolean },
  ): Promise<Float32Array>;
  /**
   * Reads one token at the end of every row at once; a row that is given `undefined` rests. Answers
   * [rows, vocabularySize], a view that the next call overwrites, in which rows that rest have no meaning.
   * Throws as `read` does.
   */
  step(tokens: readonly (number | undefined)[]): Promise<Float32Array>;
  /** Forgets what a row holds after its first `length` tokens. Throws RangeError when it holds less. */
  rollback(length: number, row?: number): void;
  release(): Promise<void>;
}

/** How many tokens each row holds, and the checks that every decoder makes before it reads. */
export interface RowLengths {
  of(row?: number): number;
  /** Throws RangeError unless the tokens can be read at the end of the row. */
  check(tokens: ArrayLike<number>, row: number): void;
  add(row: number, count: number): void;
  rollback(length: number, row?: number): void;
}

export function rowLengths({
  rows,
  window,
  vocabularySize,
}: Pick<Decoder, "rows" | "window" | "vocabularySize">): RowLengths {
  const held = new Array<number>(rows).fill(0);
  const of = (row = 0): number => {
    const length = held[row];
    if (length === undefined) throw new RangeError(`there is no row ${row} of ${rows}`);
    return length;
  };
  return {
    of,
    check(tokens, row) {
      const length = of(row) + tokens.length;
      if (tokens.length === 0) throw new RangeError("no token to read");
      if (length > window) throw new RangeError(`${length} tokens in a window of ${window}`);
      for (let i = 0; i < tokens.length; i++) {
        const token = tokens[i] ?? -1;
        if (!(token >= 0 && token < vocabularySize)) {
          throw new RangeError(`token ${token} is not in a vocabulary of ${vocabularySize}`);
        }
      }
    },
    add(row, count) {
      held[row] = of(row) + count;
    },
    rollback(length, row = 0) {
      if (!(length >= 0 && length <= of(row))) {
        throw new RangeError(`row ${row} holds ${of(row)} tokens, not ${length}`);
      }
      held[row] = length;
    },
  };
}
