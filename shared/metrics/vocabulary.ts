/** Numbers for tokens, from 0 in the order of their first occurrence. */
export interface Vocabulary {
  readonly numbers: Map<string, number>;
  encode(tokens: readonly string[]): Int32Array;
}

export function createVocabulary(): Vocabulary {
  const numbers = new Map<string, number>();
  const encode = (tokens: readonly string[]) => {
    const ids = new Int32Array(tokens.length);
    for (const [at, token] of tokens.entries()) {
      const known = numbers.get(token);
      if (known === undefined) numbers.set(token, numbers.size);
      ids[at] = known ?? numbers.size - 1;
    }
    return ids;
  };
  return { numbers, encode };
}
