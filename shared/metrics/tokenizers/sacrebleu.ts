import { splitWords, strip, stripEnd } from "./whitespace.ts";

/** mteval-v13a's tokens, as sacrebleu has them: the default of WMT. */
export function tokens13a(text: string): string[] {
  let line = stripEnd(text).replaceAll("<skipped>", "");
  if (line.includes("\n")) line = line.replaceAll("-\n", "").replaceAll("\n", " ");
  return westernTokens(` ${unescapeXml(line)} `);
}

/** The order matters: `&amp;lt;` becomes `<`. */
export function unescapeXml(line: string): string {
  if (!line.includes("&")) return line;
  return line
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");
}

/** Punctuation and symbols of ASCII apart from words; points and commas stay within numbers. */
function westernTokens(line: string): string[] {
  return splitWords(separateWestern(line));
}

export function separateWestern(line: string): string {
  return separatePoints(line.replace(/[{-~[-` -&(-+:-@/]/g, " $& "));
}

/** Points and commas apart unless between digits, and dashes after a digit. */
export function separatePoints(line: string): string {
  return line
    .replace(/([^0-9])([.,])/g, "$1 $2 ")
    .replace(/([.,])([^0-9])/g, " $1 $2")
    .replace(/([0-9])(-)/g, "$1 $2 ");
}

/** mteval-v14's international tokens: punctuation apart unless between numbers, symbols always. */
export function tokensIntl(text: string): string[] {
  return splitWords(
    stripEnd(text)
      .replace(/(\P{N})(\p{P})/gu, "$1 $2 ")
      .replace(/(\p{P})(\P{N})/gu, " $1 $2")
      .replace(/\p{S}/gu, " $& "),
  );
}

/**
 * sacrebleu's `zh`: Chinese characters, full-width forms and symbols one by one, the rest as 13a parts it. Its two
 * ranges beyond U+FFFF are written as `\u20000` and `\u2f800` there, which Python reads as U+2000 and U+2F80
 * followed by a digit: so U+2001 to U+2A6D, with the typographic quotes and dashes, are apart, and characters beyond
 * U+FFFF are not. Scores agree only where these do.
 */
export function tokensZh(text: string): string[] {
  return westernTokens(strip(text).replace(chinese, " $& "));
}

const chinese =
  /[\u3400-\u4db5\u4e00-\u9fbb\uf900-\ufa2d\ufa30-\ufa6a\ufa70-\ufad9\u2001-\u2a6d\uff00-\uffef\u2e80-\u2eff\u3000-\u303f\u31c0-\u31ef\u2f00-\u2fdf\u2ff0-\u2fff\u3100-\u312f\u31a0-\u31bf\ufe10-\ufe1f\ufe30-\ufe4f\u3200-\u33ff]/g;

/** Every character but whitespace. */
export function tokensChar(text: string): string[] {
  return splitWords(text).flatMap((word) => [...word]);
}
