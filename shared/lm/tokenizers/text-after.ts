import type { Tokenizer } from "./tokenizer.ts";

/**
 * The text that tokens add to the one before them. Tokenizers of words leave out the space before a text's first
 * word, so that a token alone does not tell whether it begins one.
 */
export function textAfter(
  { decode }: Pick<Tokenizer, "decode">,
  before: number | undefined,
  tokens: readonly number[],
): string {
  if (before === undefined) return decode(tokens);
  const [context, both] = [decode([before]), decode([before, ...tokens])];
  return both.startsWith(context) ? both.slice(context.length) : decode(tokens);
}
