/**
 * GPT-2's split before byte-pair encoding: contractions, then letters, digits or other characters with the
 * space before them, then runs of spaces. Space is Unicode's, as in the Rust library that defines
 * `tokenizer.json`; JavaScript's `\s` differs from it in U+0085 and U+FEFF.
 */
const word =
  /'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** The words of the text, in order; together they are the text. */
export function* splitWords(text: string): Generator<string> {
  for (const match of text.matchAll(word)) yield match[0];
}
