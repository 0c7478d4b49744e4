/** What Python's `str.split` parts words at. */
export const whitespace =
  "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

const word = new RegExp(`[^${whitespace}]+`, "g");

/** The words between whitespace, as Python's `str.split` gives them. */
export function splitWords(text: string): string[] {
  return text.match(word) ?? [];
}
