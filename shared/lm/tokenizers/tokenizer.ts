/** Text to token ids and back. */
export interface Tokenizer {
  /** Every id is below this. */
  readonly vocabularySize: number;
  /** Ids of the text alone: nothing is put before or after it. */
  encode(text: string): Int32Array;
  /** The text of the ids. Throws a RangeError on an id out of range. */
  decode(ids: ArrayLike<number>): string;
  /** The content of Hugging Face's `tokenizer.json`. */
  toJSON(): object;
}

/**
 * A tokenizer whose tokens are bytes, so that `decode(encode(text))` is the text, whatever it is. Half
 * surrogate pairs alone, which have no UTF-8, become U+FFFD, and so do ids whose bytes are no UTF-8.
 */
export interface ByteLevelTokenizer extends Tokenizer {
  decodeBytes(ids: ArrayLike<number>): Uint8Array;
}

/** The files of a tokenizer cannot be read; the message says why. */
export class TokenizerError extends Error {
  override readonly name = "TokenizerError";
}

/** The text of UTF-8 bytes, a byte order mark kept. */
export function utf8Text(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
