/** The inside of a character class: letters of Chinese, Japanese and Korean, each a unit of its own. */
export const eastAsian = "\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Hang}\\u30fc\\uff70";

export type Script = "latin" | "chinese" | "japanese" | "korean" | "other";

const beyondLatin =
  /[\u0370-\u1dff\u2c00-\u2dff\u2e80-\u2fff\u3040-\udbff\uf900-\ufdff\ufe70-\ufefc\uff66-\uffdc]/;
const han = /\p{sc=Han}/gu;
const kana = /[\p{sc=Hira}\p{sc=Kana}]/gu;
const hangul = /\p{sc=Hang}/gu;
const latinWord = /\p{sc=Latin}+/gu;
const otherWord = new RegExp(`(?:(?![${eastAsian}\\p{sc=Latin}])\\p{L})+`, "gu");

/**
 * The script that most of the texts is in, where a Chinese, Japanese or Korean character weighs as much as a word of
 * other scripts. Japanese is what has a kana for every ten Han characters. Latin where there is no letter at all.
 */
export function scriptOf(texts: readonly string[]): Script {
  if (!texts.some((text) => beyondLatin.test(text))) return "latin";
  const count = (pattern: RegExp) => texts.reduce((sum, text) => sum + (text.match(pattern)?.length ?? 0), 0);
  const [chinese, japanese, korean] = [count(han), count(kana), count(hangul)];
  const [latin, other] = [count(latinWord), count(otherWord)];
  if (chinese + japanese + korean <= latin + other) return other > latin ? "other" : "latin";
  if (korean > chinese + japanese) return "korean";
  return japanese * 10 >= chinese ? "japanese" : "chinese";
}
