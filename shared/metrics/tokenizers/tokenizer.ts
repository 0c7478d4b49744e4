import { tokens13a, tokensChar, tokensIntl, tokensZh } from "./sacrebleu.ts";
import { type Script, scriptOf } from "./script.ts";
import { splitWords } from "./whitespace.ts";
import { calfTokens, rougeTokens, squadTokens, unicodeTokens } from "./words.ts";

export type Tokenize = (text: string) => string[];

/** A name, a function of the caller's, or `auto`: chosen for each answer by the script of its references. */
export type TokenizerChoice = TokenizerName | "auto" | Tokenize;

export type TokenizerName = keyof typeof tokenizers;

/** What each name makes; all that differ by `stem` are made anew, since a stemmer keeps what it has seen. */
const tokenizers = {
  rouge: rougeTokens,
  unicode: unicodeTokens,
  calf: () => calfTokens,
  squad: () => squadTokens,
  none: () => splitWords,
  "13a": () => tokens13a,
  intl: () => tokensIntl,
  zh: () => tokensZh,
  char: () => tokensChar,
} as const satisfies Record<string, (stem: boolean) => Tokenize>;

/** With `stem`, tokens of `rouge` and `unicode` are stems; the others have none. */
export function tokenizerNamed(name: TokenizerName, stem = false): Tokenize {
  return tokenizers[name](stem);
}

/**
 * The tokenizer of an answer, told from its references alone, so that an answer cannot choose how it is measured.
 * `byScript` says what `auto` takes.
 */
export function chooseTokenizer(
  choice: TokenizerChoice,
  byScript: Record<Script, TokenizerName>,
  stem = false,
): (references: readonly string[]) => Tokenize {
  if (typeof choice === "function") return () => choice;
  const made = new Map<TokenizerName, Tokenize>();
  const make = (name: TokenizerName): Tokenize => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const tokenize = tokenizerNamed(name, stem);
    made.set(name, tokenize);
    return tokenize;
  };
  if (choice !== "auto") return () => make(choice);
  return (references) => make(byScript[scriptOf(references)]);
}

/** For metrics of words: the Latin tokenizer of their reference implementation, and words of all scripts elsewhere. */
export function wordsByScript(latin: TokenizerName): Record<Script, TokenizerName> {
  return { latin, chinese: "unicode", japanese: "unicode", korean: "unicode", other: "unicode" };
}
