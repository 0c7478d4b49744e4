import { separatePoints, unescapeXml } from "./sacrebleu.ts";
import { splitWords, stripEnd } from "./whitespace.ts";

export interface TercomOptions {
  /** Parts punctuation from words, joins lines and reads XML's entities. */
  normalized?: boolean;
  /** Removes `. , ? : ; ! " ( )`. */
  noPunctuation?: boolean;
  /** With `normalized` parts Chinese characters one by one; with `noPunctuation` removes full-width punctuation. */
  asianSupport?: boolean;
  caseSensitive?: boolean;
}

const asianPunctuation =
  /[\u3001\u3002\u3008-\u3011\u3014-\u301f\uff61-\uff65\u30fb\uff0e\uff0c\uff1f\uff1a\uff1b\uff01\uff02\uff08\uff09]/g;

/** Tercom's tokens, as sacrebleu's TER has them; by default the lower-cased words between whitespace. */
export function tercomTokens({
  normalized = false,
  noPunctuation = false,
  asianSupport = false,
  caseSensitive = false,
}: TercomOptions = {}): (text: string) => string[] {
  return (text) => {
    let line = caseSensitive ? text : text.toLowerCase();
    if (normalized) line = separateTercom(stripEnd(line));
    if (normalized && asianSupport) line = separateAsian(line);
    if (noPunctuation) line = line.replace(/[.,?:;!"()]/g, "");
    if (noPunctuation && asianSupport) line = line.replace(asianPunctuation, "");
    return splitWords(line);
  };
}

/** 13a's but for the hyphen after the line's end, and a possessive's s apart. */
function separateTercom(text: string): string {
  const line = ` ${unescapeXml(text.replaceAll("\n-", "").replaceAll("\n", " "))} `;
  return separatePoints(line.replace(/[{-~[-` -&(-+:-@/]/g, " $& ").replaceAll("'s ", " 's "));
}

/** Each class in turn, as tercom goes: U+3200 to U+3F22 is sacrebleu's. Kana are left whole, there as here. */
function separateAsian(line: string): string {
  return line
    .replace(
      /[\u4e00-\u9fff\u3400-\u4dbf\u31c0-\u31ef\u2e80-\u2eff\u3200-\u3f22\uf900-\ufaff\ufe30-\ufe4f]/g,
      " $& ",
    )
    .replace(asianPunctuation, " $& ");
}
