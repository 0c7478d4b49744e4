import { createStemmer } from "../porter.ts";
import { eastAsian } from "./script.ts";
import { splitWords } from "./whitespace.ts";

/**
 * rouge-score's tokens: runs of a-z and 0-9 of the lower-cased text. With `stem`, those longer than three letters go
 * through Porter's stemmer. All other letters are lost, so that Chinese text has no tokens.
 */
export function rougeTokens(stem: boolean): (text: string) => string[] {
  const word = stem ? stemLongWords() : undefined;
  return (text) => {
    const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
    return word === undefined ? words : words.map(word);
  };
}

const eastAsianOrWord = new RegExp(
  `[${eastAsian}]\\p{M}*|(?![${eastAsian}])[\\p{L}\\p{N}](?:(?![${eastAsian}])[\\p{L}\\p{M}\\p{N}])*`,
  "gu",
);

/**
 * Words of all scripts, lower-cased: runs of letters, marks and digits; a Chinese, Japanese or Korean character is a
 * word. With `stem`, words of a-z longer than three letters go through Porter's stemmer: on plain English these are
 * rouge-score's tokens.
 */
export function unicodeTokens(stem: boolean): (text: string) => string[] {
  const word = stem ? stemLongWords() : undefined;
  return (text) => {
    const words = text.toLowerCase().match(eastAsianOrWord) ?? [];
    return word === undefined ? words : words.map(word);
  };
}

function stemLongWords(): (token: string) => string {
  const stem = createStemmer();
  return (token) => (token.length > 3 && /^[a-z0-9]+$/.test(token) ? stem(token) : token);
}

/** CALF's tokens, lower-cased: runs of A-Z, runs of digits of any script, and each character of U+4E00 to U+9FFF. */
export function calfTokens(text: string): string[] {
  return text.toLowerCase().match(/[a-z]+|\p{Nd}+|[\u4e00-\u9fff]/gu) ?? [];
}

/** SQuAD's words: lower-cased, without ASCII punctuation and the articles a, an and the. */
export function squadTokens(text: string): string[] {
  return splitWords(text.toLowerCase().replace(/[!-/:-@[-`{-~]/g, "")).flatMap((word) =>
    word.split(/(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/u).filter((part) => part !== ""),
  );
}
